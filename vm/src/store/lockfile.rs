//! `kernels/lock.json`: what the cache holds, with sizes and hashes.
//!
//! It does not look at the kernels themselves.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::StoreError;

/// Raised when the meaning of a field changes; a file of another version counts as empty.
const VERSION: u32 = 1;

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LockFile {
    version: u32,
    pub(super) kernels: BTreeMap<String, Entry>,
}

/// One fetched kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// What `uname -r` says.
    pub release: String,
    /// The folder in `kernels/`.
    pub folder: String,
    /// The packages that it was taken from.
    pub packages: Vec<PackageRecord>,
    /// The uncompressed kernel.
    pub vmlinux: FileRecord,
    /// The kept modules by file name.
    pub modules: BTreeMap<String, FileRecord>,
    /// The modules that were asked for, also those that turned out to be built in.
    pub wanted: Vec<String>,
}

/// A package that was downloaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageRecord {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// Its size and hash.
    #[serde(flatten)]
    pub file: FileRecord,
}

/// The size and the hash of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileRecord {
    /// In bytes.
    pub size: u64,
    /// In hexadecimal.
    pub sha256: String,
}

impl Default for LockFile {
    fn default() -> LockFile {
        LockFile { version: VERSION, kernels: BTreeMap::new() }
    }
}

impl LockFile {
    /// Reads the lock file of a folder. A missing, damaged or foreign one is empty: its kernels are fetched again.
    pub(super) fn read(folder: &Path) -> LockFile {
        let text = fs::read(folder.join("lock.json")).unwrap_or_default();
        serde_json::from_slice(&text)
            .ok()
            .filter(|file: &LockFile| file.version == VERSION)
            .unwrap_or_default()
    }

    /// Replaces the lock file of a folder in one step.
    pub(super) fn write(&self, folder: &Path) -> Result<(), StoreError> {
        let path = folder.join("lock.json");
        let text = serde_json::to_vec_pretty(self).map_err(std::io::Error::other);
        let write = |text: Vec<u8>| {
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&text)?;
            file.as_file().sync_all()?;
            file.persist(&path).map_err(|error| error.error)
        };
        text.and_then(write).map(drop).map_err(StoreError::io("write", &path))
    }
}
