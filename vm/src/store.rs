//! The kernel store: kernels of the matrix, fetched once through apt and kept ready to boot.
//!
//! Of a package only the uncompressed image and the needed modules are kept. It boots nothing and knows
//! no lab: which modules are needed is a parameter.
//!
//! In the cache: `kernels/lock.json` (what is there, with hashes), `kernels/RELEASE/{vmlinux,modules/}`,
//! `kernels/import-HASH/` (kernels given by path), `kernels/tmp-*` (unfinished work), `apt/` (the private
//! apt root), `locks/kernel-*.lock`.

mod error;
mod fetch;
mod files;
mod import;
mod inventory;
mod keep;
mod lockfile;
pub mod series;
#[cfg(test)]
mod tests;
mod tidy;

use std::path::{Path, PathBuf};

pub use error::StoreError;
pub use inventory::Listing;
pub use lockfile::{Entry, FileRecord, PackageRecord};
pub use series::Series;

use crate::apt::{Mirrors, Overrides};

/// Kernels in a cache folder. Cheap to open: nothing is read before it is asked for.
#[derive(Debug, Clone)]
pub struct Store {
    cache: PathBuf,
    source: Source,
    series: &'static [Series],
}

/// Where missing kernels come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From nowhere: only what the cache holds.
    Offline,
    /// From the system's mirrors, which apt is asked for when a fetch begins; the user's settings stand.
    System(Overrides),
    /// From these mirrors.
    Fixed(Mirrors),
}

/// What a fetch is doing, for progress bars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Waiting until no other runner fetches the same series.
    Locking,
    /// Updating the package indexes of some suites.
    Indexes {
        /// The suites.
        suites: &'a [String],
    },
    /// Downloading one package.
    Downloading {
        /// Its name.
        package: &'a str,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// The mirror does not have the file; the next newest version is tried.
    Gone {
        /// "the package `name=version`".
        what: &'a str,
    },
    /// Decompressing and checking.
    Unpacking {
        /// The release.
        release: &'a str,
    },
}

impl Store {
    /// The store in the cache folder `cache`, which need not exist yet.
    pub fn open(cache: &Path, source: Source) -> Store {
        Store { cache: cache.to_path_buf(), source, series: series::all() }
    }

    /// The kernels that this store can hold, oldest first.
    pub fn series(&self) -> &'static [Series] {
        self.series
    }

    /// The series of a name; `newest` is the last one.
    ///
    /// # Errors
    /// [`StoreError::UnknownSeries`], which lists the right names.
    pub fn find(&self, name: &str) -> Result<&'static Series, StoreError> {
        series::find(self.series, name)
    }

    fn kernels(&self) -> PathBuf {
        self.cache.join("kernels")
    }

    fn apt_root(&self) -> PathBuf {
        self.cache.join("apt")
    }

    fn lock_path(&self, name: &str) -> PathBuf {
        self.cache.join("locks").join(format!("kernel-{name}.lock"))
    }
}
