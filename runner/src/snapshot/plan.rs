//! Which files say with the least text what every kernel observed.
//!
//! Pure: observations in, files out. `accept` writes them.

use std::collections::BTreeMap;

use super::{SnapshotError, SnapshotKey, Snapshots};
use crate::transcript::ObservedCheck;

/// What one kernel observed, normalised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Observed {
    /// The kernel's series.
    pub kernel: String,
    /// The checks.
    pub checks: Vec<ObservedCheck>,
}

/// One thing to do in the snapshots' folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileChange {
    /// Write a file that was not there.
    Add(SnapshotKey, Vec<String>),
    /// Write a file that had other lines.
    Update(SnapshotKey, Vec<String>),
    /// Remove a file that no longer says anything.
    Remove(SnapshotKey),
}

impl FileChange {
    /// Which file.
    #[must_use]
    pub fn key(&self) -> &SnapshotKey {
        match self {
            Self::Add(key, _) | Self::Update(key, _) | Self::Remove(key) => key,
        }
    }
}

/// The files for the observations of several kernels, oldest first: per check one shared file with
/// what most kernels observed (among equals: what the newest of them observed), and an override for
/// each kernel that observed something else.
///
/// # Errors
/// [`SnapshotError::Empty`]: a check observed nothing.
pub fn plan_files(observed: &[Observed]) -> Result<BTreeMap<SnapshotKey, Vec<String>>, SnapshotError> {
    let mut per_check: BTreeMap<&str, Vec<(&str, &Vec<String>)>> = BTreeMap::new();
    for of_kernel in observed {
        for check in &of_kernel.checks {
            if check.lines.is_empty() {
                let (check, kernel) = (check.name.clone(), of_kernel.kernel.clone());
                return Err(SnapshotError::Empty { check, kernel });
            }
            per_check.entry(&check.name).or_default().push((&of_kernel.kernel, &check.lines));
        }
    }
    let mut files = BTreeMap::new();
    for (check, kernels) in per_check {
        let votes = |lines: &Vec<String>| kernels.iter().filter(|(_, other)| *other == lines).count();
        // The last of several maxima is the newest kernel's.
        let Some((_, shared)) = kernels.iter().max_by_key(|(_, lines)| votes(lines)) else {
            continue;
        };
        for (kernel, lines) in kernels.iter().filter(|(_, lines)| lines != shared) {
            files.insert(SnapshotKey::only(check, kernel), (*lines).clone());
        }
        files.insert(SnapshotKey::shared(check), (*shared).clone());
    }
    Ok(files)
}

/// What must change on disk so that `observed` is what is expected. Kernels of `supported` (oldest
/// first) that were not observed this time keep what is expected of them now.
///
/// # Errors
/// As [`plan_files`].
pub fn plan_changes(
    existing: &Snapshots,
    observed: &[Observed],
    supported: &[String],
) -> Result<Vec<FileChange>, SnapshotError> {
    let files = plan_files(&complete(existing, observed, supported))?;
    let removed =
        existing.files.keys().filter(|key| !files.contains_key(*key)).cloned().map(FileChange::Remove);
    let mut changes: Vec<FileChange> = removed.collect();
    for (key, lines) in files {
        match existing.files.get(&key) {
            None => changes.push(FileChange::Add(key, lines)),
            Some(old) if *old != lines => changes.push(FileChange::Update(key, lines)),
            Some(_) => {}
        }
    }
    Ok(changes)
}

/// The observations of all supported kernels, oldest first.
fn complete(existing: &Snapshots, observed: &[Observed], supported: &[String]) -> Vec<Observed> {
    let mut names: Vec<&str> =
        observed.iter().flat_map(|one| &one.checks).map(|check| check.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let kept = |kernel: &String| {
        let lines = |check: &&str| existing.expected(check, kernel).map(<[String]>::to_vec);
        let checks = names
            .iter()
            .filter_map(|check| Some(ObservedCheck { name: (*check).to_owned(), lines: lines(check)? }));
        Observed { kernel: kernel.clone(), checks: checks.collect() }
    };
    let now = |kernel: &String| observed.iter().find(|one| one.kernel == *kernel).cloned();
    supported.iter().map(|kernel| now(kernel).unwrap_or_else(|| kept(kernel))).collect()
}
