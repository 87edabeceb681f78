//! From recorded transcripts to verdicts: every way in which a run can end.

use std::time::Duration;

use channel::Record;
use rstest::rstest;
use vm::{Ending, RunRecord};
use wire::Exit;

use super::{Expectation, Verdict, VerdictKind, break_of, complaint, judge, last_words, observe};
use crate::{
    catalog::samples::Course,
    snapshot::SnapshotError,
    transcript::{ObservedCheck, Transcript, samples::*},
};

fn verdict(record: RunRecord) -> Verdict {
    let catalog = Course::new().good_snapshots().catalog();
    let expectation = Expectation::from_snapshots(&catalog.labs()[0], "6.1").unwrap();
    judge(&Transcript::from_record(record), &expectation)
}

fn rejected() -> Record {
    Record::Rejected { program: "count_calls".into(), error: "EACCES".into(), log: String::new() }
}

fn without_end() -> RunRecord {
    run(&good_records()[..6])
}

fn with(record: Record) -> RunRecord {
    run(&[vec![record], good_records()].concat())
}

fn silent() -> Ending {
    Ending::Silent { awaited: "the end of the program".into(), waited: Duration::from_secs(12) }
}

#[rstest]
#[case::good(good(), VerdictKind::Passed)]
#[case::another_number(good_but("after attach: 7", "after attach: 0"), VerdictKind::Differs)]
#[case::another_pid(
    good_but("seen by <pid=412>: lab-worker", "seen by <pid=9>: lab-worker"),
    VerdictKind::Passed
)]
#[case::the_answer_by_hand(
    good_but("seen by <pid=412>: lab-worker", "seen by <pid#1>: lab-worker"),
    VerdictKind::Differs
)]
#[case::nothing_observed(run(&[Record::End]), VerdictKind::Differs)]
#[case::undeclared(run(&[&good_records()[..6], &[check("bonus"), saw("1"), Record::End]].concat()), VerdictKind::Differs)]
#[case::says_pass(RunRecord { diagnostics: b"PASS\n".to_vec(), ..run(&[Record::End]) }, VerdictKind::Differs)]
#[case::no_end(without_end(), VerdictKind::Crashed)]
#[case::status_1(good_ending(Ending::Done(Exit::Code(1))), VerdictKind::Crashed)]
#[case::signal(good_ending(Ending::Done(Exit::Signal(11))), VerdictKind::Crashed)]
#[case::flood(good_ending(Ending::Done(Exit::TooMuchOutput)), VerdictKind::Crashed)]
#[case::too_slow(good_ending(Ending::Done(Exit::TimedOut)), VerdictKind::TimedOut)]
#[case::silent(good_ending(silent()), VerdictKind::TimedOut)]
#[case::panicked(good_ending(Ending::KernelPanicked), VerdictKind::KernelPanicked)]
#[case::powered_off(good_ending(Ending::PoweredOff { how: "Power down".into() }), VerdictKind::Crashed)]
#[case::shut_down_silently(good_ending(Ending::ShutDown { reason: "guest-reset".into() }), VerdictKind::Crashed)]
#[case::qemu_exits_0(good_ending(Ending::Vanished { status: "exit status: 0".into() }), VerdictKind::Infrastructure)]
#[case::qemu_killed(good_ending(Ending::Killed { status: "signal: 9 (SIGKILL)".into() }), VerdictKind::Infrastructure)]
#[case::half_a_frame(good_ending(Ending::Broken { what: "half a frame".into() }), VerdictKind::Infrastructure)]
#[case::kernel_warns(RunRecord { kernel_log: vec!["WARNING: CPU: 0 PID: 1".into()], ..good() }, VerdictKind::Crashed)]
#[case::rejected(run(&[rejected()]), VerdictKind::Rejected)]
#[case::rejected_then_good(with(rejected()), VerdictKind::Rejected)]
#[case::rejected_then_crash(RunRecord { ending: Ending::Done(Exit::Code(101)), ..run(&[rejected()]) }, VerdictKind::Rejected)]
#[case::rejected_then_panic(RunRecord { ending: Ending::KernelPanicked, ..run(&[rejected()]) }, VerdictKind::KernelPanicked)]
#[case::rejected_then_gone(RunRecord { ending: Ending::Vanished { status: "s".into() }, ..run(&[rejected()]) }, VerdictKind::Infrastructure)]
#[case::open_failed(with(Record::OpenFailed { what: "w".into(), error: "e".into() }), VerdictKind::OpenFailed)]
#[case::attach_failed(
    with(Record::AttachFailed { program: "p".into(), hook: "h".into(), error: "e".into() }),
    VerdictKind::AttachFailed
)]
#[case::after_the_end(run(&[good_records(), vec![saw("more")]].concat()), VerdictKind::Crashed)]
#[case::half_a_line(RunRecord { observations: [good().observations, b"{".to_vec()].concat(), ..good() }, VerdictKind::Crashed)]
#[case::rubbish_before(RunRecord { observations: [b"PASS\n".to_vec(), good().observations].concat(), ..good() }, VerdictKind::Crashed)]
fn a_run_is_judged(#[case] record: RunRecord, #[case] expected: VerdictKind) {
    assert_eq!(verdict(record).kind(), expected);
}

#[test]
fn only_an_explicit_end_counts_however_good_the_observations_are() {
    let endings = [
        Ending::Done(Exit::Code(3)),
        Ending::Done(Exit::Signal(9)),
        Ending::Done(Exit::TimedOut),
        Ending::Done(Exit::TooMuchOutput),
        Ending::KernelPanicked,
        silent(),
        Ending::PoweredOff { how: "Power down".into() },
        Ending::ShutDown { reason: "guest-shutdown".into() },
        Ending::Killed { status: "exit status: 0, host-signal".into() },
        Ending::Vanished { status: "exit status: 0".into() },
        Ending::Broken { what: "rubbish".into() },
    ];
    for ending in endings {
        let verdict = verdict(good_ending(ending.clone()));
        assert!(
            verdict != Verdict::Passed && !matches!(verdict, Verdict::Differs { .. }),
            "{ending:?}: {verdict:?}"
        );
    }
}

#[test]
fn only_what_both_sides_can_cause_needs_a_control() {
    assert!(break_of(&Ending::Broken { what: "rubbish".into() }).is_some());
    assert!(break_of(&Ending::Vanished { status: "signal: 11 (SIGSEGV)".into() }).is_some());
    assert_eq!(break_of(&Ending::Killed { status: "signal: 9 (SIGKILL)".into() }), None);
    assert_eq!(break_of(&Ending::ShutDown { reason: "guest-reset".into() }), None);
    assert_eq!(break_of(&silent()), None);
}

#[test]
fn the_order_of_checks_is_not_judged() {
    let records = good_records();
    let turned = [&records[4..6], &records[..4], &[Record::End]].concat();
    assert_eq!(turned[0], check("name"));
    assert_eq!(verdict(run(&turned)), Verdict::Passed);
}

#[test]
fn what_an_oracle_keeps_is_normalised() {
    let kept = observe(&Transcript::from_record(good())).unwrap();
    assert_eq!(
        kept[1],
        ObservedCheck { name: "name".into(), lines: vec!["seen by <pid#1>: lab-worker".into()] }
    );
    assert_eq!(observe(&Transcript::from_record(without_end())).unwrap_err().kind(), VerdictKind::Crashed);
}

#[test]
fn an_expectation_is_never_empty() {
    let catalog = Course::new().good_snapshots().snapshot("name@5.10.snap", &[]).catalog();
    let lab = &catalog.labs()[0];
    let snapshots = |kernel| Expectation::from_snapshots(lab, kernel);
    assert!(snapshots("6.1").is_ok());
    assert!(matches!(snapshots("5.10"), Err(SnapshotError::Empty { .. })));
    let bare = Course::new().catalog();
    assert!(matches!(
        Expectation::from_snapshots(&bare.labs()[0], "6.1"),
        Err(SnapshotError::Missing { .. })
    ));
    let observed = observe(&Transcript::from_record(good())).unwrap();
    assert_eq!(Expectation::from_solution(lab, "6.1", &observed).unwrap(), snapshots("6.1").unwrap());
    assert!(matches!(
        Expectation::from_solution(lab, "6.1", &observed[..1]),
        Err(SnapshotError::Empty { .. })
    ));
}

#[rstest]
#[case::bug("BUG: kernel NULL pointer dereference, address: 0000000000000008", true)]
#[case::warning("WARNING: CPU: 0 PID: 97 at kernel/bpf/verifier.c:2345 check_func+0x1a/0x30", true)]
#[case::ubsan("UBSAN: shift-out-of-bounds in kernel/bpf/core.c:1404:2", true)]
#[case::oops("Oops: 0000 [#1] PREEMPT SMP NOPTI", true)]
#[case::kernel_bug("kernel BUG at mm/slub.c:431!", true)]
#[case::contradiction(
    "verifier bug: REG INVARIANTS VIOLATION (false_reg1): range bounds violation u64=[0x1, 0x0]",
    false
)]
#[case::contradiction_place(
    "WARNING: CPU: 0 PID: 116 at kernel/bpf/verifier.c:2731 reg_bounds_sanity_check+0x163/0x210",
    false
)]
#[case::soft_lockup("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [program:97]", true)]
#[case::hard_lockup("watchdog: Watchdog detected hard LOCKUP on cpu 0", true)]
#[case::hung_task("INFO: task program:97 blocked for more than 120 seconds.", true)]
#[case::rcu_stall("rcu: INFO: rcu_preempt self-detected stall on CPU", true)]
#[case::panic("Kernel panic - not syncing: Attempted to kill init!", true)]
#[case::stamped("[    3.100000] WARNING: CPU: 0 PID: 1", true)]
#[case::writes_to_others(
    "program[90] is installing a program with bpf_probe_write_user helper that may corrupt user memory!",
    true
)]
#[case::debug("DEBUG: nothing of note", false)]
#[case::word("program: no WARNINGs were seen", false)]
#[case::lower_case("warning: `program' uses wireless extensions", false)]
#[case::oom("Out of memory: Killed process 97 (victim)", false)]
#[case::info("INFO: lockdep is turned off", false)]
fn kernel_log_lines(#[case] line: &str, #[case] complains: bool) {
    let log = ["random: crng init done".to_owned(), line.to_owned()];
    assert_eq!(complaint(&log), complains.then_some(line));
}

#[test]
fn last_words_of_a_console_without_a_panic_are_its_last_lines() {
    let console: String = (0..40).map(|line| format!("line {line}\r\n\r\n")).collect();
    let words = last_words(&console);
    assert_eq!((words.len(), words[0].as_str(), words[15].as_str()), (16, "line 24", "line 39"));
    assert!(last_words("").is_empty());
}

#[rstest]
#[case::divide_error("divide error: 0000 [#1] PREEMPT SMP NOPTI")]
#[case::invalid_opcode("invalid opcode: 0000 [#1] PREEMPT SMP NOPTI")]
#[case::general_protection("general protection fault, probably for non-canonical address 0x1: 0000 [#1] SMP")]
#[case::bug("BUG: unable to handle page fault for address: ffffffffc0000000")]
#[case::lockup("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [program:97]")]
fn last_words_begin_with_the_cause(#[case] cause: &str) {
    let place = "[    1.000002] RIP: 0010:do_it+0x1/0x2";
    let panic = "[    1.000003] Kernel panic - not syncing: Fatal exception";
    let console =
        format!("[    0.000000] Linux version 6.1\r\n[    1.000001] {cause}\r\n{place}\r\n{panic}\r\n");
    assert_eq!(last_words(&console), [&format!("[    1.000001] {cause}"), place, panic]);
}
