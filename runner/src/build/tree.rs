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
const LINKED: &[&str] = &["rust-toolchain.toml", "runner", "vm", "tests", "book"];

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
    for workspace in ["Cargo.toml", "labs-ebpf/Cargo.toml"] {
        let (from, to) = (course.join(workspace), tree.join(workspace));
        let text = fs::read_to_string(&from).map_err(failed("read", &from))?;
        fs::create_dir_all(tree.join("labs-ebpf")).map_err(failed("make", &tree))?;
        write_if_different(versioned(&text, name).as_bytes(), &to)?;
    }
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
            // The workspace's manifest is written by `prepare`.
            Some("Cargo.toml") if from.ends_with("labs-ebpf") => {}
            // A file that stands as exercise must not find the answer beside it.
            Some("target" | "snapshots" | "recorded" | "mutants" | "solution.rs") => {}
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
        Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("replace", to)(error)),
        _ => symlink(from, to).map_err(failed("link", to)),
    }
}

/// The workspace's manifest with the tree's name in the version that all packages inherit.
///
/// Cargo names what it keeps of a package after the package's name, its version and its path *inside the
/// workspace*. All trees share one target folder, so without this it would take the exercise's object for
/// the solution's whenever the file's time allowed it.
fn versioned(manifest: &str, tree: &str) -> String {
    let inherit = |line: &str| match line.strip_prefix("version = \"").and_then(|rest| rest.split('"').next())
    {
        Some(version) => format!("version = \"{version}+{tree}\"\n"),
        None => format!("{line}\n"),
    };
    manifest.lines().map(inherit).collect()
}

/// Copies a file, but leaves an equal one alone: its time tells cargo that nothing has changed.
fn copy_if_different(from: &Path, to: &Path) -> Result<(), BuildError> {
    write_if_different(&fs::read(from).map_err(failed("read", from))?, to)
}

fn write_if_different(new: &[u8], to: &Path) -> Result<(), BuildError> {
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

#[cfg(test)]
mod tests {
    use super::versioned;

    #[test]
    fn each_tree_has_packages_of_its_own() {
        let manifest = "[workspace.package]\nversion = \"0.1.0\"\n[workspace.dependencies]\naya = \"0.14\"\n";
        let expected =
            "[workspace.package]\nversion = \"0.1.0+solution\"\n[workspace.dependencies]\naya = \"0.14\"\n";
        assert_eq!(versioned(manifest, "solution"), expected);
    }
}
