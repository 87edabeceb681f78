//! Findings about the Rust toolchain.

use crate::setup::{Audience, Facts, Finding, Needs, Step, Weight};

/// No `rustc` answers in the course's folder.
pub(super) fn toolchain_missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    if facts.toolchain.is_some() {
        return None;
    }
    let pinned = &facts.pinned;
    if facts.rustup.is_none() {
        let what = format!("there is no Rust toolchain, and no `rustup` to get Rust {pinned} with");
        return Some(Finding::by_hand("toolchain-missing", Weight::Stops, what, "install rustup"));
    }
    let what = format!("Rust {pinned}, which `rust-toolchain.toml` pins, is not installed");
    Some(Finding::mended("toolchain-missing", Weight::Stops, what, Step::Toolchain(pinned.clone())))
}

/// A `rustc` answers, but not the pinned one: rustup is not in charge, or is told otherwise.
pub(super) fn toolchain_differs(facts: &Facts, _: &Needs) -> Option<Finding> {
    let toolchain = facts.toolchain.as_ref()?;
    (toolchain.release != facts.pinned).then(|| {
        Finding::by_hand(
            "toolchain-differs",
            Weight::Stops,
            format!(
                "`{}` is Rust {}, and `rust-toolchain.toml` pins {}",
                toolchain.rustc.display(),
                toolchain.release,
                facts.pinned
            ),
            "let rustup choose: put its folder first on `PATH`, and start `cargo runner` without `+TOOLCHAIN`",
        )
    })
}

/// The eBPF target has no ready-made `core`: it is built from source.
pub(super) fn source_missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    if facts.rust_source.is_some() {
        return None;
    }
    let release = facts.toolchain.as_ref().map_or(&facts.pinned, |toolchain| &toolchain.release);
    Some(Finding::mended(
        "rust-src-missing",
        Weight::Stops,
        format!(
            "the source of Rust {release}'s standard library, which eBPF programs are built with, is not here"
        ),
        Step::RustSource(release.clone()),
    ))
}

/// What `dev check` runs besides the compiler.
pub(super) fn components_missing(facts: &Facts, needs: &Needs) -> Option<Finding> {
    let toolchain = facts.toolchain.as_ref()?;
    if needs.audience == Audience::Learner || toolchain.lacks.is_empty() {
        return None;
    }
    let names: Vec<_> = toolchain.lacks.iter().map(|name| format!("`{name}`")).collect();
    let what = format!("Rust {} lacks {}", toolchain.release, names.join(" and "));
    if facts.rustup.is_none() {
        let fix = "install rustup, which brings them";
        return Some(Finding::by_hand("components-missing", Weight::Stops, what, fix));
    }
    Some(Finding::mended(
        "components-missing",
        Weight::Stops,
        what,
        Step::Components(toolchain.lacks.clone()),
    ))
}
