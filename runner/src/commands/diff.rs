//! `runner diff`: the learner's exercise beside the reference solution, once that gives nothing away.

use std::{fs, path::Path};

use anyhow::{Result, anyhow, bail};
use similar::TextDiff;

use super::{PASSED, desk::Desk};
use crate::{
    catalog::Reveal,
    paths::{Kind, spoken},
    usage::WrongUsage,
    workspace::{reference, without_marks},
};

/// Prints a unified difference, from yours to the reference.
///
/// # Errors
/// If the lab has not passed yet and the course does not show its solution before, or a file cannot be read.
pub(super) fn diff(name: &str) -> Result<u8> {
    let desk = Desk::open()?;
    let lab = desk.session.catalog.find(name)?;
    let id = &lab.id;
    if lab.manifest.solution == Reveal::AfterPass && !desk.progress.lab(id).is_done() {
        bail!(WrongUsage::new(
            "solution-not-yet",
            format!(
                "the solution of {id} is shown once yours has passed on some kernel, and none is recorded\n\
             hint: `cargo runner check {id}` first; if you are stuck, `cargo runner hint {id}`"
            )
        ));
    }
    let root = &desk.session.paths.course;
    let yours = read(&lab.exercise, root, &format!("bring it back with `cargo runner reset {id}`"))?;
    if desk.session.paths.kind() == Kind::Workspace {
        reference::unpack(&desk.session.paths.cache)?;
    }
    let solution = read(&lab.solution, root, "remove the folder above it from the cache, and try again")?;
    if yours == solution {
        println!("{}", spoken(&format!("{id}: yours is the reference solution, to the letter")));
        return Ok(PASSED);
    }
    let shown = lab.exercise.strip_prefix(root).unwrap_or(&lab.exercise).display().to_string();
    let lines = TextDiff::from_lines(&yours, &solution);
    print!(
        "{}",
        lines.unified_diff().context_radius(3).header(&format!("yours: {shown}"), "the reference solution")
    );
    Ok(PASSED)
}

/// A file without the book's marks, which one side may have and the other not.
fn read(path: &Path, root: &Path, hint: &str) -> Result<String> {
    fs::read_to_string(path).map(|text| without_marks(&text)).map_err(|error| {
        anyhow!("cannot read `{}`: {error}\nhint: {hint}", path.strip_prefix(root).unwrap_or(path).display())
    })
}
