//! How much a step downloads and stores. Estimates for the table that is shown before asking.

use std::{fmt, ops::Add};

/// Sizes in MB (10⁶ bytes), rounded up. Measured on Debian 12; another system differs a little.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// What comes over the network.
    pub download_mb: u64,
    /// What stays on the disk.
    pub disk_mb: u64,
}

impl Size {
    /// A size from its two parts.
    #[must_use]
    pub const fn new(download_mb: u64, disk_mb: u64) -> Self {
        Self { download_mb, disk_mb }
    }
}

impl Add for Size {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.download_mb + other.download_mb, self.disk_mb + other.disk_mb)
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MB to download, {} MB on disk", self.download_mb, self.disk_mb)
    }
}
