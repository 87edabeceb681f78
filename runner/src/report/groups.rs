//! Which jobs need their details shown only once: those of one lab whose verdicts say the same.

use super::{JobReport, verifier::reason};
use crate::judge::Verdict;

/// Jobs of one lab and side that got the same verdict, oldest kernel first.
pub(super) struct Group<'a> {
    pub(super) jobs: Vec<&'a JobReport>,
}

impl<'a> Group<'a> {
    /// The job whose details stand for all: of refusals the newest kernel's, which explains most.
    pub(super) fn shown(&self) -> &'a JobReport {
        match self.first().verdict {
            Verdict::Rejected { .. } => self.jobs[self.jobs.len() - 1],
            _ => self.first(),
        }
    }

    /// The first of them, by which the group is known.
    pub(super) fn first(&self) -> &'a JobReport {
        self.jobs[0]
    }

    /// `5.10, 6.1`.
    pub(super) fn kernels(&self) -> String {
        self.jobs.iter().map(|job| job.kernel.as_str()).collect::<Vec<_>>().join(", ")
    }
}

/// Groups jobs; the order is that of each group's first job.
pub(super) fn groups<'a>(jobs: impl Iterator<Item = &'a JobReport>) -> Vec<Group<'a>> {
    let mut groups: Vec<Group> = Vec::new();
    for job in jobs {
        match groups.iter_mut().find(|group| same(group.first(), job)) {
            Some(group) => group.jobs.push(job),
            None => groups.push(Group { jobs: vec![job] }),
        }
    }
    groups
}

fn same(one: &JobReport, other: &JobReport) -> bool {
    one.lab == other.lab
        && one.side == other.side
        && one.seed == other.seed
        && one.observations == other.observations
        && one.notes == other.notes
        && (same_verdict(&one.verdict, &other.verdict) || same_cause(one, other))
}

/// Refused for the same cause at the same line, whatever words the kernels have for it.
fn same_cause(one: &JobReport, other: &JobReport) -> bool {
    one.verdict.kind() == other.verdict.kind()
        && one.cause.is_some()
        && one.cause == other.cause
        && one.place.is_some()
        && one.place == other.place
        && one.lacks == other.lacks
}

/// Equal but for what always varies: addresses in a verifier's log, how long was waited.
fn same_verdict(one: &Verdict, other: &Verdict) -> bool {
    match (one, other) {
        (
            Verdict::Rejected { program: a, error: b, log },
            Verdict::Rejected { program: c, error: d, log: other_log },
        ) => a == c && b == d && reason(log) == reason(other_log),
        (Verdict::TimedOut { awaited: a, .. }, Verdict::TimedOut { awaited: b, .. }) => a == b,
        (one, other) => one == other,
    }
}
