//! Runs a fault in a fresh guest and judges it as a lab is judged, in time, leaving nothing behind.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use runner::{
    judge::{Expectation, ExpectedCheck, Verdict, VerdictKind, judge},
    transcript::Transcript,
};
use vm::{Deadline, GuestFile, Machine, Started};
use wire::Program;

use crate::bench::bench;

/// What a guest program may write, as for a lab (`runner::run`).
const DIAGNOSTICS_LIMIT: u64 = 8 << 20;
const OBSERVATIONS_LIMIT: u64 = 64 << 20;

/// How long handing the program over may take, before scaling.
const HANDOVER: Duration = Duration::from_secs(20);

/// For what hangs: it need not hang for long. Before scaling, as all of these.
pub(crate) const SHORT: Duration = Duration::from_secs(2);

/// For what ends by itself: as long as a busy machine may need.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// How long a judged run may take beyond its deadline: reading and judging a flood.
const JUDGING: Duration = Duration::from_secs(5);

/// What a fault came to.
pub(crate) struct Judged {
    /// All that the run left.
    pub(crate) transcript: Transcript,
    /// The decision.
    pub(crate) verdict: Verdict,
}

/// Runs a command of the fault program in a fresh guest and looks for its verdict, and for a text in the
/// verdict's details.
///
/// # Panics
/// If it ends otherwise, or not in time, or leaves QEMU behind.
#[track_caller]
pub(crate) fn assert_ends(kernel: &str, words: &str, kind: VerdictKind, text: &str) -> Judged {
    let judged = run_in(fresh_guest(kernel), words, if kind == VerdictKind::TimedOut { SHORT } else { LONG });
    let details = format!("{:?}", judged.verdict);
    let transcript = &judged.transcript;
    let said = [&details, &transcript.diagnostics, &transcript.console].map(|text| beginning(text));
    assert_eq!(judged.verdict.kind(), kind, "`{words}`:\n{}", said.join("\n"));
    assert!(details.contains(text), "`{text}` is not in {}", said[0]);
    judged
}

/// A flood is not worth reading to its end.
fn beginning(text: &str) -> String {
    text.chars().take(2000).collect()
}

/// A guest restored from the user's own checkpoint.
///
/// # Panics
/// If there is none to be had.
pub(crate) fn fresh_guest(kernel: &str) -> Started {
    bench().host.restore(bench().kernel(kernel), &Machine::default()).expect("a guest")
}

/// Runs a command of the fault program in this guest and judges it.
///
/// # Panics
/// If it takes longer than its deadline, or QEMU outlives the run.
pub(crate) fn run_in(mut started: Started, words: &str, timeout: Duration) -> Judged {
    let deadline = Deadline::after(started.scale.apply(HANDOVER), "the fault program to arrive");
    started.guest.put_file(fault_program(), &deadline).expect("the guest takes the program");
    run_handed_over(started, words, timeout)
}

/// The same in a guest that has the program already.
///
/// # Panics
/// As [`run_in`].
pub(crate) fn run_handed_over(started: Started, words: &str, timeout: Duration) -> Judged {
    let Started { guest, release, scale, .. } = started;
    let begin = Instant::now();
    let qemu = guest.qemu_pid();
    let (timeout, patience) = (scale.apply(timeout), scale.apply(vm::program::PATIENCE));
    let record =
        guest.run(&release, &command(words, timeout), patience).expect("whatever happens is an ending");
    assert!(is_gone(qemu), "QEMU ({qemu}) outlives `{words}`");
    let transcript = Transcript::from_record(record);
    let verdict = judge(&transcript, &expectation());
    let (took, allowed) = (begin.elapsed(), timeout + patience + scale.apply(JUDGING));
    assert!(took < allowed, "`{words}` took {took:.1?}; its deadline is {allowed:.1?}");
    Judged { transcript, verdict }
}

/// The order to run a command of the fault program.
fn command(words: &str, timeout: Duration) -> Program {
    let words = words.split_whitespace().map(str::to_owned);
    Program {
        argv: std::iter::once(channel::PROGRAM_PATH.to_owned()).chain(words).collect(),
        env: Vec::new(),
        timeout_ms: timeout.as_millis() as u64,
        diagnostics_limit: DIAGNOSTICS_LIMIT,
        observations_limit: OBSERVATIONS_LIMIT,
    }
}

/// What a run must observe to pass: the check `fault` with one line.
fn expectation() -> Expectation {
    let check = ExpectedCheck {
        name: "fault".into(),
        what: "the program went through to its end".into(),
        lines: vec!["alive".into()],
    };
    Expectation { checks: vec![check] }
}

/// Whether no process has this id any more.
pub(crate) fn is_gone(pid: u32) -> bool {
    !Path::new(&format!("/proc/{pid}")).exists()
}

/// The fault program as a file in the guest.
pub(crate) fn fault_program() -> GuestFile<'static> {
    GuestFile { path: channel::PROGRAM_PATH, mode: 0o755, contents: &bench().program }
}
