//! Finds a `bpf-linker` that fits rustc's LLVM, or gets one: with `cargo binstall`, else by building it.
//!
//! cargo is run by `build::cargo_install`.

use std::{
    fs, io,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::{BpfLinker, Facts, LinkerPlace, SetupError, Size, Talk, memo::Memo};
use crate::build::cargo_install::{self, Crate};

/// The version that is built.
pub(super) const VERSION: &str = "0.13.0";

/// The series that fits.
pub(super) const SERIES: &str = "0.13";

/// What getting it costs, beside LLVM's library; while it is built, 200 MB more.
pub(super) const SIZE: Size = Size::new(8, 4);

/// How many crates are compiled, for the progress bar.
const CRATES: usize = 66;

/// Where Debian and its derivatives put shared libraries, then where LLVM's own packages do.
const LIBRARY_FOLDERS: [&str; 4] =
    ["/usr/lib/x86_64-linux-gnu", "/usr/lib/llvm-{llvm}/lib", "/usr/lib64", "/usr/local/lib"];

/// The folder in the cache that holds `bin/bpf-linker` for this LLVM.
fn folder(tools: &Path, llvm: u32) -> PathBuf {
    tools.join(format!("bpf-linker-{VERSION}-llvm{llvm}"))
}

fn program(folder: &Path) -> PathBuf {
    folder.join("bin/bpf-linker")
}

/// Every `bpf-linker` at hand, the user's own first.
pub(super) fn probe(on_path: Option<PathBuf>, tools: &Path, llvm: u32, memo: &mut Memo) -> Vec<BpfLinker> {
    let cached = program(&folder(tools, llvm));
    let places = [(on_path, LinkerPlace::Path), (cached.exists().then_some(cached), LinkerPlace::Cache)];
    places.into_iter().filter_map(|(path, place)| Some(look_at(path?, place, llvm, memo))).collect()
}

fn look_at(path: PathBuf, place: LinkerPlace, llvm: u32, memo: &mut Memo) -> BpfLinker {
    // It loads this library: when that is removed, the remembered answer must not stand.
    let library = PathBuf::from(LIBRARY_FOLDERS[0]).join(format!("libLLVM.so.{llvm}.1"));
    let ask = || {
        let run = |arguments: &[&str]| {
            duct::cmd(&path, arguments).stdin_null().stderr_null().unchecked().read().unwrap_or_default()
        };
        // LLVM's own option prints LLVM's version and ends the program: nothing is linked.
        let answer = format!(
            "{}\n{}",
            run(&["--version"]),
            run(&["--llvm-args=--version", "--output=/dev/null", "/dev/null"])
        );
        version_in(&answer).is_some().then_some(answer)
    };
    let question = format!("bpf-linker in {}", path.display());
    let answer = memo.answer(&question, &[&path, &library], ask).unwrap_or_default();
    BpfLinker { place, version: version_in(&answer), llvm: llvm_in(&answer), path }
}

fn version_in(answer: &str) -> Option<String> {
    answer.lines().find_map(|line| line.strip_prefix("bpf-linker ")).map(|version| version.trim().to_owned())
}

/// From `Debian LLVM version 22.1.8` or `  LLVM version 23.0.0git`.
fn llvm_in(answer: &str) -> Option<u32> {
    let version = answer.lines().find_map(|line| Some(line.split_once("LLVM version ")?.1))?;
    version.split('.').next()?.trim().parse().ok()
}

/// LLVM's shared library of this major version.
pub(super) fn llvm_library(llvm: u32) -> Option<PathBuf> {
    let start = format!("libLLVM.so.{llvm}.");
    LIBRARY_FOLDERS.iter().find_map(|folder| {
        let files = fs::read_dir(folder.replace("{llvm}", &llvm.to_string())).ok()?;
        let named =
            |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(&start));
        // `metadata` follows links: one that points nowhere is no library.
        files.filter_map(|entry| Some(entry.ok()?.path())).find(|path| named(path) && path.metadata().is_ok())
    })
}

/// Gets one, under a lock that the caller holds. An interrupted build is taken up again.
pub(super) fn get(facts: &Facts, tools: &Path, llvm: u32, log: &Path, talk: &Talk) -> Result<(), SetupError> {
    let bar = talk.bar(&format!("bpf-linker {VERSION}"));
    let aside = tools.join("tmp-bpf-linker");
    let scratch = tools.join("tmp-bpf-linker-build");
    let problem = |why: String| SetupError::Step { what: format!("get `bpf-linker` {VERSION}"), why };
    let wanted = Crate { name: "bpf-linker", version: VERSION, root: &aside, toolchain: &facts.pinned, log };
    if facts.binstall.is_some() {
        bar.percent(0.0, "cargo binstall");
        let got = cargo_install::binstall(&wanted).is_ok();
        let linker = look_at(program(&aside), LinkerPlace::Cache, llvm, &mut Memo::default());
        if got && linker.fits(llvm) {
            keep(&aside, &folder(tools, llvm)).map_err(|error| problem(error.to_string()))?;
            bar.done();
            return Ok(());
        }
        talk.line("the ready-made `bpf-linker` does not fit: building one");
    }
    let library =
        llvm_library(llvm).ok_or_else(|| problem(format!("LLVM {llvm}'s shared library is missing")))?;
    let prefix = link_farm(&library, &tools.join(format!("llvm-{llvm}")))
        .map_err(|error| problem(error.to_string()))?;
    let feature = format!("llvm-{llvm}");
    let arguments = ["--locked", "--no-default-features", "--features", &feature];
    cargo_install::install(&wanted, &arguments, &prefix, &scratch, &mut |compiled, now| {
        bar.percent((compiled * 100 / CRATES).min(99) as f64, now);
    })
    .map_err(|why| problem(explain(why, log)))?;
    keep(&aside, &folder(tools, llvm)).map_err(|error| problem(error.to_string()))?;
    // What remains is of no use, but does no harm either.
    let _ = fs::remove_dir_all(&scratch);
    bar.done();
    Ok(())
}

/// A folder that looks like an installed LLVM to `bpf-linker`'s build: it needs `lib/libLLVM.so`,
/// and remembers that folder as the one to load the library from.
fn link_farm(library: &Path, prefix: &Path) -> io::Result<PathBuf> {
    let lib = prefix.join("lib");
    fs::create_dir_all(&lib)?;
    let name = library.file_name().unwrap_or_default();
    for link in [lib.join("libLLVM.so"), lib.join(name)] {
        if fs::read_link(&link).is_ok_and(|target| target == library) {
            continue;
        }
        let _ = fs::remove_file(&link);
        symlink(library, &link)?;
    }
    Ok(prefix.to_path_buf())
}

/// Makes what was installed aside visible, whole.
fn keep(aside: &Path, target: &Path) -> io::Result<()> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    fs::rename(aside, target)
}

fn explain(why: String, log: &Path) -> String {
    let hint = if why.contains("cannot find -l") || why.contains("unable to find library") {
        "a library is missing that the linker wants: install `gcc`, `libc6-dev` and `zlib1g-dev`, then start again"
    } else if why.contains("failed to download") || why.contains("failed to get") || why.contains("Could not")
    {
        "check the network, or cargo's registry and proxy settings, then start again: what is built is kept"
    } else {
        "start again: what is built is kept"
    };
    format!("{why}\nhint: {hint}; the whole log is `{}`", log.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::debian(
        "bpf-linker 0.13.0\n\nDebian LLVM version 22.1.8\n  Optimized build.\n",
        Some("0.13.0"),
        Some(22)
    )]
    #[case::upstream(
        "bpf-linker 0.13.1\nLLVM (http://llvm.org/):\n  LLVM version 23.0.0git\n",
        Some("0.13.1"),
        Some(23)
    )]
    #[case::old("bpf-linker 0.9.15\n", Some("0.9.15"), None)]
    #[case::broken("", None, None)]
    fn reads_both_versions(#[case] answer: &str, #[case] version: Option<&str>, #[case] llvm: Option<u32>) {
        assert_eq!(version_in(answer).as_deref(), version);
        assert_eq!(llvm_in(answer), llvm);
    }

    #[rstest]
    #[case::right("0.13.0", Some(22), true)]
    #[case::later_patch("0.13.4", Some(22), true)]
    #[case::other_series("0.14.0", Some(22), false)]
    #[case::not_a_prefix("0.130.0", Some(22), false)]
    #[case::other_llvm("0.13.0", Some(23), false)]
    #[case::does_not_tell("0.13.0", None, false)]
    fn fits_only_the_same_llvm(#[case] version: &str, #[case] llvm: Option<u32>, #[case] expected: bool) {
        let linker = BpfLinker {
            path: "/bin/bpf-linker".into(),
            place: LinkerPlace::Path,
            version: Some(version.to_owned()),
            llvm,
        };
        assert_eq!(linker.fits(22), expected);
    }

    #[test]
    fn the_farm_follows_the_library() {
        let root = tempfile::tempdir().unwrap();
        let prefix = root.path().join("llvm-22");
        for place in ["one", "two"] {
            let library = root.path().join(place).join("libLLVM.so.22.1");
            fs::create_dir_all(library.parent().unwrap()).unwrap();
            fs::write(&library, place).unwrap();
            link_farm(&library, &prefix).unwrap();
            assert_eq!(fs::read_to_string(prefix.join("lib/libLLVM.so")).unwrap(), place);
            assert_eq!(fs::read_to_string(prefix.join("lib/libLLVM.so.22.1")).unwrap(), place);
        }
    }
}
