//! What is known of a check before it has reported: compiled, loaded at both ends of the matrix, decided there.
//!
//! The oldest and the newest kernel come first: what these two say is most of what there is to know.

use crate::{judge::VerdictKind, report::JobReport};

/// What the running check has said so far.
#[derive(Debug, Default)]
pub(super) struct Tiers {
    /// The programs that must be loaded before the object counts as accepted; empty if nobody asks.
    programs: Vec<String>,
    /// Kernel and program.
    loaded: Vec<(String, String)>,
    /// What is decided, in the order in which it came.
    pub(super) jobs: Vec<JobReport>,
}

impl Tiers {
    /// A check in which these programs are the learner's.
    pub(super) fn of(programs: &[String]) -> Self {
        Self { programs: programs.to_vec(), ..Self::default() }
    }

    /// A kernel has accepted a program. Returns the kernels of both ends, once this was the last that they
    /// had to accept.
    pub(super) fn load(
        &mut self,
        kernel: String,
        program: String,
        kernels: &[String],
    ) -> Option<Vec<String>> {
        if self.programs.is_empty() || self.loaded.contains(&(kernel.clone(), program.clone())) {
            return None;
        }
        self.loaded.push((kernel, program));
        let accepts = |kernel: &String| {
            let has = |program: &String| self.loaded.iter().any(|(at, of)| at == kernel && of == program);
            self.programs.iter().all(has)
        };
        let ends = ends(kernels);
        let just_now = self.loaded.last().is_some_and(|(kernel, _)| ends.contains(kernel));
        (just_now && ends.iter().all(accepts)).then_some(ends)
    }

    /// What is decided, in the order of the kernels.
    pub(super) fn oldest_first(&self, kernels: &[String]) -> Vec<JobReport> {
        let mut jobs = self.jobs.clone();
        jobs.sort_by_key(|job| kernels.iter().position(|kernel| *kernel == job.kernel));
        jobs
    }

    /// A job is decided. Returns whether both ends have spoken, others have not, and something is wrong: then
    /// there is no need to wait.
    pub(super) fn decide(&mut self, job: JobReport, kernels: &[String]) -> bool {
        self.jobs.push(job);
        let spoke = |kernel: &String| self.jobs.iter().any(|job| job.kernel == *kernel);
        let more = self.jobs.len() < kernels.len();
        more && ends(kernels).iter().all(spoke) && self.jobs.iter().any(|job| !is_good(job))
    }
}

/// The oldest and the newest, or the only one.
fn ends(kernels: &[String]) -> Vec<String> {
    let mut ends: Vec<String> = kernels.first().into_iter().chain(kernels.last()).cloned().collect();
    ends.dedup();
    ends
}

/// Whether nothing about a job needs a word.
pub(super) fn is_good(job: &JobReport) -> bool {
    matches!(job.verdict.kind(), VerdictKind::Passed | VerdictKind::Skipped)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_must_accept_every_program() {
        let kernels = ["5.10", "6.1", "7.3"].map(str::to_owned);
        let mut tiers = Tiers::of(&["a".to_owned(), "b".to_owned()]);
        let mut load = |kernel: &str, program: &str| tiers.load(kernel.into(), program.into(), &kernels);
        assert_eq!(load("7.3", "a"), None);
        assert_eq!(load("7.3", "b"), None);
        assert_eq!(load("5.10", "b"), None);
        assert_eq!(load("6.1", "a"), None);
        assert_eq!(load("5.10", "a"), Some(vec!["5.10".to_owned(), "7.3".to_owned()]));
        assert_eq!(load("5.10", "a"), None, "said once");
        assert_eq!(load("6.1", "b"), None, "said once");
    }

    #[test]
    fn one_kernel_is_both_ends() {
        let kernels = ["6.1".to_owned()];
        let mut tiers = Tiers::of(&["a".to_owned()]);
        assert_eq!(tiers.load("6.1".into(), "a".into(), &kernels), Some(vec!["6.1".to_owned()]));
        let mut nobody_asks = Tiers::of(&[]);
        assert_eq!(nobody_asks.load("6.1".into(), "a".into(), &kernels), None);
    }
}
