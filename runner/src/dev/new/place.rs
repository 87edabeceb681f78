//! Puts a new lab into the course: all of its files or none.
//!
//! Everything is written into a folder of its own first; then three renames bring it into place,
//! and a failure takes back those that were done.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Error, Result, anyhow, bail};

use super::{File, Name};

/// Writes the files of a lab below the course's root.
///
/// # Errors
/// When something of the lab is there already, or cannot be written.
pub(super) fn place(course: &Path, name: &Name, files: &[File]) -> Result<()> {
    // What is moved, in this order: with its folder under `labs` the lab begins to exist.
    let parts = [
        PathBuf::from(format!("book/src/{name}.md")),
        Path::new("labs-ebpf").join(name.to_string()),
        Path::new("labs").join(name.to_string()),
    ];
    if let Some(there) = parts.iter().find(|part| course.join(part).symlink_metadata().is_ok()) {
        bail!(
            "`{}` is there already, and nothing is overwritten\nhint: move it away, or give the lab another name",
            there.display()
        );
    }
    let target = course.join("target");
    let scratch = fs::create_dir_all(&target)
        .and_then(|()| tempfile::Builder::new().prefix("new-lab-").tempdir_in(&target))
        .map_err(|error| trouble("make a folder in", Path::new("target"), &error))?;
    for file in files {
        write(&scratch.path().join(&file.path), &file.text)
            .map_err(|error| trouble("write", &file.path, &error))?;
    }
    for (done, part) in parts.iter().enumerate() {
        if let Err(error) = fs::rename(scratch.path().join(part), course.join(part)) {
            for moved in &parts[..done] {
                // Back to where it is deleted from. What cannot be taken back is named by the error below.
                let _ = fs::rename(course.join(moved), scratch.path().join(moved));
            }
            return Err(trouble("put into place", part, &error));
        }
    }
    Ok(())
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

fn trouble(verb: &str, path: &Path, error: &io::Error) -> Error {
    anyhow!(
        "cannot {verb} `{}`: {error}; nothing of the lab was left in the course\n\
         hint: check that you may write there and that the disk is not full",
        path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::super::template;
    use super::*;
    use crate::catalog::{Catalog, ExerciseSide};
    use tempfile::TempDir;

    /// A course without labs, and the name of the first one.
    fn course() -> (TempDir, Name, Vec<File>) {
        let course = tempfile::tempdir().expect("a temporary folder");
        for folder in ["labs", "labs-ebpf", "book/src"] {
            fs::create_dir_all(course.path().join(folder)).expect("the folder");
        }
        let catalog = Catalog::discover(course.path(), &["6.1".into()]).expect("an empty catalog");
        let name = Name::parse("lab-04-guard", &catalog).expect("a good name");
        let files = template::files(&name, ExerciseSide::Ebpf);
        (course, name, files)
    }

    /// Every file and folder below the course, but for `target` itself.
    fn listing(course: &Path) -> Vec<String> {
        fn walk(folder: &Path, root: &Path, into: &mut Vec<String>) {
            for entry in fs::read_dir(folder).expect("the folder").flatten() {
                let path = entry.path();
                into.push(path.strip_prefix(root).expect("below").display().to_string());
                if path.is_dir() {
                    walk(&path, root, into);
                }
            }
        }
        let mut list = Vec::new();
        walk(course, course, &mut list);
        list.retain(|path| path != "target");
        list.sort();
        list
    }

    #[test]
    fn a_new_lab_is_complete_and_in_the_catalog() {
        let (course, name, files) = course();
        place(course.path(), &name, &files).expect("placed");
        for file in &files {
            assert_eq!(fs::read_to_string(course.path().join(&file.path)).expect("the file"), file.text);
        }
        let catalog = Catalog::discover(course.path(), &["6.1".into()]).expect("a good catalog");
        assert_eq!(catalog.labs()[0].mutants.len(), 1);
        assert!(!listing(course.path()).iter().any(|path| path.contains("new-lab-")));
    }

    #[test]
    fn nothing_is_overwritten() {
        let (course, name, files) = course();
        fs::write(course.path().join("book/src/lab-04-guard.md"), "mine").expect("a chapter");
        let before = listing(course.path());
        let error = place(course.path(), &name, &files).expect_err("it is there");
        insta::assert_snapshot!("new_there_already", error.to_string());
        assert_eq!(listing(course.path()), before);
    }

    #[test]
    fn a_failure_half_way_leaves_nothing() {
        let (course, name, files) = course();
        // The last of the three renames cannot succeed.
        fs::remove_dir(course.path().join("labs")).expect("removed");
        fs::write(course.path().join("labs"), "no folder").expect("a file instead");
        let before = listing(course.path());
        let error = place(course.path(), &name, &files).expect_err("`labs` is no folder");
        insta::assert_snapshot!("new_half_way", format!("{error:#}"));
        assert_eq!(listing(course.path()), before);
    }
}
