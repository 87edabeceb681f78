//! `runner check`: the main job.

use std::{
    io::{self, Write},
    path::Path,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

use anyhow::{Result, bail};

use super::{
    desk::warn,
    explained::explained,
    record,
    session::{Session, parallel},
};
use crate::{
    catalog::{Lab, Side},
    cli::{CheckArguments, Format},
    judge::{Verdict, VerdictKind},
    paths::{Kind, spoken},
    plan::{self, Job, Sides},
    report::{self, CheckEvent, Guidance, JobReport, Paint, Progress, Report},
    run::{self, Boot, Finished, Observed, Purpose, Run},
    setup::Audience,
    snapshot::{self, SnapshotKey},
    usage::WrongUsage,
    workspace::Marker,
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
    if side == Side::Exercise {
        all_there(&session, &labs)?;
    }
    let texts = record::Texts::of(&labs);
    warn_of_another_course(&session);
    let jobs = plan::jobs(&labs, &kernels, &Sides::Same(side), arguments.seed);
    let ready = session.prepare(&jobs, arguments.modules.as_ref(), &arguments.setup, Audience::Learner)?;
    let progress = match arguments.format {
        Format::Terminal => Progress::on_stderr(),
        Format::Json | Format::Events => Progress::hidden(),
    };
    let tell = |event: CheckEvent| {
        if arguments.format == Format::Events {
            // Who has stopped reading is told so by the last line.
            let _ = event.write(&mut io::stdout());
        }
    };
    let boot = if arguments.cold { Boot::Cold } else { Boot::Restore };
    progress.step(format!("building {} {}", labs.len(), if labs.len() == 1 { "lab" } else { "labs" }));
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Judge,
        parallel: parallel(),
        busy: &|what| {
            tell(CheckEvent::Step { what: what.to_owned() });
            progress.step(what);
        },
        decided: &|job, observed| {
            let job = job_report(&session, job, observed);
            progress.decided(&job);
            tell(CheckEvent::Decided { job: Box::new(job) });
        },
    };
    let finished = run::run(&run, &jobs, |agent| {
        progress.jobs(jobs.len());
        session.guests(&ready, agent, boot)
    });
    progress.finish();
    let finished = finished?;
    record::passes(&session, &texts, &jobs, &finished);
    if session.paths.kind() == Kind::Repository {
        write_pending(&session, &jobs, &finished)?;
    }
    let report = assemble(&session, &jobs, &finished, begin);
    match arguments.format {
        Format::Terminal => {
            let mut text = Vec::new();
            report::terminal::render(&report, Paint::of(&io::stdout()), &mut text)?;
            io::stdout().write_all(spoken(&String::from_utf8_lossy(&text)).as_bytes())?;
        }
        Format::Json => report::json::render(&report, &mut io::stdout())?,
        Format::Events => {
            let code = report::exit_code(&report);
            CheckEvent::Report { report }.write(&mut io::stdout())?;
            return Ok(code);
        }
    }
    io::stdout().flush()?;
    Ok(report::exit_code(&report))
}

fn labs<'a>(session: &'a Session, arguments: &CheckArguments) -> Result<Vec<&'a Lab>> {
    if arguments.all {
        return Ok(session.catalog.labs().iter().collect());
    }
    Ok(session.catalog.select(&arguments.labs)?)
}

/// The workspace and the runner may come from different courses; that need not matter.
fn warn_of_another_course(session: &Session) {
    let other = |marker: &Marker| marker.content != Marker::of_this_runner().content;
    if session.paths.kind() == Kind::Workspace
        && Marker::read(&session.paths.course).is_ok_and(|found| other(&found))
    {
        warn(Some(
            "this workspace was written from another course than the one in this runner\n\
             hint: `cargo runner update` brings that in, and keeps what you edited",
        ));
    }
}

/// In a workspace a learner may have moved an exercise away.
fn all_there(session: &Session, labs: &[&Lab]) -> Result<()> {
    let Some(lab) = labs.iter().find(|lab| !lab.exercise.exists()) else { return Ok(()) };
    let shown = lab.exercise.strip_prefix(&session.paths.course).unwrap_or(&lab.exercise).display();
    bail!(WrongUsage(format!(
        "the exercise of {} is missing: there is no `{shown}`\n\
         hint: if you renamed it, give it its name back; else `cargo runner reset {}` brings the original",
        lab.name, lab.id
    )));
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
        explanation: explained(&session.paths.course, observed),
        guidance: (learners && !skipped).then(|| Guidance::for_exercise(job.lab, &session.paths.course)),
    }
}
