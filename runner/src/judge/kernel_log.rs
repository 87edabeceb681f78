//! Lines of the kernel's log that no lab may cause.
//!
//! It looks at single lines. What a complaint means for a job is decided in `decide`.

use std::sync::LazyLock;

use regex::RegexSet;

static COMPLAINTS: LazyLock<RegexSet> = LazyLock::new(|| {
    #[allow(clippy::unwrap_used, reason = "the patterns are constant and a test compiles them")]
    RegexSet::new([
        r"\b(BUG|WARNING|UBSAN|Oops)[: ]",
        r"kernel BUG at",
        r"watchdog: .*(soft lockup|hard LOCKUP)",
        r"INFO: (task .* blocked for more than|.*detected stall)",
        r"Kernel panic",
        // Recorded on 5.10, 6.1 and 6.12. Such a program can rewrite what others are about to report, and no lab
        // needs one. 6.18 and 7.3 load it without a word.
        r"is installing a program with bpf_probe_write_user helper",
    ])
    .unwrap()
});

/// Where 6.18 warns that what it knows of a register contradicts itself, which is so on a branch that can never be taken.
/// It forgets what it knew, and goes on; the program is as good as before. Generated programs of lab 06 come there, one
/// in some thousands. Linux 6.18, `kernel/bpf/verifier.c`.
const OF_THE_VERIFIER: &str = "reg_bounds_sanity_check+";

/// The first line in which the kernel complains about itself.
#[must_use]
pub fn complaint(kernel_log: &[String]) -> Option<&str> {
    let complains = |line: &&str| COMPLAINTS.is_match(line) && !line.contains(OF_THE_VERIFIER);
    kernel_log.iter().map(String::as_str).find(complains)
}
