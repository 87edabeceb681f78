//! Folders for files that only one boot needs: its initramfs, a checkpoint that is not complete yet.
//!
//! Each is claimed by the runner that made it, so that what a killed runner left behind can be told
//! from what a living one still needs. It does not know what the files are.

use std::{
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::Path,
};

use rustix::fs::{FlockOperation, flock};
use tempfile::TempDir;

use crate::{error::VmError, lock::Lock};

/// What the names of these folders begin with. No checkpoint's name does.
const PREFIX: &str = "boot-";

/// A folder of our own, deleted when dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    folder: TempDir,
    /// The lock on the folder itself: it ends with this process, however that ends.
    _claim: File,
}

impl Scratch {
    /// A new folder in `parent`, which is made if it does not exist. Folders that nobody claims any
    /// more are deleted on the way: each may hold a guest's whole memory.
    ///
    /// # Errors
    /// [`VmError::Io`] with the folder.
    pub(crate) fn new(parent: &Path) -> Result<Self, VmError> {
        let act = || VmError::io(format!("make a folder in `{}`", parent.display()));
        fs::create_dir_all(parent).map_err(act())?;
        // Nobody may sweep between the making of a folder and its claim.
        let _lock = Lock::acquire(&parent.join("scratch.lock"))?;
        sweep_locked(parent);
        let folder = tempfile::Builder::new().prefix(PREFIX).tempdir_in(parent).map_err(act())?;
        let claim = File::open(folder.path()).map_err(act())?;
        flock(&claim, FlockOperation::NonBlockingLockExclusive).map_err(|error| act()(error.into()))?;
        Ok(Self { folder, _claim: claim })
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Whether a folder is one of these, by its name.
pub(crate) fn is_scratch(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with(PREFIX))
}

/// Deletes the folders in `parent` that no living runner claims; returns the bytes that were freed.
///
/// # Errors
/// When the lock cannot be had.
pub(crate) fn sweep(parent: &Path) -> Result<u64, VmError> {
    let _lock = Lock::acquire(&parent.join("scratch.lock"))?;
    Ok(sweep_locked(parent))
}

/// What cannot be deleted stays: it is in nobody's way.
fn sweep_locked(parent: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(parent) else { return 0 };
    let mut freed = 0;
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| is_scratch(path)) {
        let abandoned = |folder: &File| flock(folder, FlockOperation::NonBlockingLockExclusive).is_ok();
        if File::open(&path).is_ok_and(|folder| abandoned(&folder)) {
            let memory = fs::metadata(path.join("new/ram")).map_or(0, |data| data.blocks() * 512);
            freed += fs::remove_dir_all(&path).map_or(0, |()| memory);
        }
    }
    freed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_abandoned_folders_are_swept() {
        let parent = tempfile::tempdir().unwrap();
        let abandoned = parent.path().join("boot-killed");
        fs::create_dir_all(abandoned.join("new")).unwrap();
        fs::write(abandoned.join("new/ram"), "left behind").unwrap();
        fs::create_dir(parent.path().join("6.1-0123456789abcdef")).unwrap();
        let first = Scratch::new(parent.path()).unwrap();
        assert!(!abandoned.exists());
        let second = Scratch::new(parent.path()).unwrap();
        assert!(first.path().exists() && second.path().exists());
        assert!(parent.path().join("6.1-0123456789abcdef").exists());
    }
}
