//! Findings about QEMU.

use crate::setup::{Facts, Finding, Needs, Size, Step, Weight};

/// The oldest that restores checkpoints as we make them.
const OLDEST: (u32, u32, u32) = (7, 2, 0);

/// From here on guests with several threads are sound (facts/vm.md, 1.4).
const SOUND: (u32, u32, u32) = (10, 0, 0);

/// The package, with what it costs with its dependencies.
fn package() -> Step {
    Step::package("qemu-system-x86", Size::new(25, 110))
}

/// No QEMU.
pub(super) fn missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    if facts.qemu.is_some() {
        return None;
    }
    let what = "`qemu-system-x86_64`, which runs the kernels, is not on `PATH`";
    Some(Finding::mended("qemu-missing", Weight::Stops, what, package()))
}

/// Too old to work, or old where the distribution has a newer one.
pub(super) fn old(facts: &Facts, _: &Needs) -> Option<Finding> {
    let qemu = facts.qemu.as_ref().filter(|qemu| qemu.version < SOUND)?;
    let (major, minor, micro) = qemu.version;
    let version = format!("`{}` is QEMU {major}.{minor}.{micro}", qemu.path.display());
    let (weight, what) = if qemu.version < OLDEST {
        (Weight::Stops, format!("{version}; at least 7.2 is needed"))
    } else {
        (
            Weight::Advice,
            format!("{version}; before 10.0 guests have to run on one processor and start slower"),
        )
    };
    // A QEMU outside of the packages' folder would stay first on `PATH` whatever is installed.
    let packaged = qemu.path.starts_with("/usr/bin");
    Some(if packaged && facts.distribution.newer_suites().is_some() {
        Finding::mended("qemu-old", weight, what, package())
    } else {
        let fix = "install QEMU 10 or newer, from a newer release of the distribution for example";
        Finding::by_hand("qemu-old", weight, what, fix)
    })
}
