//! `runner update`: the course of this runner comes into the workspace.

use anyhow::{Result, bail};

use super::PASSED;
use crate::{
    paths::{Kind, Paths},
    usage::WrongUsage,
    workspace::{
        Marker,
        update::{self, Done, Step},
    },
};

/// Updates the workspace and says what was done to which file.
///
/// # Errors
/// In the course's own repository, or when a file cannot be written.
pub(super) fn update() -> Result<u8> {
    let paths = Paths::discover()?;
    if paths.kind() == Kind::Repository {
        bail!(WrongUsage::new(
            "not-in-the-repository",
            "this is the course's own repository, not a workspace\nhint: here git brings in what is newer: `git pull`"
        ));
    }
    let done = update::update(&paths.course)?;
    for line in lines(&done) {
        println!("{line}");
    }
    let Marker { course, content, .. } = Marker::of_this_runner();
    println!("this workspace now holds course {course} ({content})");
    Ok(PASSED)
}

/// What is worth a line: each file that the learner may miss or must look at, and the others as a number.
fn lines(done: &[Done]) -> Vec<String> {
    let count = |step: Step| done.iter().filter(|done| done.step == step).count();
    let mut lines: Vec<String> = done
        .iter()
        .filter_map(|Done { path, step, beside }| match (step, beside) {
            (Step::Beside, Some(beside)) => {
                Some(format!("kept your {path}\n  the newer one is beside it: {}", beside.display()))
            }
            (Step::Orphan, _) => Some(format!("kept your {path}, which the course no longer has")),
            _ => None,
        })
        .collect();
    if done.is_empty() {
        lines.push("nothing to do: every file is up to date".into());
    } else {
        let (written, replaced, removed) = (count(Step::Write), count(Step::Replace), count(Step::Remove));
        lines.push(format!("files written: {written}, replaced: {replaced}, removed: {removed}"));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        let done = |path: &str, step, beside: Option<&str>| Done {
            path: path.into(),
            step,
            beside: beside.map(Into::into),
        };
        let all = [
            done("a/exercise.rs", Step::Beside, Some("a/exercise.rs.new")),
            done("b/exercise.rs", Step::Orphan, None),
            done("c", Step::Replace, None),
            done("d", Step::Write, None),
        ];
        insta::assert_snapshot!("update_lines", lines(&all).join("\n"));
    }
}
