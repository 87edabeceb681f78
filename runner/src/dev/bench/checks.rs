//! Checks as a learner meets them: the runner's own executable, from command to exit, the exercise
//! just edited.
//!
//! The learner's `exercise.rs` is not touched: a copy of the solution stands as the exercise, and
//! every round changes a comment in it, so that rustc and the linker really run.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, Result, bail};

use super::{
    command,
    figures::{CheckFigures, JobFigures},
    statistics::Spread,
};
use crate::{
    catalog::Lab,
    commands::Session,
    judge::VerdictKind,
    report::{JobTimes, Progress, Report},
};

/// The kernel of the check on one kernel.
const KERNEL: &str = "6.1";

/// One check that reported.
pub(super) struct Command {
    /// From command to exit.
    pub(super) took: Duration,
    /// What it reported.
    pub(super) report: Report,
}

/// Measures checks of a lab on one kernel and on all.
///
/// # Errors
/// When a command fails, or the solution does not pass.
pub(super) fn measure(
    session: &Session,
    lab: &Lab,
    rounds: u32,
    progress: &Progress,
) -> Result<Vec<CheckFigures>> {
    let one = check(session, lab, &["--kernel", KERNEL], rounds, progress)?;
    let all = check(session, lab, &[], rounds, progress)?;
    Ok(vec![one, all])
}

fn check(
    session: &Session,
    lab: &Lab,
    options: &[&str],
    rounds: u32,
    progress: &Progress,
) -> Result<CheckFigures> {
    let typed = [&["check", &lab.id], options].concat().join(" ");
    let folder = tempfile::tempdir().context("cannot make a folder for the edited file")?;
    let file = folder.path().join("exercise.rs");
    let solution = fs::read_to_string(&lab.solution)
        .with_context(|| format!("cannot read `{}`", lab.solution.display()))?;
    let shown = file.display().to_string();
    let words = [&["check", &lab.id, "--submission", &shown], options].concat();
    let mut commands = Vec::new();
    // Round 0 fills cargo's cache for this file and is not counted.
    for round in 0..=rounds {
        progress.step(format!("{typed}: {round} of {rounds}"));
        fs::write(&file, format!("{solution}// Edited: round {round} of process {}.\n", std::process::id()))
            .with_context(|| format!("cannot write `{shown}`"))?;
        commands.push(run(&session.paths.course, &words)?);
    }
    Ok(figures(format!("runner {typed}, after an edit"), &commands[1..]))
}

/// Runs a check with these words, and demands that all passed.
///
/// # Errors
/// When it does not end in time, prints no report, or something did not pass.
pub(super) fn run(course: &Path, words: &[&str]) -> Result<Command> {
    let Command { took, report } = reported(course, words)?;
    let typed = format!("runner {}", words.join(" "));
    let failed = report
        .jobs
        .iter()
        .find(|job| !matches!(job.verdict.kind(), VerdictKind::Passed | VerdictKind::Skipped));
    if let Some(job) = failed {
        let words = job.verdict.kind().words();
        bail!(
            "`{typed}`: {} on {} {words}\nhint: only what passes is measured; run it by hand",
            job.lab,
            job.kernel
        );
    }
    Ok(Command { took, report })
}

/// Runs a check with these words, whatever its verdicts.
///
/// # Errors
/// When it does not end in time, or prints no report.
pub(super) fn reported(course: &Path, words: &[&str]) -> Result<Command> {
    let words = [words, &["--offline", "--format", "json"]].concat();
    let finished = command::finish(course, &words)?;
    let report: Report = serde_json::from_slice(&finished.output).map_err(|error| {
        let (typed, said) = (words.join(" "), &finished.complaints);
        anyhow::anyhow!("`runner {typed}` printed no report: {error}\n{said}\nhint: run it by hand")
    })?;
    Ok(Command { took: finished.took, report })
}

/// The figures of some rounds of one command. Pure.
fn figures(command: String, rounds: &[Command]) -> CheckFigures {
    let jobs = rounds.first().map_or(0, |round| round.report.jobs.len());
    let total: Vec<Duration> = rounds.iter().map(|round| round.took).collect();
    let times: Vec<JobTimes> =
        rounds.iter().filter_map(|round| round.report.jobs.first()).map(|job| job.times).collect();
    let spread = |step: fn(&JobTimes) -> u64| {
        Spread::of(&times.iter().map(|times| Duration::from_millis(step(times))).collect::<Vec<_>>())
    };
    let rest = total
        .iter()
        .zip(&times)
        .map(|(total, times)| total.saturating_sub(Duration::from_millis(times.build_ms + times.job_ms())));
    CheckFigures {
        command,
        jobs,
        build: spread(|times| times.build_ms),
        job: (jobs == 1).then(|| JobFigures {
            restore: spread(|times| times.start_ms),
            hand_over: spread(|times| times.handover_ms),
            run: spread(|times| times.run_ms),
            judge: spread(|times| times.judge_ms),
            rest: Spread::of(&rest.collect::<Vec<_>>()),
        }),
        total: Spread::of(&total),
    }
}
