//! Writing snapshots: accepted ones, and pending ones for `cargo insta review`.
//!
//! It does what `plan` says; files become visible only when they are complete.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::{FileChange, Observed, SnapshotError, SnapshotKey, file, plan_changes};
use crate::catalog::Lab;

/// What [`accept`] did, for the author to see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    /// The changes, in the order in which they were made.
    pub changes: Vec<FileChange>,
    /// The folder in which they were made, relative to the root.
    pub folder: PathBuf,
}

/// Makes `observed` what is expected of a lab: writes the shared file and the fewest overrides, removes
/// those that are no longer needed and pending files of earlier runs. `supported` are the kernels that the
/// lab runs on, oldest first; those that were not observed keep what is expected of them.
///
/// # Errors
/// [`SnapshotError::Empty`], or [`SnapshotError::Unwritable`] with the file.
pub fn accept(
    root: &Path,
    lab: &Lab,
    observed: &[Observed],
    supported: &[String],
) -> Result<Accepted, SnapshotError> {
    let folder = lab.snapshots.folder.clone();
    let changes = plan_changes(&lab.snapshots, observed, supported)?;
    for change in &changes {
        let path = folder.join(change.key().file_name());
        match change {
            FileChange::Add(key, lines) | FileChange::Update(key, lines) => {
                write(root, &path, lab, key, lines)?
            }
            FileChange::Remove(_) => remove(root, &path)?,
        }
    }
    for one in observed {
        for check in &one.checks {
            remove(root, &pending(&folder, &SnapshotKey::shared(&check.name)))?;
            remove(root, &pending(&folder, &SnapshotKey::only(&check.name, &one.kernel)))?;
        }
    }
    Ok(Accepted { changes, folder })
}

/// Writes what a kernel observed as a pending file (`.snap.new`) beside the one it differs from, for
/// `cargo insta review`. Returns its path, relative to the root.
///
/// # Errors
/// [`SnapshotError::Unwritable`] with the file.
pub fn write_new(
    root: &Path,
    lab: &Lab,
    key: &SnapshotKey,
    lines: &[String],
) -> Result<PathBuf, SnapshotError> {
    let path = pending(&lab.snapshots.folder, key);
    write(root, &path, lab, key, lines)?;
    Ok(path)
}

/// Removes the pending file of a kernel, if there is one: what it proposed is no longer observed.
///
/// # Errors
/// [`SnapshotError::Unwritable`] with the file.
pub fn withdraw(root: &Path, lab: &Lab, key: &SnapshotKey) -> Result<(), SnapshotError> {
    remove(root, &pending(&lab.snapshots.folder, key))
}

fn pending(folder: &Path, key: &SnapshotKey) -> PathBuf {
    folder.join(format!("{}.new", key.file_name()))
}

fn write(
    root: &Path,
    path: &Path,
    lab: &Lab,
    key: &SnapshotKey,
    lines: &[String],
) -> Result<(), SnapshotError> {
    let what =
        lab.manifest.checks.iter().find(|check| check.name == key.check).map_or("", |check| &check.what);
    let source = Path::new("labs").join(&lab.name).join("lab.toml");
    file::write(&root.join(path), &source, what, lines)
        .map_err(|source| SnapshotError::Unwritable { file: path.to_owned(), source })
}

fn remove(root: &Path, path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(root.join(path)) {
        Err(source) if source.kind() != io::ErrorKind::NotFound => {
            Err(SnapshotError::Unwritable { file: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}
