//! A new workspace.
//!
//! It is written in place, with the marker first: what an interruption leaves is a workspace that
//! `update` completes.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};

use super::{MARKER, Marker, Written, contents, sha256, write_file};
use crate::usage::WrongUsage;

/// Writes a workspace into a folder, which is made if it is not there, and returns its path.
///
/// # Errors
/// If the folder is not empty, or cannot be written.
pub fn init(folder: &Path) -> Result<PathBuf> {
    let shown = folder.display();
    let failed = |path: &Path, error: std::io::Error| {
        anyhow!(
            "cannot write `{}`: {error}\nhint: choose a folder that you may write to, on a disk that is not full",
            path.display()
        )
    };
    match fs::read_dir(folder) {
        Ok(entries) => {
            // The first by name: file systems list in any order.
            let names = entries.map(|entry| entry.map(|entry| entry.file_name()).unwrap_or_default());
            if let Some(first) = names.min() {
                return Err(not_empty(folder, first.display()));
            }
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Err(anyhow!(WrongUsage::new(
                "not-a-folder",
                format!(
                    "`{shown}` is a file, and a workspace is a folder\nhint: give the name of a folder that is not there yet"
                )
            )));
        }
        Err(error) => return Err(failed(folder, error)),
    }
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    Marker::of_this_runner().write(folder).map_err(|error| failed(&folder.join(MARKER), error))?;
    let mut written = Written::default();
    for (path, bytes) in contents() {
        let place = folder.join(&path);
        write_file(&place, &bytes).map_err(|error| failed(&place, error))?;
        written.0.insert(path, sha256(&bytes));
    }
    written.write(folder).map_err(|error| failed(folder, error))?;
    Ok(folder.canonicalize().unwrap_or_else(|_| folder.to_owned()))
}

fn not_empty(folder: &Path, first: std::ffi::os_str::Display<'_>) -> anyhow::Error {
    let shown = folder.display();
    let text = if folder.join(MARKER).exists() {
        format!(
            "`{shown}` is a workspace already\nhint: `cargo runner next` in it says where to go on; `cargo runner update` brings \
             in what it lacks"
        )
    } else {
        format!(
            "`{shown}` is not empty: it holds `{first}`, and nothing is overwritten\nhint: give the name of a folder \
             that is not there yet"
        )
    };
    anyhow!(WrongUsage::new("folder-not-empty", text))
}
