//! `runner run`: the lab's program in a guest, with its output as it comes. No verdict.

use std::io;

use anyhow::{Error, Result, anyhow};
use channel::Record;
use vm::{Ending, RunRecord};
use wire::Exit;

use super::{DID_NOT_PASS, PASSED, session::Session};
use crate::{
    catalog::{KernelChoice, Side},
    cli::{PlaceArguments, RunArguments},
    paths::spoken,
    plan::{self, Job, Sides},
    report::Progress,
    run::{Boot, Guests, Prepared, Tool, Visit, live::Live, tools},
    setup::Audience,
    usage::WrongUsage,
};

/// Runs the lab's program once and prints what it says.
///
/// # Errors
/// When the program did not come to an end for a reason that is ours.
pub(super) fn run(arguments: &RunArguments) -> Result<u8> {
    with_guest(&arguments.place, arguments.seed, Audience::Learner, |Started { guest, place, .. }| {
        eprintln!("{place}: Linux {}, ready after {:.1?}", guest.release(), guest.took());
        let mut live = Live::to(io::stdout());
        let record = guest.run(&mut |event| live.hear(event))?;
        let ended = ends_with_the_end_record(&record);
        let took = record.times.run;
        let how = match &record.ending {
            Ending::Done(Exit::Code(0)) if ended => format!("went through to its end in {took:.1?}"),
            Ending::Done(exit) => format!("{} after {took:.1?}", words(*exit)),
            ending => {
                live.end("")?;
                return guest_ended(&place, ending, &record.console);
            }
        };
        live.end(&how)?;
        Ok(if ended && record.ending == Ending::Done(Exit::Code(0)) { PASSED } else { DID_NOT_PASS })
    })
}

/// A guest that ended before its program: trouble of ours, or what the program did to its kernel.
fn guest_ended(place: &str, ending: &Ending, console: &str) -> Result<u8> {
    let error = kernel_ended(place, ending, console);
    match ending {
        Ending::Killed { .. } | Ending::Vanished { .. } | Ending::Broken { .. } => Err(error),
        _ => {
            eprintln!("{}", spoken(&error.to_string()));
            Ok(DID_NOT_PASS)
        }
    }
}

/// A guest that waits, and what to call it.
pub(super) struct Started<'a> {
    /// With the lab's files in it.
    pub(super) guest: Prepared<'a>,
    /// `lab-01 on 6.1`.
    pub(super) place: String,
    /// Whether it has bpftool.
    pub(super) bpftool: Bpftool,
}

/// Whether a guest has bpftool.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bpftool {
    /// The host's was handed over.
    Here,
    /// The host has none, or nobody asked for it.
    Lacking,
}

/// Builds the exercise of one lab, starts a guest with it, and does something there.
///
/// # Errors
/// When there is no such lab or kernel, or no guest to be had.
pub(super) fn with_guest(
    place: &PlaceArguments,
    seed: u64,
    audience: Audience,
    act: impl FnOnce(Started<'_>) -> Result<u8>,
) -> Result<u8> {
    let session = Session::open()?;
    let lab = session.catalog.find(&place.lab)?;
    let kernels = session.catalog.select_kernels(std::slice::from_ref(&place.kernel))?;
    let kernel = one_kernel(&place.kernel, kernels)?;
    let jobs = plan::jobs(&[lab], &[kernel], &Sides::Same(Side::Exercise), seed);
    let job = jobs.first().ok_or_else(|| anyhow!("there is nothing to do\nhint: name a lab"))?;
    refuse_too_old(job)?;
    let ready = session.prepare(&jobs, place.modules.as_ref(), &place.setup, audience)?;
    let progress = Progress::on_stderr();
    progress.step(format!("building {}", lab.id));
    let visit = Visit::build(job, &session.paths, &ready.toolchain, &|what| progress.step(what));
    let visit = match visit.inspect_err(|_| progress.finish())? {
        Ok(visit) => visit,
        Err(text) => {
            progress.finish();
            eprintln!("{}\nhint: mend the exercise; there is no program before it compiles", text.trim_end());
            return Ok(DID_NOT_PASS);
        }
    };
    progress.step(format!("starting Linux {}", job.kernel_name()));
    let kernel = ready.kernels.get(&job.kernel_name()).ok_or_else(|| {
        anyhow!("the kernel {} vanished from the cache\nhint: start again", job.kernel_name())
    })?;
    let tools = tools_for(audience, ready.tools.busybox.as_deref())?;
    let has_bpftool = tools.iter().any(|tool| tool.path.ends_with("/bpftool"));
    let bpftool = if has_bpftool { Bpftool::Here } else { Bpftool::Lacking };
    let guests = Guests { tools, ..session.guests(&ready, visit.agent.clone(), Boot::Restore)? };
    let guest = visit.prepare(&guests, kernel).inspect_err(|_| progress.finish())?;
    progress.finish();
    act(Started { guest, place: format!("{} on {}", lab.id, job.kernel_name()), bpftool })
}

/// What a person finds in the guest; a run needs nothing.
fn tools_for(audience: Audience, busybox: Option<&std::path::Path>) -> Result<Vec<Tool>> {
    let Some(program) = busybox.filter(|_| audience == Audience::Visitor) else { return Ok(Vec::new()) };
    let mut all = vec![tools::busybox(program)?];
    all.extend(tools::bpftool());
    Ok(all)
}

fn one_kernel(asked: &str, mut kernels: Vec<KernelChoice>) -> Result<KernelChoice> {
    match (kernels.pop(), kernels.is_empty()) {
        (Some(kernel), true) => Ok(kernel),
        _ => Err(WrongUsage::new("several-kernels", format!(
            "`--kernel {asked}` is not one kernel\nhint: name one, such as `6.1`, or leave it out for the newest"
        ))
        .into()),
    }
}

fn refuse_too_old(job: &Job<'_>) -> Result<()> {
    let Some(reason) = &job.skip else { return Ok(()) };
    let (lab, kernel) = (&job.lab.name, job.kernel_name());
    let hint = "leave `--kernel` out for the newest";
    Err(WrongUsage::new(
        "skipped-kernel",
        format!("`{lab}` does not run on {kernel}: it {reason}\nhint: {hint}"),
    )
    .into())
}

/// Whether the last thing that the program said was that it went through.
fn ends_with_the_end_record(record: &RunRecord) -> bool {
    record.observations.ends_with(Record::End.to_line().as_bytes())
}

fn words(exit: Exit) -> String {
    match exit {
        Exit::Code(0) => "ended without the end record".to_owned(),
        Exit::Code(code) => format!("ended with status {code}"),
        Exit::Signal(signal) => format!("was killed by signal {signal}"),
        Exit::TimedOut => "ran longer than the lab allows, and was ended".to_owned(),
        Exit::TooMuchOutput => "wrote more than a lab may, and was ended".to_owned(),
    }
}

/// The error for a guest that did not live until its program's end.
pub(super) fn kernel_ended(place: &str, ending: &Ending, console: &str) -> Error {
    /// A panic's reason is at the end.
    const LINES: usize = 12;
    let again = "start again; the exercise and its files on the host are as they were";
    let how = match ending {
        Ending::KernelPanicked => "its kernel panicked".to_owned(),
        Ending::PoweredOff { how } => format!("it was shut down from inside (`{how}`)"),
        Ending::ShutDown { reason } => format!("it was shut down from inside (`{reason}`)"),
        Ending::Killed { status } => format!("QEMU was ended from outside ({status})"),
        Ending::Vanished { status } => format!("QEMU ended ({status})"),
        Ending::Silent { awaited, waited } => format!("it is silent: waited {waited:.1?} for {awaited}"),
        Ending::Broken { what } => format!("the connection broke: {what}"),
        Ending::Done(exit) => words(*exit),
    };
    let lines: Vec<&str> = console.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail: String =
        lines[lines.len().saturating_sub(LINES)..].iter().map(|line| format!("\n    {line}")).collect();
    anyhow!("the guest of {place} ended: {how}{tail}\nhint: {again}")
}
