//! All snapshots of one lab.
//!
//! It reads a folder. Files of other kinds, such as insta's pending `.snap.new`, are not its matter.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Path, PathBuf},
};

use super::{SnapshotError, SnapshotKey, file};

/// The accepted observations of a lab.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshots {
    /// Relative to the root.
    pub(super) folder: PathBuf,
    pub(super) files: BTreeMap<SnapshotKey, Vec<String>>,
}

impl Snapshots {
    /// Reads a folder, given relative to the root. A folder that is not there holds no snapshots.
    ///
    /// # Errors
    /// [`SnapshotError::Unreadable`] with the file.
    pub fn load(root: &Path, folder: &Path) -> Result<Self, SnapshotError> {
        let unreadable = |file: &Path, why: String| SnapshotError::Unreadable { file: file.to_owned(), why };
        let mut files = BTreeMap::new();
        let entries = match fs::read_dir(root.join(folder)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Ok(Self { folder: folder.to_owned(), files });
            }
            entries => entries.map_err(|error| unreadable(folder, error.to_string()))?,
        };
        for entry in entries {
            let name = entry.map_err(|error| unreadable(folder, error.to_string()))?.file_name();
            let Some(key) = SnapshotKey::from_file_name(&name.to_string_lossy()) else {
                continue;
            };
            let path = folder.join(&name);
            let lines = file::read(&root.join(&path)).map_err(|why| unreadable(&path, why))?;
            files.insert(key, lines);
        }
        Ok(Self { folder: folder.to_owned(), files })
    }

    /// Checks every file against the lab's checks and the kernel list.
    ///
    /// # Errors
    /// The first file without a check or a kernel, and the first override that is equal to the shared file.
    pub fn verify(&self, manifest: &Path, checks: &[&str], kernels: &[String]) -> Result<(), SnapshotError> {
        for (key, lines) in &self.files {
            let file = self.folder.join(key.file_name());
            if !checks.contains(&key.check.as_str()) {
                let known = checks.iter().map(|check| format!("`{check}`")).collect();
                return Err(SnapshotError::NoSuchCheck { file, manifest: manifest.to_owned(), known });
            }
            let Some(kernel) = &key.kernel else { continue };
            if !kernels.contains(kernel) {
                let known = kernels.iter().map(|kernel| format!("`{kernel}`")).collect();
                return Err(SnapshotError::NoSuchKernel { file, known });
            }
            let shared = SnapshotKey::shared(&key.check);
            if self.files.get(&shared) == Some(lines) {
                return Err(SnapshotError::NeedlessOverride {
                    file,
                    shared: self.folder.join(shared.file_name()),
                });
            }
        }
        Ok(())
    }

    /// The expected lines of a check on a kernel: the override if there is one, else the shared file.
    #[must_use]
    pub fn expected(&self, check: &str, kernel: &str) -> Option<&[String]> {
        let own = self.files.get(&SnapshotKey::only(check, kernel));
        own.or_else(|| self.files.get(&SnapshotKey::shared(check))).map(Vec::as_slice)
    }
}
