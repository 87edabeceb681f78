//! What is known of a checkpoint's files, so that a changed one is noticed. It mends nothing.

use std::{fs, os::unix::fs::MetadataExt, path::Path};

use serde::{Deserialize, Serialize};

use crate::{error::VmError, sha256};

/// What is written down beside the memory and the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Facts {
    pub(super) release: String,
    pub(super) boot_ms: u64,
    pub(super) memory: Fingerprint,
    pub(super) state_sha256: String,
}

/// Enough to notice that somebody has written to a file, without reading its 100 MB. The time is that
/// of the last change of the inode (ctime): unlike the time of modification, nobody can set it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Fingerprint {
    size: u64,
    changed_ns: i128,
    inode: u64,
}

impl Fingerprint {
    pub(super) fn of(path: &Path) -> Result<Self, VmError> {
        let data = fs::metadata(path).map_err(VmError::io(format!("look at `{}`", path.display())))?;
        let changed_ns = i128::from(data.ctime()) * 1_000_000_000 + i128::from(data.ctime_nsec());
        Ok(Self { size: data.len(), changed_ns, inode: data.ino() })
    }
}

/// The hash of the state file, which is small enough to be read before every restore.
pub(super) fn sha256_of(path: &Path) -> Result<String, VmError> {
    sha256::of_file(path).map_err(VmError::io(format!("read `{}`", path.display())))
}
