//! `runner reset`: the exercise as it came; the learner's file is kept beside it.

use std::fs;

use anyhow::{Result, anyhow, bail};

use super::{PASSED, desk::Desk};
use crate::{
    paths::Kind,
    usage::WrongUsage,
    workspace::{Written, contents, free_name, sha256, write_file},
};

/// Puts the original of a lab's exercise back.
///
/// # Errors
/// In the course's own repository, or when a file cannot be written.
pub(super) fn reset(name: &str) -> Result<u8> {
    let desk = Desk::open()?;
    let root = &desk.session.paths.course;
    let lab = desk.session.catalog.find(name)?;
    let path = lab.exercise.strip_prefix(root).unwrap_or(&lab.exercise).display().to_string();
    if desk.session.paths.kind() == Kind::Repository {
        bail!(WrongUsage::new(
            "not-in-the-repository",
            format!(
                "this is the course's own repository, and git keeps the original of `{path}`\nhint: `git restore {path}`"
            )
        ));
    }
    let Some(original) = contents().remove(&path) else {
        bail!(WrongUsage::new(
            "not-in-this-course",
            format!(
                "this runner's course has no `{path}`, so there is nothing to go back to\nhint: install the runner that \
             this workspace was written with, or `cargo runner update`"
            )
        ));
    };
    let failed = |error: std::io::Error| {
        anyhow!("cannot write `{path}`: {error}\nhint: make its folder writable, or free some of the disk")
    };
    match fs::read(&lab.exercise) {
        Ok(there) if there == original => {
            println!("{path} is as it came: nothing to do");
            return Ok(PASSED);
        }
        Ok(_) => {
            // A copy first: at no moment is there neither file.
            let old = free_name(&lab.exercise, "old");
            fs::copy(&lab.exercise, &old).map_err(failed)?;
            println!("your file is kept: {}", old.strip_prefix(root).unwrap_or(&old).display());
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => {
            bail!("cannot read `{path}`: {error}\nhint: make the file readable, or move it away yourself");
        }
    }
    write_file(&lab.exercise, &original).map_err(failed)?;
    let mut written = Written::read(root);
    written.0.insert(path.clone(), sha256(&original));
    written.write(root).map_err(failed)?;
    println!("{path} is as it came; what passed stays recorded");
    Ok(PASSED)
}
