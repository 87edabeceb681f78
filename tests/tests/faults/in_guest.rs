//! Faults of the program and of the guest's kernel: each ends in the verdict that names it.

use rstest::rstest;
use runner::judge::VerdictKind::{self, *};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use crate::judged::{self, LONG, SHORT, assert_ends};

#[rstest]
#[case::without_a_fault("pass", Passed, "")]
#[case::silent("silent", TimedOut, "")]
#[case::deaf("deaf", TimedOut, "")]
#[case::stopped("stopped", TimedOut, "")]
#[case::mute("mute", TimedOut, "")]
#[case::abort("abort", Crashed, "SIGABRT")]
#[case::exit_without_end("no-end", Crashed, "never said that it went through")]
#[case::status("exit 3", Crashed, "status 3")]
#[case::forged_after_the_end("after-end", Crashed, "after the end record")]
#[case::no_records("no-records", Crashed, "it is no record")]
#[case::not_utf8("not-utf8", Differs, "ive")]
#[case::half_a_line("half-a-line exit 0", Crashed, "has no end")]
#[case::half_a_line_then_silent("half-a-line silent", TimedOut, "")]
#[case::leaves_a_daemon("daemon", Passed, "")]
#[case::end_then_silent("end silent", TimedOut, "")]
#[case::end_then_a_frozen_agent("end init frozen", TimedOut, "")]
fn of_the_program(#[case] words: &str, #[case] kind: VerdictKind, #[case] text: &str) {
    assert_ends("6.1", words, kind, text);
}

#[rstest]
#[case::panic("panic", KernelPanicked, "sysrq triggered crash")]
#[case::panic_after_the_end("end panic", KernelPanicked, "sysrq triggered crash")]
#[case::power_off("power-off", Crashed, "Power down")]
#[case::half_a_line_then_power_off("half-a-line power-off", Crashed, "Power down")]
#[case::end_then_power_off("end power-off", Crashed, "Power down")]
#[case::restart("restart", Crashed, "Restarting system")]
#[case::reset("sysrq b", Crashed, "QEMU reports `guest-reset`")]
#[case::half_a_line_then_reset("half-a-line sysrq b", Crashed, "QEMU reports `guest-reset`")]
#[case::everybody_killed("sysrq i", Crashed, "SIGKILL")]
#[case::wrecked("wreck", Passed, "")]
fn of_the_kernel(#[case] words: &str, #[case] kind: VerdictKind, #[case] text: &str) {
    assert_ends("6.1", words, kind, text);
}

/// Root in the guest can keep its kernel from saying anything; QEMU still knows who did it.
#[rstest]
#[case::power_off("quietly power-off", "guest-shutdown")]
#[case::power_off_after_the_end("end quietly power-off", "guest-shutdown")]
#[case::restart("quietly restart", "guest-reset")]
#[case::panic("quietly panic", "guest-reset")]
#[case::through_the_reset_port("port-reset", "guest-reset")]
#[case::through_acpi("port-power-off", "guest-shutdown")]
#[case::rubbish_first("port rubbish-then quietly power-off", "guest-shutdown")]
fn a_silent_end_is_the_guests(
    #[case] words: &str,
    #[case] reason: &str,
    #[values("5.10", "7.3")] kernel: &str,
) {
    assert_ends(kernel, words, Crashed, &format!("QEMU reports `{reason}`"));
}

/// QEMU goes on after a halt, so this one takes its whole time.
#[test]
fn a_halt_is_named_at_the_deadline() {
    let verdict = judged::run_in(judged::fresh_guest("6.1"), "halt", SHORT).verdict;
    assert_eq!(verdict.kind(), Crashed);
    assert!(format!("{verdict:?}").contains("System halted"), "{verdict:?}");
}

#[rstest]
fn a_panic_is_named_on_every_kernel(
    #[values("5.10", "6.12", "6.18", "7.3")] kernel: &str,
    #[values("panic", "end panic")] words: &str,
) {
    assert_ends(kernel, words, KernelPanicked, "sysrq triggered crash");
}

#[rstest]
#[case::oops("Oops: 0002 [#1] PREEMPT SMP NOPTI")]
#[case::null_pointer("BUG: kernel NULL pointer dereference, address: 0000000000000000")]
#[case::bug_at("kernel BUG at mm/slub.c:305!")]
#[case::warning("WARNING: CPU: 0 PID: 77 at kernel/bpf/verifier.c:501 check_map_access+0x1")]
#[case::ubsan("UBSAN: shift-out-of-bounds in kernel/bpf/core.c:1404:2")]
#[case::soft_lockup("watchdog: BUG: soft lockup - CPU#0 stuck for 22s! [program:77]")]
#[case::hard_lockup("watchdog: Watchdog detected hard LOCKUP on cpu 0")]
#[case::rcu_stall("rcu: INFO: rcu_sched self-detected stall on CPU")]
#[case::rcu_stall_of_another("rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:")]
#[case::hung_task("INFO: task program:77 blocked for more than 120 seconds.")]
#[case::writes_to_others(
    "program[80] is installing a program with bpf_probe_write_user helper that may corrupt user memory!"
)]
fn the_kernel_complains(#[case] line: &str) {
    assert_ends("6.1", &format!("kernel-log {line}"), Crashed, "the kernel complained");
}

#[rstest]
#[case::of_no_importance("workbook: 7 packets, no warning")]
#[case::with_the_word_in_a_name("DEBUG_WARNINGS=off")]
fn the_kernel_does_not_complain(#[case] line: &str) {
    assert_ends("6.1", &format!("kernel-log {line}"), Passed, "");
}

/// Both guests have one processor of the host between them.
#[test]
fn two_guests_on_one_core_pass() {
    let one = CpuSet::new();
    let allowed = sched_getaffinity(None).expect("the processors of this thread");
    let first = (0..CpuSet::MAX_CPU).find(|cpu| allowed.is_set(*cpu)).expect("a processor");
    let on_one_core = || {
        let mut one = one;
        one.set(first);
        // QEMU inherits it from the thread that starts it.
        sched_setaffinity(None, &one).expect("a processor");
        judged::run_in(judged::fresh_guest("6.1"), "pass", LONG).verdict.kind()
    };
    let verdicts = std::thread::scope(|scope| {
        [scope.spawn(on_one_core), scope.spawn(on_one_core)].map(|guest| guest.join().expect("a verdict"))
    });
    assert_eq!(verdicts, [Passed, Passed]);
}
