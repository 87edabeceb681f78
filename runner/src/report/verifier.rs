//! The part of a verifier's log that is worth reading first.
//!
//! It finds the reason, it does not explain it.

/// Lines with statistics, which stand after the reason.
const STATISTICS: [&str; 6] =
    ["processed ", "verification time ", "stack depth ", "subprog ", "old state:", "cur state:"];

/// From 7.3 on a report for people follows the classic log (kernel commit ce7c9f6c599b); it begins so.
const KERNELS_OWN_REPORT: &str = "Verification failed";

/// The line of a log that says why: the last one of the classic log that is no statistic.
pub(super) fn reason(log: &str) -> Option<&str> {
    lines_to_reason(log).last().copied()
}

/// The log up to and with the reason.
pub(super) fn lines_to_reason(log: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = log.lines().take_while(|line| !line.starts_with(KERNELS_OWN_REPORT)).collect();
    let statistic = |line: &&str| {
        line.trim().is_empty() || STATISTICS.iter().any(|word| line.trim_start().starts_with(word))
    };
    while lines.last().is_some_and(statistic) {
        lines.pop();
    }
    lines
}

/// Whether the kernel explains the rejection itself, further down in the log.
pub(super) fn explains_itself(log: &str) -> bool {
    log.lines().any(|line| line.starts_with(KERNELS_OWN_REPORT))
}
