//! `runner check`: the main job.

use std::{
    io::{self, Write},
    path::Path,
    time::Instant,
};

use anyhow::{Result, bail};

use super::{
    assemble::{assemble, job_report},
    desk::warn,
    pending, record,
    session::{Session, parallel},
};
use crate::{
    catalog::{Lab, Side},
    cli::{CheckArguments, Format},
    paths::{Kind, spoken},
    plan::{self, Sides},
    report::{self, CheckEvent, Paint, Progress, Wish},
    run::{self, Boot, Happening, Purpose, Run},
    setup::Audience,
    usage::WrongUsage,
    workspace::Marker,
};

/// Checks labs and prints a report.
///
/// # Errors
/// When nothing could be decided.
pub fn check(arguments: &CheckArguments, wish: Wish) -> Result<u8> {
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
        Format::Terminal => Progress::of(wish),
        Format::Json | Format::Events => Progress::hidden(),
    };
    let boot = if arguments.cold { Boot::Cold } else { Boot::Restore };
    progress.step(format!("building {} {}", labs.len(), if labs.len() == 1 { "lab" } else { "labs" }));
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Judge,
        parallel: parallel(),
        tell: &|happening| tell(&session, happening, arguments.format, &progress),
    };
    let finished = run::run(&run, &jobs, |agent| {
        progress.jobs(jobs.len());
        session.guests(&ready, agent, boot)
    });
    progress.finish();
    let finished = finished?;
    record::passes(&session, &texts, &jobs, &finished);
    if session.paths.kind() == Kind::Repository {
        pending::write(&session, &jobs, &finished)?;
    }
    let report = assemble(&session, &jobs, &finished, begin);
    match arguments.format {
        Format::Terminal => {
            let mut text = Vec::new();
            report::terminal::render(&report, Paint::wished(wish, &io::stdout()), &mut text)?;
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

/// Says what happens to whoever waits: a person, or a program that reads events.
fn tell(session: &Session, happening: Happening<'_>, format: Format, progress: &Progress) {
    let event = match happening {
        Happening::Begun(what) => {
            progress.step(what);
            CheckEvent::Step { what: what.to_owned() }
        }
        Happening::Built(took) => CheckEvent::Built { took_ms: took.as_millis() as u64 },
        Happening::Loaded { job, program } => CheckEvent::Loaded {
            lab: job.lab.name.clone(),
            kernel: job.kernel_name(),
            program: program.to_owned(),
        },
        Happening::Decided { job, observed } => {
            let job = job_report(session, job, observed);
            progress.decided(&job);
            CheckEvent::Decided { job: Box::new(job) }
        }
    };
    if format == Format::Events {
        // Who has stopped reading is told so by the last line.
        let _ = event.write(&mut io::stdout());
    }
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
    bail!(WrongUsage::new(
        "no-exercise",
        format!(
            "the exercise of {} is missing: there is no `{shown}`\n\
         hint: if you renamed it, give it its name back; else `cargo runner reset {}` brings the original",
            lab.name, lab.id
        )
    ));
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
