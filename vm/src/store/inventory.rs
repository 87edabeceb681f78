//! What the store holds, without fetching anything.
//!
//! Sizes are compared, hashes are not: that is [`Store::verify`]'s part.

use std::fs;
use std::path::Path;

use super::lockfile::{Entry, LockFile};
use super::{Series, Store, StoreError};
use crate::Kernel;
use crate::modules::{self, canonical};

/// One line of `runner kernels list`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// The series.
    pub series: &'static Series,
    /// What is in the cache, if anything.
    pub entry: Option<Entry>,
    /// What it takes on disk, in bytes (blocks, not lengths).
    pub disk: u64,
}

impl Store {
    /// The kernel of a series with some modules (beside those that every guest needs), if it is in the cache.
    /// A few milliseconds at most: files are only looked at, not read.
    ///
    /// # Errors
    /// [`StoreError::UnknownSeries`]. Missing and cut-off files are `None`, so that a fetch mends them.
    pub fn installed(&self, series: &str, modules: &[&str]) -> Result<Option<Kernel>, StoreError> {
        let series = self.find(series)?;
        let entry = LockFile::read(&self.kernels()).kernels.remove(&series.name);
        Ok(entry.filter(|entry| self.lacking(entry, modules).is_empty() && self.is_whole(entry)).map(
            |entry| Kernel {
                series: series.name.clone(),
                release: entry.release.clone(),
                vmlinux: self.kernels().join(&entry.folder).join("vmlinux"),
                sha256: entry.vmlinux.sha256.clone(),
                modules: self.kernels().join(&entry.folder).join("modules"),
            },
        ))
    }

    /// All series and what is in the cache of each.
    pub fn list(&self) -> Vec<Listing> {
        let mut lock = LockFile::read(&self.kernels());
        let listing = |series: &'static Series| {
            let entry = lock.kernels.remove(&series.name).filter(|entry| self.is_whole(entry));
            let disk = entry.as_ref().map_or(0, |entry| disk_usage(&self.kernels().join(&entry.folder)));
            Listing { series, entry, disk }
        };
        self.series.iter().map(listing).collect()
    }

    /// The modules that a kernel in the cache was not asked for.
    pub(super) fn lacking(&self, entry: &Entry, modules: &[&str]) -> Vec<String> {
        let wanted = modules::BASE.iter().chain(modules).map(|name| canonical(name));
        wanted.filter(|name| !entry.wanted.contains(name)).collect()
    }

    fn is_whole(&self, entry: &Entry) -> bool {
        let folder = self.kernels().join(&entry.folder);
        let same = |path: &Path, size: u64| {
            fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() == size)
        };
        let modules = folder.join("modules");
        same(&folder.join("vmlinux"), entry.vmlinux.size)
            && entry.modules.iter().all(|(name, file)| same(&modules.join(name), file.size))
    }
}

/// Bytes that a file or folder takes on disk.
pub(super) fn disk_usage(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt;
    let Ok(found) = fs::symlink_metadata(path) else { return 0 };
    let below = match found.is_dir() {
        true => {
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| disk_usage(&entry.path())).sum()
        }
        false => 0,
    };
    found.blocks() * 512 + below
}
