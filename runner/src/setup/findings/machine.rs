//! Findings about the machine and its distribution as a whole.

use crate::setup::{Audience, Facts, Finding, Kvm, Needs, Size, Step, Weight};

/// Kernels, checkpoints and snapshots are made for one architecture.
pub(super) fn foreign_architecture(facts: &Facts, _: &Needs) -> Option<Finding> {
    (facts.architecture != "x86_64").then(|| {
        Finding::by_hand(
            "architecture-foreign",
            Weight::Stops,
            format!(
                "this machine's processor is `{}`; the labs' kernels and guests are for `x86_64`",
                facts.architecture
            ),
            "work on an x86-64 machine",
        )
    })
}

/// Only Debian's own systems know a mirror of Debian.
pub(super) fn mirror_unknown(facts: &Facts, _: &Needs) -> Option<Finding> {
    let known = facts.distribution.is_debian() || facts.configured_mirror.is_some();
    if known || facts.missing_kernels.is_empty() || facts.apt.is_none() {
        return None;
    }
    Some(Finding::by_hand(
        "mirror-unknown",
        Weight::Stops,
        format!(
            "the kernels are Debian's, and `{}` is not set up with a mirror of Debian",
            facts.distribution.name
        ),
        format!("set `mirror` and `security_mirror` to a mirror of Debian in `{}`", facts.config.display()),
    ))
}

/// Signatures of Debian's packages are checked against Debian's keys.
pub(super) fn keyring_missing(facts: &Facts, _: &Needs) -> Option<Finding> {
    let wanted = !facts.missing_kernels.is_empty() && facts.apt.is_some();
    (wanted && facts.keyring.is_none()).then(|| {
        Finding::mended(
            "keyring-missing",
            Weight::Stops,
            "the keys that sign Debian's packages are not on this machine",
            Step::package("debian-archive-keyring", Size::new(1, 1)),
        )
    })
}

/// Guests are emulated although hardware could run them. Whether it really could is found out by
/// booting, once it may be tried.
pub(super) fn kvm_forbidden(facts: &Facts, _: &Needs) -> Option<Finding> {
    (facts.kvm == Kvm::Forbidden).then(|| {
        Finding::by_hand(
            "kvm-forbidden",
            Weight::Advice,
            "`/dev/kvm` is there, and you may not open it: guests are emulated, which is slower",
            "add yourself to the group `kvm` with `sudo usermod -aG kvm $USER`, and log in again",
        )
    })
}

/// The guest has no shell of its own.
pub(super) fn busybox_missing(facts: &Facts, needs: &Needs) -> Option<Finding> {
    if needs.audience == Audience::Learner || facts.busybox.is_some() {
        return None;
    }
    let what = "busybox, the shell that `runner shell` starts in the guest, is not in the cache";
    if facts.apt.is_none() {
        let what = format!("{what}, and there is no `apt-get` to fetch it with");
        let fix = "copy a busybox that is linked statically to `tools/busybox` in the cache folder";
        return Some(Finding::by_hand("busybox-missing", Weight::Stops, what, fix));
    }
    Some(Finding::mended("busybox-missing", Weight::Stops, what, Step::Busybox))
}

/// An author's cross-check.
pub(super) fn bpftool_missing(facts: &Facts, needs: &Needs) -> Option<Finding> {
    let wanted = needs.audience == Audience::Author && facts.bpftool.is_none();
    wanted.then(|| {
        Finding::mended(
            "bpftool-missing",
            Weight::Stops,
            "`bpftool`, which labs are cross-checked against, is not on `PATH`",
            Step::package("bpftool", Size::new(2, 5)),
        )
    })
}

/// Another reference of the authors'. The distribution's own LLVM will do.
pub(super) fn llvm_objdump_missing(facts: &Facts, needs: &Needs) -> Option<Finding> {
    let wanted = needs.audience == Audience::Author && facts.llvm_objdump.is_none();
    wanted.then(|| {
        Finding::mended(
            "llvm-objdump-missing",
            Weight::Stops,
            "`llvm-objdump`, which a lab's listing is compared with, is not on `PATH`",
            Step::package("llvm", Size::new(37, 170)),
        )
    })
}
