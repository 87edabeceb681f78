//! What a job must have observed to pass.
//!
//! It comes from committed snapshots for seed 0 and from the reference solution for any other seed.

use crate::{catalog::Lab, snapshot::SnapshotError, transcript::ObservedCheck};

/// All checks that a lab declares, each with its expected lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expectation {
    /// In the manifest's order.
    pub checks: Vec<ExpectedCheck>,
}

/// One declared check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpectedCheck {
    /// The check's name.
    pub name: String,
    /// What it proves.
    pub what: String,
    /// The normalised lines; never empty, because an empty check would pass without proving anything.
    pub lines: Vec<String>,
}

impl Expectation {
    /// From the lab's snapshots, for seed 0.
    ///
    /// # Errors
    /// [`SnapshotError::Missing`]: a declared check has no snapshot yet. [`SnapshotError::Empty`].
    pub fn from_snapshots(lab: &Lab, kernel: &str) -> Result<Self, SnapshotError> {
        Self::from(lab, kernel, |check| lab.snapshots.expected(check, kernel).map(<[String]>::to_vec))
    }

    /// From what the reference solution observed, normalised, on the same kernel with the same seed.
    ///
    /// # Errors
    /// [`SnapshotError::Empty`]: the solution observed nothing for a declared check.
    pub fn from_solution(lab: &Lab, kernel: &str, observed: &[ObservedCheck]) -> Result<Self, SnapshotError> {
        let lines =
            |check: &str| observed.iter().find(|seen| seen.name == check).map(|seen| seen.lines.clone());
        Self::from(lab, kernel, |check| Some(lines(check).unwrap_or_default()))
    }

    fn from(
        lab: &Lab,
        kernel: &str,
        lines: impl Fn(&str) -> Option<Vec<String>>,
    ) -> Result<Self, SnapshotError> {
        let mut checks = Vec::new();
        for check in &lab.manifest.checks {
            let (name, what, kernel) = (check.name.clone(), check.what.clone(), kernel.to_owned());
            match lines(&name) {
                None => {
                    return Err(SnapshotError::Missing { lab: lab.name.clone(), check: name, kernel });
                }
                Some(lines) if lines.is_empty() => {
                    return Err(SnapshotError::Empty { check: name, kernel });
                }
                Some(lines) => checks.push(ExpectedCheck { name, what, lines }),
            }
        }
        Ok(Self { checks })
    }
}
