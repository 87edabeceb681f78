//! The rules that turn a transcript into a verdict.
//!
//! The order of the rules is the order in which things go wrong: the machine, the kernel, the
//! object, the program, and only then its observations.

use vm::Ending;
use wire::Exit;

use super::{
    CheckDifference, Expectation, ExpectedCheck, Nature, Verdict, compare, complaint, last_words, normalise,
};
use crate::transcript::{Malformed, ObservedCheck, Refusal, Transcript};

/// Judges a run.
#[must_use]
pub fn judge(transcript: &Transcript, expectation: &Expectation) -> Verdict {
    let observed = match observe(transcript) {
        Ok(observed) => observed,
        Err(verdict) => return verdict,
    };
    let mut checks: Vec<CheckDifference> =
        expectation.checks.iter().filter_map(|expected| difference(expected, &observed)).collect();
    let declared = |name: &str| expectation.checks.iter().any(|check| check.name == name);
    checks.extend(observed.iter().filter(|check| !declared(&check.name)).map(undeclared));
    if checks.is_empty() { Verdict::Passed } else { Verdict::Differs { checks } }
}

/// The normalised observations of a run that went through to its end as a run must, whatever it
/// observed: what [`judge`] compares, what the oracle keeps, what authors accept.
///
/// # Errors
/// The verdict, if the run cannot have passed.
pub fn observe(transcript: &Transcript) -> Result<Vec<ObservedCheck>, Verdict> {
    let exit = match &transcript.ending {
        Ending::Done(exit) => *exit,
        other => return Err(without_end(other, transcript)),
    };
    if let Some(refusal) = &transcript.refusal {
        return Err(refused(refusal));
    }
    let crashed = |how: String| Verdict::Crashed { how, diagnostics: transcript.diagnostics.clone() };
    if let Some(line) = complaint(&transcript.kernel_log) {
        return Err(crashed(format!("the kernel complained during the run: {line}")));
    }
    match exit {
        Exit::TimedOut => {
            let (awaited, waited) = ("the end of the guest program".to_owned(), transcript.times.run);
            return Err(Verdict::TimedOut { awaited, waited });
        }
        Exit::TooMuchOutput => return Err(crashed(too_much(transcript))),
        Exit::Signal(signal) => {
            return Err(crashed(format!("the guest program was killed by {}", signal_name(signal))));
        }
        Exit::Code(0) => {}
        Exit::Code(code) => {
            return Err(crashed(format!("the guest program ended with status {code}")));
        }
    }
    if let Some(Malformed { line, text, why }) = transcript.malformed.first() {
        return Err(crashed(format!(
            "line {line} of the observation channel cannot be used: {why}: `{text}`"
        )));
    }
    if !transcript.ended {
        return Err(crashed(
            "the guest program ended with status 0, but never said that it went through to its end"
                .to_owned(),
        ));
    }
    let normal =
        |check: &ObservedCheck| ObservedCheck { name: check.name.clone(), lines: normalise(&check.lines) };
    Ok(transcript.checks.iter().map(normal).collect())
}

/// A run that the agent did not end.
fn without_end(ending: &Ending, transcript: &Transcript) -> Verdict {
    let ours = |what: String| Verdict::Infrastructure {
        what,
        hint: "run the command again; if it happens again, `cargo runner doctor` looks for the cause"
            .to_owned(),
    };
    match ending {
        Ending::KernelPanicked => Verdict::KernelPanicked { last_words: last_words(&transcript.console) },
        Ending::Silent { awaited, waited } => Verdict::TimedOut { awaited: awaited.clone(), waited: *waited },
        Ending::PoweredOff { how } => Verdict::Crashed {
            how: format!("the guest was shut down before the run ended; its kernel said `{how}`"),
            diagnostics: transcript.diagnostics.clone(),
        },
        Ending::ShutDown { reason } => Verdict::Crashed {
            how: format!(
                "the guest was shut down before the run ended, without a word of its kernel; QEMU reports `{reason}`"
            ),
            diagnostics: transcript.diagnostics.clone(),
        },
        Ending::Killed { status } => {
            ours(format!("QEMU was ended from outside, in the middle of the run: {status}"))
        }
        Ending::Vanished { .. } | Ending::Broken { .. } => ours(break_of(ending).unwrap_or_default()),
        Ending::Done(exit) => ours(format!("the end of the run was misread: {exit:?}")),
    }
}

/// What broke in a run that ended in a way which root in the guest can bring about, and trouble of the
/// machine as well: from one such run nobody can tell. `None` for every other ending.
#[must_use]
pub fn break_of(ending: &Ending) -> Option<String> {
    match ending {
        Ending::Vanished { status } => Some(format!("QEMU ended in the middle of the run: {status}")),
        Ending::Broken { what } => Some(format!("the connection to the guest broke: {what}")),
        _ => None,
    }
}

/// The verdict on a program under whose hands so many runs in a row broke, each in a fresh guest, the last
/// one like this, while the reference solution went through on the same kernel.
#[must_use]
pub fn broke_every_run(broke: &str, runs: usize, diagnostics: String) -> Verdict {
    Verdict::Crashed {
        how: format!(
            "in {runs} runs of {runs}, {broke}; the reference solution went through as often on this kernel right afterwards: either this program does it, or this machine cannot run it"
        ),
        diagnostics,
    }
}

fn refused(refusal: &Refusal) -> Verdict {
    match refusal.clone() {
        Refusal::Rejected { program, error, log } => Verdict::Rejected { program, error, log },
        Refusal::OpenFailed { what, error } => Verdict::OpenFailed { what, error },
        Refusal::AttachFailed { program, hook, error } => Verdict::AttachFailed { program, hook, error },
    }
}

/// Says how much came and over which of the two ways.
fn too_much(transcript: &Transcript) -> String {
    let (observed, printed) = (transcript.observation_bytes, transcript.diagnostic_bytes);
    format!(
        "the guest program wrote too much and was stopped: {observed} bytes of observations, {printed} bytes of other output"
    )
}

/// The signal with the name that Linux gives it on x86-64 (signal(7)).
fn signal_name(signal: i32) -> String {
    let name = match signal {
        4 => "SIGILL",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        11 => "SIGSEGV",
        13 => "SIGPIPE",
        15 => "SIGTERM",
        31 => "SIGSYS",
        _ => return format!("signal {signal}"),
    };
    format!("signal {signal} ({name})")
}

/// How a declared check differs, if it does.
fn difference(expected: &ExpectedCheck, observed: &[ObservedCheck]) -> Option<CheckDifference> {
    let (nature, lines) = match observed.iter().find(|check| check.name == expected.name) {
        None => (Nature::NeverObserved, compare(&expected.lines, &[])),
        Some(seen) if seen.lines == expected.lines => return None,
        Some(seen) => (Nature::Lines, compare(&expected.lines, &seen.lines)),
    };
    Some(CheckDifference { check: expected.name.clone(), what: expected.what.clone(), nature, lines })
}

fn undeclared(check: &ObservedCheck) -> CheckDifference {
    let lines = compare(&[], &check.lines);
    CheckDifference { check: check.name.clone(), what: String::new(), nature: Nature::Undeclared, lines }
}
