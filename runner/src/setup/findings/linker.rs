//! Findings about `bpf-linker` and what it takes to build it.

use crate::setup::{Facts, Finding, LinkerPlace, Needs, Size, Step, Weight, bpf_linker};

/// Cargo links with it; the runner itself was, so this is rare.
pub(super) fn cc_missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    facts.cc.is_none().then(|| {
        Finding::mended(
            "cc-missing",
            Weight::Stops,
            "there is no C compiler `cc` on `PATH`, which Rust links programs with",
            Step::package("gcc", Size::new(60, 230)),
        )
    })
}

/// The library that `bpf-linker` is linked with, and loads each time. Only its shared library is
/// wanted: the package with the headers is 120 MB more to download and 600 MB more on disk.
pub(super) fn llvm_missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    let llvm = facts.toolchain.as_ref()?.llvm;
    if facts.fitting_linker().is_some() || facts.llvm_library.is_some() {
        return None;
    }
    Some(Finding::mended(
        "llvm-missing",
        Weight::Stops,
        format!("LLVM {llvm}'s shared library, which `bpf-linker` is built with, is not here"),
        Step::package(format!("libllvm{llvm}"), Size::new(32, 150)),
    ))
}

/// Nothing at hand links eBPF objects for this rustc.
pub(super) fn missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    let llvm = facts.toolchain.as_ref()?.llvm;
    if facts.fitting_linker().is_some() {
        return None;
    }
    let installed = facts.linkers.iter().find(|linker| linker.place == LinkerPlace::Path);
    let (id, what) = match installed {
        Some(linker) => {
            let version = linker.version.as_deref().unwrap_or("unknown");
            let with = linker.llvm.map_or("an unknown LLVM".to_owned(), |llvm| format!("LLVM {llvm}"));
            let what = format!(
                "`{}` is version {version} with {with}; rustc needs {}.x with LLVM {llvm}",
                linker.path.display(),
                bpf_linker::SERIES,
            );
            ("bpf-linker-unfit", what)
        }
        None => ("bpf-linker-missing", "`bpf-linker`, which links eBPF objects, is not here".to_owned()),
    };
    Some(Finding::mended(id, Weight::Stops, what, Step::BpfLinker(llvm)))
}
