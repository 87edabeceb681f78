//! Checking and deleting what is in the cache.
//!
//! It fetches nothing.

use std::fs;

use super::inventory::disk_usage;
use super::lockfile::LockFile;
use super::{Store, StoreError, keep};

impl Store {
    /// Reads all files of a series and compares their hashes; costs about 0.2 s.
    /// A damaged kernel is taken off the list, so that the next fetch mends it.
    ///
    /// # Errors
    /// [`StoreError::Damaged`], which names the file. A series that is not in the cache is fine.
    pub fn verify(&self, series: &str) -> Result<(), StoreError> {
        let series = self.find(series)?;
        let Some(entry) = LockFile::read(&self.kernels()).kernels.remove(&series.name) else { return Ok(()) };
        let folder = self.kernels().join(&entry.folder);
        let modules = entry.modules.iter().map(|(name, file)| (folder.join("modules").join(name), file));
        for (path, expected) in modules.chain([(folder.join("vmlinux"), &entry.vmlinux)]) {
            let why = match keep::record_of(&path) {
                Ok(found) if found == *expected => continue,
                Ok(found) if found.size != expected.size => {
                    format!("{} bytes instead of {}", found.size, expected.size)
                }
                Ok(found) => format!("its SHA-256 is {} instead of {}", found.sha256, expected.sha256),
                Err(error) => error.to_string().lines().next().unwrap_or_default().to_owned(),
            };
            self.forget(&series.name)?;
            return Err(StoreError::Damaged { series: series.name.clone(), path, why });
        }
        Ok(())
    }

    /// Takes a series off the list; [`Store::gc`] deletes its files.
    ///
    /// # Errors
    /// [`StoreError::UnknownSeries`], [`StoreError::Io`].
    pub fn forget(&self, series: &str) -> Result<(), StoreError> {
        let series = self.find(series)?;
        let _lock = self.lock("list")?;
        let mut file = LockFile::read(&self.kernels());
        match file.kernels.remove(&series.name) {
            Some(_) => file.write(&self.kernels()),
            None => Ok(()),
        }
    }

    /// Deletes what no series of the list uses: old releases, unfinished work, imported kernels.
    /// Returns the bytes that were freed on disk. Waits for fetches that are at work.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn gc(&self) -> Result<u64, StoreError> {
        let names = self.series.iter().map(|series| series.name.as_str()).chain(["import", "list"]);
        let _locks = names.map(|name| self.lock(name)).collect::<Result<Vec<_>, _>>()?;
        let kernels = self.kernels();
        let mut file = LockFile::read(&kernels);
        file.kernels.retain(|name, _| self.series.iter().any(|series| series.name == *name));
        file.write(&kernels)?;
        let mut freed = 0;
        for entry in fs::read_dir(&kernels).map_err(StoreError::io("read", &kernels))? {
            let path = entry.map_err(StoreError::io("read", &kernels))?.path();
            let used =
                |name: &str| name == "lock.json" || file.kernels.values().any(|entry| entry.folder == name);
            if path.file_name().is_some_and(|name| used(&name.to_string_lossy())) {
                continue;
            }
            freed += disk_usage(&path);
            let delete = if path.is_dir() { fs::remove_dir_all(&path) } else { fs::remove_file(&path) };
            delete.map_err(StoreError::io("delete", &path))?;
        }
        Ok(freed)
    }
}
