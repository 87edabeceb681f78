//! `runner hint`: one of three, and what the next one would give away.

use anyhow::Result;

use super::{
    PASSED,
    desk::{Desk, warn},
    next::FINISHED,
    prose,
};
use crate::{cli::HintArguments, paths::spoken};

/// What each level shows, in the words that announce it.
const SHOWS: [&str; 3] = ["which way to think", "which call or rule is missing", "the line to write"];

/// Prints a hint and records that it was read.
///
/// # Errors
/// When there is no course here, or no such lab. That the progress cannot be written is only a warning.
pub(super) fn hint(arguments: &HintArguments) -> Result<u8> {
    let desk = Desk::open()?;
    let Some(lab) = desk.lab(arguments.lab.as_deref())? else {
        println!("{}", spoken(FINISHED));
        return Ok(PASSED);
    };
    let read = desk.progress.lab(&lab.id).hint;
    let level = arguments.level.unwrap_or(read + 1).clamp(1, 3);
    let text = &lab.manifest.hints[usize::from(level) - 1];
    println!("{}, hint {level} of 3: {}\n", lab.name, SHOWS[usize::from(level) - 1]);
    for line in prose::lines(text, 76) {
        println!("  {line}");
    }
    println!("\n{}", spoken(&after(&lab.id, level)));
    let recorded = desk.store.change(|document| {
        let lab = document.labs.entry(lab.id.clone()).or_default();
        lab.hint = lab.hint.max(level);
    });
    match recorded {
        Ok(notice) => warn(notice.as_deref()),
        Err(error) => {
            let why = super::message(&error);
            warn(Some(why.as_str()).filter(|why| desk.told.as_deref() != Some(why)));
        }
    }
    Ok(PASSED)
}

/// What comes after a hint.
fn after(id: &str, level: u8) -> String {
    match SHOWS.get(usize::from(level)) {
        Some(shows) => {
            let next = level + 1;
            format!("hint {next} would show {shows}:\n  cargo runner hint {id} --level {next}")
        }
        None => format!(
            "that was the last hint; once your program passes, compare it with the solution:\n  cargo runner diff {id}"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hint_says_what_the_next_one_shows() {
        let all: Vec<String> = (1..=3).map(|level| after("lab-01", level)).collect();
        insta::assert_snapshot!("after_hints", all.join("\n"));
    }
}
