//! What the kernel says to a program of one call, for a type and a licence.

use std::ffi::CStr;

use kit::raw::{Insn, Program};

use crate::job::{Outcome, Verdict};

/// Types of programs that are loaded without anything else: name, and number in `enum bpf_prog_type`.
pub(crate) const TYPES: [(&str, u32); 9] = [
    ("socket filter", 1),
    ("kprobe", 2),
    ("classifier", 3),
    ("tracepoint", 5),
    ("XDP", 6),
    ("perf event", 7),
    ("cgroup packets", 8),
    ("TCP events", 13),
    ("raw tracepoint", 17),
];

/// The number of a type that may call most helpers.
pub(crate) const KPROBE: u32 = 2;

/// A licence that the kernel takes for the GPL: `license_is_gpl_compatible` in `include/linux/license.h`.
pub(crate) const GPL: &CStr = c"GPL";

/// One that it does not.
pub(crate) const OTHER: &CStr = c"Proprietary";

/// What the kernel says to a call of a helper.
pub(crate) fn outcome(kind: u32, licence: &CStr, helper: u32) -> Outcome {
    let program =
        [Insn::new(0x85, 0, 0, 0, helper as i32), Insn::new(0xb7, 0, 0, 0, 0), Insn::new(0x95, 0, 0, 0, 0)];
    match Program::load_as(kind, "asks", licence, &program) {
        Ok(_) => Outcome::Loaded,
        Err(refusal) => Outcome::Refused { log: refusal.log },
    }
}

/// What that means. The sentences are those of `check_helper_call` in `kernel/bpf/verifier.c`, 5.10 to 7.3.
pub(crate) fn meaning(outcome: &Outcome) -> Verdict {
    let Outcome::Refused { log } = outcome else { return Verdict::Allowed };
    let sentences = [
        ("invalid func unknown#", Verdict::Unknown),
        ("program of this type cannot use helper", Verdict::NotForThisType),
        // Up to 6.1.
        ("unknown func ", Verdict::NotForThisType),
        ("cannot call GPL-restricted function", Verdict::NotForThisLicence),
    ];
    let said = sentences.into_iter().find(|(words, _)| log.lines().any(|line| line.starts_with(words)));
    said.map_or(Verdict::Allowed, |(_, verdict)| verdict)
}

/// The helpers and functions that the verifier names in a log, in order: `bpf_ktime_get_ns#5`.
pub(crate) fn called(log: &str) -> Vec<&str> {
    let instructions = log.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit()));
    let calls = instructions.filter_map(|line| line.split_once("(85) call "));
    calls.filter_map(|(_, call)| call.split_whitespace().next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_have_meanings() {
        let refused = |log: &str| meaning(&Outcome::Refused { log: log.to_owned() });
        assert_eq!(
            refused("0: (85) call bpf_redirect#23\nunknown func bpf_redirect#23\n"),
            Verdict::NotForThisType
        );
        assert_eq!(
            refused("program of this type cannot use helper bpf_redirect#23\n"),
            Verdict::NotForThisType
        );
        assert_eq!(refused("invalid func unknown#300\n"), Verdict::Unknown);
        assert_eq!(refused("R1 type=ctx expected=map_ptr\n"), Verdict::Allowed);
        assert_eq!(meaning(&Outcome::Loaded), Verdict::Allowed);
    }

    #[test]
    fn calls_have_names() {
        let log = "func#0 @0\n0: R1=ctx() R10=fp0\n0: (85) call bpf_ktime_get_ns#5          ; R0=scalar()\n1: (95) exit\n";
        assert_eq!(called(log), ["bpf_ktime_get_ns#5"]);
    }
}
