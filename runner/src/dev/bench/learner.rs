//! What a learner waits for, measured where a learner works: in a new workspace.
//!
//! The workspace lies in `target/` and is deleted in the end, so nobody's exercises and progress change. Its
//! dependencies are compiled anew each time, which takes a minute or two: that is what a learner's first check
//! takes, and nothing old can be in the way.

use std::path::Path;

use anyhow::{Context, Result};

use super::{
    command, explaining,
    figures::{CommandFigures, LearnerFigures},
    limit,
    statistics::Spread,
    watching,
};
use crate::{catalog::Lab, commands::Session, report::Progress, workspace::init};

/// Measures everything.
///
/// # Errors
/// When something that is to be measured does not work.
pub(super) fn measure(
    session: &Session,
    lab: &Lab,
    rounds: u32,
    progress: &Progress,
) -> Result<LearnerFigures> {
    let target = session.paths.course.join("target");
    let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&target).with_context(|| {
        format!("cannot make a folder in `{}`\nhint: it must be writable", target.display())
    })?;
    let workspace = init::init(&folder.path().join("workbook"))?;
    let exercise = lab.exercise.strip_prefix(&session.paths.course).unwrap_or(&lab.exercise);
    let watch = watching::measure(&workspace, exercise, lab, rounds, progress)?;
    let mut commands = Vec::new();
    for words in [["list"].as_slice(), &["hint", &lab.id], &["next"]] {
        commands.push(small(&workspace, words, rounds, progress)?);
    }
    Ok(LearnerFigures {
        watch,
        commands,
        explain: explaining::measure(folder.path(), &workspace, rounds, progress)?,
        over_the_limit: limit::measure(&session.paths.course, lab, folder.path(), progress)?,
    })
}

fn small(workspace: &Path, words: &[&str], rounds: u32, progress: &Progress) -> Result<CommandFigures> {
    let command = words.join(" ");
    progress.step(format!("{command}: {rounds} times"));
    let once = |_| Ok(command::finish(workspace, words)?.well(words)?.took);
    let took = (0..rounds).map(once).collect::<Result<Vec<_>>>()?;
    Ok(CommandFigures { command, total: Spread::of(&took) })
}
