//! bpffs: a folder for the exercise's files, and what is in the file system.
//!
//! Nothing stays in it from one check to the next.

use std::{
    fs, io,
    os::unix::fs::chown,
    path::{Path, PathBuf},
};

use anyhow::Context;

use crate::job::Pins;

/// Where bpffs is mounted.
const BPFFS: &str = "/sys/fs/bpf";

/// The user as whom the exercise runs.
const NOBODY: u32 = 65_534;

/// A folder in bpffs that belongs to the exercise. Dropping it removes it, and every other file that is new since then.
pub(crate) struct Folder {
    path: PathBuf,
    before: Vec<PathBuf>,
}

impl Folder {
    /// A new one.
    ///
    /// # Errors
    /// If there is no bpffs.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let before = files()?;
        let path = Path::new(BPFFS).join("lab");
        fs::create_dir(&path).with_context(|| format!("cannot make `{}`", path.display()))?;
        chown(&path, Some(NOBODY), Some(NOBODY))?;
        Ok(Self { path, before })
    }

    /// A file in it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// All files of bpffs that are new, in alphabetical order.
    ///
    /// # Errors
    /// If bpffs cannot be read.
    pub(crate) fn new_files(&self) -> io::Result<Vec<PathBuf>> {
        Ok(files()?.into_iter().filter(|file| !self.before.contains(file)).collect())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // What is left is seen in the next check: it begins by looking whether anything is loaded.
        let mut left = self.new_files().unwrap_or_default();
        // Folders come before what is in them.
        left.reverse();
        for path in left {
            let _ = if path.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
        }
        let _ = fs::remove_dir(&self.path);
    }
}

/// Two files for the lab itself, outside of the exercise's folder.
pub(crate) fn own_pins() -> Pins {
    let [link, slots] = ["own-link", "own-slots"].map(|name| Path::new(BPFFS).join(name));
    Pins { link, slots }
}

/// Gives a file to the exercise.
///
/// # Errors
/// If there is none.
pub(crate) fn hand_over(path: &Path) -> anyhow::Result<()> {
    chown(path, Some(NOBODY), Some(NOBODY)).with_context(|| format!("cannot hand over `{}`", path.display()))
}

fn files() -> io::Result<Vec<PathBuf>> {
    let (mut files, mut folders) = (Vec::new(), vec![PathBuf::from(BPFFS)]);
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path.clone());
            }
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
