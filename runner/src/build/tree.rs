//! Course trees: the same course with another file standing as `exercise.rs`.
//!
//! The learner's own exercise is built in place. For every other side a tree of symbolic links
//! stands under `target/course/`, in which only the `exercise.rs` files are real: copies of
//! the solution, a mutant or a submission. There is no second way to build.

use std::{
    fs,
    io::ErrorKind,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
};

use super::BuildError;
use crate::catalog::{ExerciseSide, Lab};

/// What of the course's root a tree links to. `Cargo.lock` is copied: cargo may write it.
const LINKED: &[&str] = &["Cargo.toml", "rust-toolchain.toml", "runner", "vm", "tests", "book"];

/// A lab with the file that stands as its exercise.
pub(super) type Standing<'a> = (&'a Lab, &'a Path);

/// Brings the tree up to date for these labs and returns its root. Files of other labs stay as they are.
///
/// # Errors
/// [`BuildError::Io`] that names the file.
pub(super) fn prepare(course: &Path, name: &str, labs: &[Standing<'_>]) -> Result<PathBuf, BuildError> {
    let tree = course.join("target/course").join(name);
    fs::create_dir_all(&tree).map_err(failed("make", &tree))?;
    for name in LINKED {
        link(&course.join(name), &tree.join(name))?;
    }
    copy_if_different(&course.join("Cargo.lock"), &tree.join("Cargo.lock"))?;
    for side in ["labs", "labs-ebpf"] {
        mirror(&course.join(side), &tree.join(side))?;
    }
    for (lab, source) in labs {
        let folder = match lab.side {
            ExerciseSide::Ebpf => "labs-ebpf",
            ExerciseSide::Guest => "labs",
        };
        let standing = tree.join(folder).join(&lab.name).join("src/exercise.rs");
        copy_if_different(source, &standing)?;
    }
    Ok(tree)
}

/// Makes `to` a folder like `from`: folders are real, files are links, `exercise.rs` stays out
/// unless it is there already. What `from` no longer has is removed.
fn mirror(from: &Path, to: &Path) -> Result<(), BuildError> {
    fs::create_dir_all(to).map_err(failed("make", to))?;
    for entry in fs::read_dir(to).map_err(failed("list", to))?.flatten() {
        let original = from.join(entry.file_name());
        if !original.exists() {
            let path = entry.path();
            let removed = if path.is_dir() && !path.is_symlink() {
                fs::remove_dir_all(&path)
            } else {
                fs::remove_file(&path)
            };
            removed.map_err(failed("remove", &path))?;
        }
    }
    for entry in fs::read_dir(from).map_err(failed("list", from))?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let kind = entry.file_type().map_err(failed("look at", &path))?;
        match name.to_str() {
            Some("target" | "snapshots" | "recorded" | "mutants") => {}
            Some("Cargo.lock") => copy_if_different(&path, &to.join(&name))?,
            Some("exercise.rs") if to.join(&name).exists() => {}
            // A lab that is not built from this tree still needs the file for its manifest to be valid.
            Some("exercise.rs") => copy_if_different(&path, &to.join(&name))?,
            _ if kind.is_dir() => mirror(&path, &to.join(&name))?,
            _ => link(&path, &to.join(&name))?,
        }
    }
    Ok(())
}

fn link(from: &Path, to: &Path) -> Result<(), BuildError> {
    if fs::read_link(to).is_ok_and(|target| target == from) {
        return Ok(());
    }
    match fs::remove_file(to) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(failed("replace", to)(error)),
        _ => symlink(from, to).map_err(failed("link", to)),
    }
}

/// Copies a file, but leaves an equal one alone: its time tells cargo that nothing has changed.
fn copy_if_different(from: &Path, to: &Path) -> Result<(), BuildError> {
    let new = fs::read(from).map_err(failed("read", from))?;
    if fs::symlink_metadata(to).is_ok_and(|data| data.is_file()) && fs::read(to).is_ok_and(|old| old == new) {
        return Ok(());
    }
    let _ = fs::remove_file(to);
    fs::write(to, new).map_err(failed("write", to))
}

fn failed(verb: &str, path: &Path) -> impl FnOnce(std::io::Error) -> BuildError + use<> {
    let act = format!("{verb} `{}`", path.display());
    move |source| BuildError::Io { act, source }
}
