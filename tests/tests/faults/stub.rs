//! Programs that stand in for QEMU and cargo: shell scripts, written so that they can be started at once.

use std::path::{Path, PathBuf};

/// Writes an executable script into a folder.
///
/// Another process writes it: in this one, a thread that forks just then would pass the open file on, and
/// starting the script would fail with "text file busy".
///
/// # Panics
/// If the folder cannot be written.
pub(crate) fn script(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(name);
    let words = ["-m", "755", "/dev/stdin"].map(std::ffi::OsString::from);
    let install = duct::cmd("install", words.into_iter().chain([path.clone().into_os_string()]));
    install.stdin_bytes(format!("#!/bin/bash\n{text}\n")).run().expect("a script is written");
    path
}

/// A folder for one test, on the disk that cargo builds on: a checkpoint in it is of a usual size.
///
/// # Panics
/// If it cannot be made.
pub(crate) fn folder() -> tempfile::TempDir {
    tempfile::Builder::new().prefix("faults-").tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}
