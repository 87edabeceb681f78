//! `runner check`: the main job.

use std::{
    io::{self, Write},
    path::Path,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, bail};

use super::session::{Session, parallel};
use crate::{
    catalog::{Lab, Side},
    cli::{CheckArguments, Format},
    judge::{Verdict, VerdictKind},
    plan::{self, Job, Sides},
    report::{self, Guidance, JobReport, Paint, Progress, Report},
    run::{self, Boot, Finished, Observed, Purpose, Run},
    setup::Audience,
    snapshot::{self, SnapshotKey},
};

/// Checks labs and prints a report.
///
/// # Errors
/// When nothing could be decided.
pub fn check(arguments: &CheckArguments) -> Result<u8> {
    let begin = Instant::now();
    let session = Session::open()?;
    let labs = labs(&session, arguments)?;
    let kernels = session.catalog.select_kernels(&arguments.kernels)?;
    let side = side(arguments, &labs)?;
    let jobs = plan::jobs(&labs, &kernels, &Sides::Same(side), arguments.seed);
    let ready = session.prepare(&jobs, arguments.modules.as_ref(), &arguments.setup, Audience::Learner)?;
    let progress = match arguments.format {
        Format::Terminal => Progress::on_stderr(),
        Format::Json => Progress::hidden(),
    };
    let boot = if arguments.cold { Boot::Cold } else { Boot::Restore };
    progress.step(format!("building {} {}", labs.len(), if labs.len() == 1 { "lab" } else { "labs" }));
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Judge,
        parallel: parallel(),
        busy: &|what| progress.step(what),
        decided: &|job, observed| progress.decided(&job_report(&session, job, observed)),
    };
    let finished = run::run(&run, &jobs, |agent| {
        progress.jobs(jobs.len());
        session.guests(&ready, agent, boot)
    });
    progress.finish();
    let finished = finished?;
    write_pending(&session, &jobs, &finished)?;
    let report = assemble(&session, &jobs, &finished, begin);
    match arguments.format {
        Format::Terminal => report::terminal::render(&report, Paint::of(&io::stdout()), &mut io::stdout())?,
        Format::Json => report::json::render(&report, &mut io::stdout())?,
    }
    io::stdout().flush()?;
    Ok(report::exit_code(&report))
}

fn labs<'a>(session: &'a Session, arguments: &CheckArguments) -> Result<Vec<&'a Lab>> {
    if arguments.all {
        return Ok(session.catalog.labs().iter().collect());
    }
    let mut labs: Vec<&Lab> = Vec::new();
    for name in &arguments.labs {
        let lab = session.catalog.find(name)?;
        if !labs.contains(&lab) {
            labs.push(lab);
        }
    }
    Ok(labs)
}

fn side(arguments: &CheckArguments, labs: &[&Lab]) -> Result<Side> {
    if let Some(file) = &arguments.submission {
        return submission(file, labs);
    }
    match &arguments.mutant {
        Some(name) => {
            for lab in labs {
                lab.mutant(name)?;
            }
            Ok(Side::Mutant(name.clone()))
        }
        None if arguments.solution => Ok(Side::Solution),
        None => Ok(Side::Exercise),
    }
}

/// One file stands as the exercise of one lab.
fn submission(file: &Path, labs: &[&Lab]) -> Result<Side> {
    if let [_, other, ..] = labs {
        bail!(
            "one file cannot be the exercise of several labs: `{}` was given for `{}`, too\nhint: name one lab",
            file.display(),
            other.name
        );
    }
    match file.canonicalize() {
        Ok(file) => Ok(Side::Submission(file)),
        Err(error) => bail!("cannot read `{}`: {error}\nhint: give the path of a Rust file", file.display()),
    }
}

/// For authors: where the reference solution differs from a snapshot, a pending file is written beside
/// it, for `cargo insta review`. Where it no longer differs, an older pending file is withdrawn.
fn write_pending(session: &Session, jobs: &[Job<'_>], finished: &Finished) -> Result<()> {
    let root = &session.paths.course;
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let Some(accepted) = &observed.accepted else { continue };
        if job.side != Side::Solution || job.seed != 0 {
            continue;
        }
        let differs = |name: &str| match &observed.verdict {
            Verdict::Differs { checks } => checks.iter().any(|check| check.check == name),
            _ => false,
        };
        for check in accepted {
            let key = SnapshotKey::only(&check.name, &job.kernel_name());
            if differs(&check.name) {
                let file = snapshot::write_new(root, job.lab, &key, &check.lines)?;
                let (file, id) = (file.display(), &job.lab.id);
                eprintln!("pending: {file} (`cargo insta review`, or `cargo runner dev accept {id}`)");
            } else {
                snapshot::withdraw(root, job.lab, &key)?;
            }
        }
    }
    Ok(())
}

/// The report of a finished run, by lab, then by kernel, oldest first.
#[must_use]
fn assemble(session: &Session, jobs: &[Job<'_>], finished: &Finished, begin: Instant) -> Report {
    let mut reports: Vec<(usize, JobReport)> = Vec::new();
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let mut report = job_report(session, job, observed);
        report.times.build_ms = finished.build.as_millis() as u64;
        let age = session.catalog.kernels().iter().position(|kernel| *kernel == report.kernel);
        reports.push((age.unwrap_or(usize::MAX), report));
    }
    reports.sort_by(|(age, a), (other_age, b)| (&a.lab, age).cmp(&(&b.lab, other_age)));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Report {
        schema: report::SCHEMA,
        runner: env!("CARGO_PKG_VERSION").into(),
        started_unix_s: now.as_secs().saturating_sub(begin.elapsed().as_secs()),
        took_ms: begin.elapsed().as_millis() as u64,
        jobs: reports.into_iter().map(|(_, report)| report).collect(),
    }
}

/// The report on one job.
#[must_use]
pub(crate) fn job_report(session: &Session, job: &Job<'_>, observed: &Observed) -> JobReport {
    let passed = observed.verdict.kind() == VerdictKind::Passed;
    let learners = job.side == Side::Exercise && !passed;
    let skipped = matches!(observed.verdict, Verdict::Skipped { .. });
    JobReport {
        lab: job.lab.name.clone(),
        title: job.lab.manifest.title.clone(),
        kernel: job.kernel_name(),
        release: observed.release.clone(),
        side: job.side.clone(),
        seed: job.seed,
        verdict: observed.verdict.clone(),
        times: observed.times,
        evidence: observed.evidence.clone(),
        observations: if job.lab.manifest.show { observed.checks.clone() } else { Vec::new() },
        notes: observed.notes.clone(),
        warnings: observed.warnings.clone(),
        guidance: (learners && !skipped).then(|| Guidance::for_exercise(job.lab, &session.paths.course)),
    }
}
