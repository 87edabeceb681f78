//! What kernels made of a lab's program, recorded: from the runner's raw answers to small files that a person can review.
//!
//! `runner dev see` asks the kernels and calls this. The pages read only the small files.

pub mod bpf;
pub mod machine;
pub mod raw;
pub mod recording;
pub mod run;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use raw::Raw;
use recording::Recording;

/// What to do with recordings that are not current.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outdated {
    /// They are written anew.
    Renew,
    /// They are only named.
    Name,
}

/// Compares the recordings of all raw answers in `from` with those of the course. Returns the files that were
/// renewed, or are not current.
///
/// # Errors
/// A folder or file that cannot be read or written.
pub fn see(root: &Path, from: &Path, outdated: Outdated) -> Result<Vec<PathBuf>> {
    let mut changed = Vec::new();
    let mut files: Vec<PathBuf> = fs::read_dir(from)
        .with_context(|| format!("cannot read `{}`", from.display()))?
        .flatten()
        .map(|entry| entry.path())
        .collect();
    files.sort();
    for file in files {
        let text = fs::read_to_string(&file).with_context(|| format!("cannot read `{}`", file.display()))?;
        let raw: Raw = serde_json::from_str(&text)
            .with_context(|| format!("`{}` is not what the runner writes", file.display()))?;
        let place = Path::new("labs").join(&raw.lab).join("seen").join(raw.file_name());
        let new = Recording::of(&raw);
        let old = fs::read_to_string(root.join(&place)).unwrap_or_default();
        // What a kernel makes of a program may change with its release: compared is within one release only.
        let other_release = Recording::parse(&old).is_some_and(|old| old.release != new.release);
        if old == new.to_text() || (outdated == Outdated::Name && other_release) {
            continue;
        }
        if outdated == Outdated::Renew {
            let path = root.join(&place);
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            fs::write(&path, new.to_text()).with_context(|| format!("cannot write `{}`", path.display()))?;
        }
        changed.push(place);
    }
    Ok(changed)
}
