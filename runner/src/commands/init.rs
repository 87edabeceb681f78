//! `runner init`: a folder of the learner's own.

use std::{env, path::Path};

use anyhow::Result;

use super::PASSED;
use crate::workspace::init;

/// Writes a workspace and says what to do next.
///
/// # Errors
/// If the folder is not empty, or cannot be written.
pub(super) fn init(folder: &Path) -> Result<u8> {
    let written = init::init(folder)?;
    println!("your workbook is in `{}`; next:\n", written.display());
    println!("  cd {}", folder.display());
    println!("  runner next");
    if !is_on_path() {
        println!(
            "\n`runner` is not on `PATH`: `cargo install --path runner`, in the course's folder, puts it there"
        );
    }
    Ok(PASSED)
}

/// Whether the learner can type `runner`.
fn is_on_path() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|folder| folder.join("runner").is_file())
}
