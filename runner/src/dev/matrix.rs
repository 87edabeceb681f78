//! The matrix: every lab on every kernel, with its solution, its untouched exercise and its mutants.
//!
//! A grader that cannot tell right from wrong is a defect: solutions must pass, with another seed
//! too; exercises must get the verdict that they declare; mutants must fail for their reason; what
//! is skipped must be skipped because the manifest says so.

use std::time::Instant;

use anyhow::Result;

use super::{check::Outcome, checked, recorded};
use crate::{
    catalog::Side,
    commands::{Ready, Session, job_report, learners_costs, parallel},
    cost::{self, ProgramCost},
    judge::VerdictKind,
    plan::{self, Job, Sides},
    report::{Paint, Progress, details},
    run::{self, Boot, Happening, Observed, Purpose, Run},
};

/// The seed of the second run of every solution: its workload has other names and numbers.
const OTHER_SEED: u64 = 7;

/// Runs the whole matrix and says what broke its promise.
///
/// # Errors
/// When nothing could be decided.
pub(super) fn step(session: &Session, ready: &Ready) -> Result<Outcome> {
    let begin = Instant::now();
    let labs: Vec<_> = session.catalog.labs().iter().collect();
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs: Vec<Job<'_>> = [
        plan::jobs(&labs, &kernels, &Sides::Same(Side::Solution), 0),
        plan::jobs(&labs, &kernels, &Sides::Same(Side::Solution), OTHER_SEED),
        plan::jobs(&labs, &kernels, &Sides::Same(Side::Exercise), 0),
        plan::jobs(&labs, &kernels, &Sides::EveryMutant, 0),
    ]
    .concat();
    let progress = Progress::on_stderr();
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Judge,
        parallel: parallel(),
        tell: &|happening| match happening {
            Happening::Begun(what) => progress.step(what),
            Happening::Decided { job, observed } => progress.decided(&job_report(session, job, observed)),
            _ => {}
        },
    };
    let finished = run::run(&run, &jobs, |agent| {
        progress.jobs(jobs.len());
        session.guests(ready, agent, Boot::Restore)
    })?;
    progress.finish();
    let mut broken = 0;
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let shown = shown(session, job, observed);
        if let Err(promise) = keeps_promise(job, observed, &shown) {
            broken += 1;
            println!(
                "{} {} on {} with seed {}: {promise}",
                job.lab.name,
                job.side,
                job.kernel_name(),
                job.seed
            );
            println!("{}", shown.lines().map(|line| format!("    {line}\n")).collect::<String>());
        }
    }
    println!("matrix: {} passed, {broken} failed", jobs.len() - broken);
    eprintln!(
        "{} jobs in {:.1} s, the build took {:.1} s",
        jobs.len(),
        begin.elapsed().as_secs_f64(),
        finished.build.as_secs_f64()
    );
    let seen = || jobs.iter().zip(&finished.observed);
    let printed: Vec<_> = seen().collect();
    let outdated = alone(session, ready, &run, recorded::outdated(session, &printed)?)?;
    outdated.iter().for_each(|file| println!("{}", file.told()));
    let kept = broken == 0 && checked::is_current(&session.paths.course, seen())? && outdated.is_empty();
    Ok(if kept { Outcome::Passed } else { Outcome::Failed })
}

/// Excerpts that are still not current when nothing else runs: where time limits matter, a busy machine prints something
/// else than a learner sees.
fn alone(
    session: &Session,
    ready: &Ready,
    run: &Run<'_>,
    outdated: Vec<recorded::File>,
) -> Result<Vec<recorded::File>> {
    if outdated.is_empty() {
        return Ok(outdated);
    }
    let kernels = session.catalog.select_kernels(&[])?;
    let mut jobs = Vec::new();
    for lab in session.catalog.labs() {
        let files = outdated.iter().filter(|file| file.lab == lab.name);
        for file in files {
            if !jobs.iter().any(|job: &Job<'_>| job.lab.name == file.lab && job.side == file.side) {
                jobs.extend(plan::jobs(&[lab], &kernels, &Sides::Same(file.side.clone()), 0));
            }
        }
    }
    let finished =
        run::run(&Run { parallel: 1, ..*run }, &jobs, |agent| session.guests(ready, agent, Boot::Restore))?;
    let again: Vec<_> = jobs.iter().zip(&finished.observed).collect();
    recorded::outdated(session, &again)
}

/// The details as a person would read them: a mutant's text must occur there.
fn shown(session: &Session, job: &Job<'_>, observed: &Observed) -> String {
    details(&job_report(session, job, observed), Paint::Spoken).join("\n")
}

/// Whether a job got the verdict that it must get; if not, which promise is broken.
fn keeps_promise(job: &Job<'_>, observed: &Observed, shown: &str) -> Result<(), String> {
    let verdict = &observed.verdict;
    let kind = verdict.kind();
    if job.skip.is_some() {
        return demand(kind == VerdictKind::Skipped, || {
            format!("the manifest says it is skipped here, but it got {}", kind.words())
        });
    }
    match &job.side {
        Side::Exercise => demand(kind == job.lab.manifest.exercise, || {
            format!(
                "`lab.toml` declares {} for the untouched exercise, not {}",
                job.lab.manifest.exercise.words(),
                kind.words()
            )
        }),
        Side::Solution | Side::Submission(_) => {
            demand(kind == VerdictKind::Passed, || format!("the solution must pass, not {}", kind.words()))?;
            costs_are_current(job, observed)
        }
        Side::Mutant(name) => {
            let mutant = job.lab.mutant(name).map_err(|error| error.to_string())?;
            demand(mutant.kept_by(verdict, shown), || {
                format!(
                    "the mutant must fail with {} and `{}`, not {}",
                    mutant.expected.words(),
                    mutant.text,
                    kind.words()
                )
            })
        }
    }
}

/// What stands beside a learner's figures after a pass must be what the solution costs today. What a kernel says
/// is compared within one release only.
fn costs_are_current(job: &Job<'_>, observed: &Observed) -> Result<(), String> {
    let seen = learners_costs(job.lab, &observed.costs);
    let recorded = cost::of_reference(&job.lab.folder).map_err(|error| error.to_string())?;
    let here = recorded.into_iter().find(|recorded| recorded.kernel == job.kernel_name());
    let (release, programs) = here.map(|here| (here.release, here.programs)).unwrap_or_default();
    let same = match observed.release.as_ref() == Some(&release) {
        true => programs == seen,
        false => programs.iter().map(ProgramCost::of_object).eq(seen.iter().map(ProgramCost::of_object)),
    };
    demand(same, || {
        format!(
            "`{}` is not what the solution costs: it says {programs:?}, not {seen:?}; `cargo runner dev accept {}`",
            cost::FILE,
            job.lab.id
        )
    })
}

fn demand(holds: bool, broken: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(broken()) }
}
