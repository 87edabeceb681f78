//! `runner dev new`: writes the files of a new lab, all of them or none.
//!
//! The one shared file, `book/src/SUMMARY.md`, stays the author's: it is told the line to add.

mod name;
mod place;
mod template;

use std::io::{self, Write};

use anyhow::Result;

pub use name::NameError;

use crate::{
    catalog::ExerciseSide,
    commands::{PASSED, Session},
};
use name::Name;
use template::File;

/// Writes the lab and says what comes next.
///
/// # Errors
/// [`NameError`] for a name that cannot be used; otherwise a file that is in the way or cannot be written.
pub(super) fn new(typed: &str, side: ExerciseSide) -> Result<u8> {
    let session = Session::open()?;
    let name = Name::parse(typed, &session.catalog)?;
    let files = template::files(&name, side);
    place::place(&session.paths.course, &name, &files)?;
    let before = session.catalog.labs().iter().rev().find(|lab| lab.id.as_str() < name.id());
    let text = message(&name, &files, before.map(|lab| lab.name.as_str()));
    io::stdout().write_all(text.as_bytes())?;
    Ok(PASSED)
}

/// What was written, and what the author does now. `before` is the lab whose chapter comes before the new one.
fn message(name: &Name, files: &[File], before: Option<&str>) -> String {
    let (id, number, mark) = (name.id(), name.number(), template::AUTHORS_MARK);
    let written = files.iter().map(|file| format!("new      {}\n", file.path.display())).collect::<String>();
    let place = before.map_or_else(String::new, |lab| format!(", below the line of `{lab}`"));
    format!(
        "{written}\n\
         1. add this line to `book/src/SUMMARY.md`{place}:\n\
         \x20     - [{number} · The title]({name}.md)\n\
         2. write what is marked `{mark}`, the solution first\n\
         3. record what the solution observes:   cargo runner dev accept {id}\n\
         4. see the solution pass:               cargo runner check {id} --solution\n\
         5. see the exercise and the mutant fail:\n\
         \x20     cargo runner check {id}\n\
         \x20     cargo runner check {id} --mutant {mutant}\n\
         6. check all rules:                     cargo runner dev check\n",
        mutant = template::MUTANT,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::Catalog;

    #[test]
    fn says_what_was_written_and_what_comes_next() {
        let empty = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(empty.path().join("labs")).expect("the folder");
        let catalog = Catalog::discover(empty.path(), &["6.1".into()]).expect("an empty catalog");
        let name = Name::parse("lab-04-guard", &catalog).expect("a good name");
        let files = template::files(&name, ExerciseSide::Ebpf);
        insta::assert_snapshot!("new_message", message(&name, &files, Some("lab-03-syscount")));
    }
}
