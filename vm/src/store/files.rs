//! Where a kernel's files are read from: packages, or a folder with modules.
//!
//! It does not know which files matter.

use std::fs;
use std::path::{Path, PathBuf};

use super::StoreError;
use crate::deb::Deb;

/// Files by path.
pub(super) trait Files {
    /// All paths.
    fn paths(&self) -> Vec<String>;
    /// One file's content.
    fn read(&self, path: &str) -> Result<Vec<u8>, StoreError>;
}

impl Files for [Deb] {
    fn paths(&self) -> Vec<String> {
        self.iter().flat_map(Deb::paths).map(ToOwned::to_owned).collect()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let holder = self.iter().find(|package| package.contains(path)).or(self.first());
        match holder {
            Some(package) => Ok(package.read(path)?),
            None => Err(StoreError::io("read", Path::new(path))(std::io::ErrorKind::NotFound.into())),
        }
    }
}

/// A folder, searched to its depths.
pub(super) struct Folder {
    root: PathBuf,
    paths: Vec<String>,
}

impl Folder {
    pub(super) fn open(root: &Path) -> Result<Folder, StoreError> {
        let mut folder = Folder { root: root.to_path_buf(), paths: Vec::new() };
        let mut open = vec![PathBuf::new()];
        while let Some(below) = open.pop() {
            let path = root.join(&below);
            for entry in fs::read_dir(&path).map_err(StoreError::io("read", &path))? {
                let entry = entry.map_err(StoreError::io("read", &path))?;
                let name = below.join(entry.file_name());
                // Links (`build`, `source`) lead out of the folder: they are not followed.
                match entry.file_type().map_err(StoreError::io("read", &path))? {
                    kind if kind.is_dir() => open.push(name),
                    kind if kind.is_file() => folder.paths.push(name.to_string_lossy().into_owned()),
                    _ => {}
                }
            }
        }
        Ok(folder)
    }
}

impl Files for Folder {
    fn paths(&self) -> Vec<String> {
        self.paths.clone()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        let path = self.root.join(path);
        fs::read(&path).map_err(StoreError::io("read", &path))
    }
}

/// No files at all, for a kernel without modules.
impl Files for () {
    fn paths(&self) -> Vec<String> {
        Vec::new()
    }

    fn read(&self, path: &str) -> Result<Vec<u8>, StoreError> {
        Err(StoreError::io("read", Path::new(path))(std::io::ErrorKind::NotFound.into()))
    }
}
