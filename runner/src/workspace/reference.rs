//! The reference solutions, for a workspace that has none: unpacked into the cache when first needed.
//!
//! Seeds, `diff` and controls need them. A learner who wants to cheat can find them there, and cheats
//! nobody else.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};

use super::embedded;

/// Where the solutions of this runner's course lie once they are unpacked, laid out as in the course.
#[must_use]
pub fn folder(cache: &Path) -> PathBuf {
    cache.join("course").join(embedded::content())
}

/// Whether this runner's course has a solution at this path.
#[must_use]
pub fn has(path: &Path) -> bool {
    path.to_str().is_some_and(|path| embedded::file(path).is_some())
}

/// Unpacks the solutions, unless they are there.
///
/// # Errors
/// If the cache cannot be written.
pub fn unpack(cache: &Path) -> Result<()> {
    let (courses, folder) = (cache.join("course"), folder(cache));
    if folder.is_dir() {
        return Ok(());
    }
    let failed = |error: std::io::Error| {
        anyhow!(
            "cannot unpack the reference solutions into `{}`: {error}\nhint: check that the cache is writable, or name \
             another one in `EBPF_WORKBOOK_CACHE`",
            courses.display()
        )
    };
    fs::create_dir_all(&courses).map_err(failed)?;
    let draft = tempfile::Builder::new().prefix(".draft-").tempdir_in(&courses).map_err(failed)?;
    for (path, bytes) in embedded::FILES.iter().filter(|(path, _)| path.ends_with("/src/solution.rs")) {
        let path = draft.path().join(path);
        fs::create_dir_all(path.parent().unwrap_or(draft.path())).map_err(failed)?;
        fs::write(path, bytes).map_err(failed)?;
    }
    match fs::rename(draft.path(), &folder) {
        // Another runner was quicker, with the same files.
        Err(_) if folder.is_dir() => Ok(()),
        Err(error) => Err(failed(error)),
        Ok(()) => Ok(()),
    }
}
