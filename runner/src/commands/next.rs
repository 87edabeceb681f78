//! `runner next`: the first lab that has not passed, and where everything of it is.

use std::path::Path;

use anyhow::Result;

use super::{PASSED, desk::Desk, prose};
use crate::{catalog::Lab, paths::spoken, report::Guidance};

/// Says what to do next.
///
/// # Errors
/// When there is no course here.
pub(super) fn next() -> Result<u8> {
    let desk = Desk::open()?;
    match desk.next() {
        Some(lab) => println!("{}", spoken(&text(lab, &desk.session.paths.course))),
        None => println!("{}", spoken(FINISHED)),
    }
    Ok(PASSED)
}

/// What is left when all labs passed.
pub(super) const FINISHED: &str =
    "all labs passed\n\n  all kernels   cargo runner check --all\n  overview      cargo runner list";

fn text(lab: &Lab, root: &Path) -> String {
    let Lab { id, name, manifest, .. } = lab;
    let guidance = Guidance::for_exercise(lab, root);
    let edit = guidance.edit.display();
    let file = match (lab.exercise.exists(), guidance.todo_line) {
        (false, _) => format!("{edit} is missing: `cargo runner reset {id}`"),
        (true, Some(line)) => format!("{edit}, line {line}"),
        (true, None) => edit.to_string(),
    };
    format!(
        "{name}: {} ({} minutes)\n{}\n\n  read    {}\n  edit    {file}\n  check   cargo runner check {id}\n          cargo runner watch {id}, to check whenever you save\n  stuck?  cargo runner hint {id}",
        manifest.title,
        manifest.minutes,
        prose::lines(&manifest.summary, 80).join("\n"),
        guidance.chapter.display()
    )
}
