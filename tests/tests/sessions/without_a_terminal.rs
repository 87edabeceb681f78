//! In a pipe, and for ears: the same events, one line each.

use std::{
    fs::{self, File},
    os::unix::process::CommandExt,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tests::wait;

use crate::{
    edits::LAB,
    session::Session,
    workbook::{Workbook, logs, solution},
};

/// By then anything awaited has come, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(240);

#[test]
fn a_watch_in_a_pipe_goes_on_until_it_is_ended() {
    let workbook = Workbook::fresh();
    let file = logs().join("pipe.log");
    let mut command = workbook.runner(&["watch", LAB, "--kernel", "6.1", "--poll", "100"]);
    command.stdout(File::create(&file).expect("a file")).process_group(0);
    let mut runner = command.spawn().expect("the runner starts");
    let said = || fs::read_to_string(&file).unwrap_or_default();
    wait::until(PATIENCE, "the first report", || said().contains("0 of 1 passed").then_some(()));
    workbook.save(LAB, &solution(LAB));
    wait::until(PATIENCE, "a pass", || said().contains("1 of 1 passed").then_some(()));
    assert!(!said().contains('\u{1b}') && !said().contains("keys:"), "{}", said());
    kill_process(Pid::from_child(&runner), Signal::TERM).expect("it runs");
    let status = wait::until(PATIENCE, "its end", || runner.try_wait().expect("a child of ours"));
    assert_eq!(status.code(), Some(130), "{}", said());
}

#[test]
fn for_a_screen_reader_each_event_is_one_line() {
    let workbook = Workbook::fresh();
    let session = Session::begin("plain", &workbook, &["--plain", "watch", LAB]);
    let shown = session.report();
    let unheard = ['\u{1b}', '─', '│', '^'];
    assert!(!shown.contains(unheard) && !shown.contains("\n\n"), "{shown}");
    assert!(shown.contains("lab-01-hello on 5.10: differs, "), "{shown}");
    assert!(shown.contains("BAD expected: after attach: 137; observed: after attach: 0"), "{shown}");
    workbook.save(LAB, &solution(LAB));
    let shown = session.report();
    assert!(shown.contains("`count_calls` on 7.3, instructions: yours "), "{shown}");
    session.press("q");
    assert_eq!(session.end(), 0);
}
