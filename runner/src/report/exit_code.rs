//! The command's exit code.

use super::Report;
use crate::judge::VerdictKind;

/// 0: every job passed or was skipped, and at least one passed. 1: a lab did not pass. 3: could not decide.
///
/// One undecided job makes the whole command undecided (3), even if others failed: a grader must
/// not take points because of our own trouble. A skip is neither a pass nor a failure: a lab that is
/// skipped on 5.10 and passes elsewhere is 0, but if nothing at all passed, nothing was decided: 3.
/// (2, wrong usage, is the command line's.)
#[must_use]
pub fn exit_code(report: &Report) -> u8 {
    let has = |kind: VerdictKind| report.jobs.iter().any(|job| job.verdict.kind() == kind);
    let harmless = [VerdictKind::Passed, VerdictKind::Skipped];
    if has(VerdictKind::Infrastructure) {
        3
    } else if report.jobs.iter().any(|job| !harmless.contains(&job.verdict.kind())) {
        1
    } else if has(VerdictKind::Passed) {
        0
    } else {
        3
    }
}
