//! A run that somebody watches: what it shows, its exit code, and what Ctrl-C leaves.

use std::{fs, time::Duration};

use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use tests::terminal::Terminal;

use crate::{judged::LONG, stage::Stage};

/// By then everything of the runner has ended.
const GONE: Duration = Duration::from_secs(5);

#[rstest]
#[case::through("pass", 0, "check fault\n  alive\nend\nwent through to its end in ")]
#[case::without_end("no-end", 1, "ended without the end record")]
#[case::status("exit 3", 1, "ended with status 3 after ")]
#[case::kernel_log("kernel-log a line of the kernel", 0, "kernel: a line of the kernel\n")]
#[case::rubbish("no-records", 1, "not a record: ")]
fn it_shows_what_the_program_says(#[case] words: &str, #[case] code: i32, #[case] text: &str) {
    let stage = Stage::new();
    stage.program(words, LONG);
    let ended = stage.end(&mut stage.start(stage.runner_at("run", &[])));
    let shown = fs::read_to_string(stage.path("stdout")).expect("a stream");
    assert_eq!(ended, code, "{}", stage.said());
    assert!(shown.contains(text), "{shown}");
    stage.is_left_within(GONE);
}

#[test]
fn a_guest_that_its_program_ends_is_told() {
    let stage = Stage::new();
    stage.program("panic", LONG);
    assert_eq!(stage.end(&mut stage.start(stage.runner_at("run", &[]))), 1, "{}", stage.said());
    assert!(stage.said().contains("its kernel panicked"), "{}", stage.said());
}

#[test]
fn a_qemu_that_is_killed_is_nobodys_failure() {
    let stage = Stage::new();
    stage.program("end silent", LONG);
    let terminal = Terminal::open();
    let mut runner = terminal.start(stage.runner_at("run", &[]));
    terminal.read_until(LONG, "  alive");
    let started = stage.starts("restore");
    let qemu = Pid::from_raw(*started.last().expect("a QEMU")).expect("a process id");
    kill_process(qemu, Signal::KILL).expect("QEMU runs");
    assert_eq!(stage.end(&mut runner), 3);
    let said = terminal.read_to_end();
    assert!(said.contains("QEMU was ended from outside"), "{said}");
}

#[test]
fn what_is_observed_is_shown_at_once_and_ctrl_c_ends_it() {
    let stage = Stage::new();
    stage.program("end silent", LONG);
    let terminal = Terminal::open();
    let mut runner = terminal.start(stage.runner_at("run", &[]));
    terminal.read_until(LONG, "  alive");
    terminal.type_ctrl_c();
    assert_eq!(stage.end(&mut runner), 130);
    stage.is_left_within(GONE);
}
