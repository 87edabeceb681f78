//! A shell in a guest: what is typed arrives, the exit status comes back, and whatever breaks, the terminal is
//! given back and nothing is left running.

use std::{
    fs::{self, File},
    process::Child,
    time::Duration,
};

use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use tests::{terminal::Terminal, wait};

use crate::stage::Stage;

/// By then a shell has started, on a busy machine.
const REACHED: Duration = Duration::from_secs(120);

/// By then everything of the runner has ended.
const GONE: Duration = Duration::from_secs(5);

/// What the guest's shell says when it waits.
const PROMPT: &str = "lab-90 on 6.1:~# ";

/// Runs a command through pipes, with this as its input; returns its exit status and both streams.
fn piped(input: &str, command: &[&str]) -> (i32, String, String) {
    let stage = Stage::new();
    stage.write("stdin", input);
    let mut runner = stage.runner_at("shell", command);
    runner.stdin(File::open(stage.path("stdin")).expect("a file"));
    let code = stage.end(&mut stage.start(runner));
    stage.is_left_within(GONE);
    let read = |name: &str| fs::read_to_string(stage.path(name)).expect("a stream");
    (code, read("stdout"), read("stderr"))
}

#[rstest]
#[case::status("exit 42", 42)]
#[case::success("true", 0)]
#[case::signal("kill -9 $$", 137)]
#[case::of_the_last_one("false; sh -c 'exit 3'", 3)]
#[case::a_daemon_does_not_hold_it_up("sleep 1000 & exit 4", 4)]
fn a_commands_exit_status_comes_through(#[case] script: &str, #[case] expected: i32) {
    let (code, out, err) = piped("", &["--", "sh", "-c", script]);
    assert_eq!((code, out.as_str()), (expected, ""), "{err}");
}

#[test]
fn an_unknown_command_is_named() {
    let (code, _, err) = piped("", &["--", "frobnicate"]);
    assert_eq!(code, 127);
    assert!(err.contains("frobnicate: not found"), "{err}");
}

#[test]
fn lines_are_carried_out_until_the_input_ends() {
    let (code, out, err) = piped("echo $((6 * 7))\nls /lab\necho trouble >&2\n", &[]);
    assert_eq!((code, out.as_str()), (0, "42\nprogram\n"), "{err}");
    assert!(err.contains("trouble"), "{err}");
}

/// More than may be under way at once, in both directions.
#[test]
fn much_input_arrives_whole() {
    let input = "0123456789abcde\n".repeat(40_000);
    let (code, out, err) = piped(&input, &["--", "tee", "/tmp/copy"]);
    assert_eq!(code, 0, "{err}");
    assert!(out == input, "{} bytes of {} came back", out.len(), input.len());
}

/// The runner stops with what it cannot print; the guest does not go on alone.
#[test]
fn input_that_nobody_reads_ends_with_the_command() {
    let (code, out, err) = piped(&"y\n".repeat(200_000), &["--", "head", "-n", "1"]);
    assert_eq!((code, out.as_str()), (0, "y\n"), "{err}");
}

/// A shell on a terminal, at its first prompt.
struct Session {
    stage: Stage,
    terminal: Terminal,
    runner: Child,
}

impl Session {
    fn begin() -> Self {
        let stage = Stage::new();
        let terminal = Terminal::open();
        terminal.resize(24, 80);
        let runner = terminal.start(stage.runner_at("shell", &[]));
        let welcome = terminal.read_until(REACHED, PROMPT);
        assert!(welcome.contains("`/lab/program`") && welcome.contains("leave with `exit`"), "{welcome}");
        Self { stage, terminal, runner }
    }

    /// Types a line and waits for what comes of it. The line itself is shown as well and must not hold the text.
    #[track_caller]
    fn line(&self, line: &str, text: &str) {
        self.terminal.type_text(&format!("{line}\r"));
        self.terminal.read_until(REACHED, text);
    }

    /// Waits for the runner's end: the terminal is as `before`, and nothing is left. Returns the exit code and the last
    /// words.
    #[track_caller]
    fn end(mut self, before: Modes) -> (i32, String) {
        let code = self.stage.end(&mut self.runner);
        let after = self.terminal.modes();
        assert!(before == after, "the terminal was {before:?} and is {after:?}");
        self.stage.is_left_within(GONE);
        // Messages are broken to fit the terminal.
        let said = self.terminal.read_to_end();
        (code, said.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn qemu(&self) -> Pid {
        let started = self.stage.starts("restore");
        Pid::from_raw(*started.last().expect("a QEMU")).expect("a process id")
    }
}

type Modes = (rustix::termios::InputModes, rustix::termios::OutputModes, rustix::termios::LocalModes);

#[test]
fn ctrl_c_ends_what_runs_and_the_shell_goes_on() {
    let session = Session::begin();
    let before = Terminal::open().modes();
    assert!(session.terminal.modes() != before, "every key goes to the guest");
    session.line("sh -c 'echo be''gun; exec sleep 1000'", "begun");
    session.terminal.type_ctrl_c();
    session.terminal.read_until(REACHED, PROMPT);
    session.line("echo sta''tus $?", "status 130");
    session.line("exit 42", "exit 42");
    assert_eq!(session.end(before).0, 42);
}

#[test]
fn the_guests_terminal_has_the_size_of_ours_and_follows_it() {
    let session = Session::begin();
    session.line("stty size", "24 80");
    session.terminal.resize(33, 101);
    let followed = format!("followed\r\n{PROMPT}");
    session.line("until [ \"$(stty size)\" = '33 101' ]; do :; done; echo fol''lowed", &followed);
    session.terminal.type_text("\u{4}");
    assert_eq!(session.end(Terminal::open().modes()).0, 0);
}

#[test]
fn ctrl_bracket_ends_the_guest_whatever_it_does() {
    let session = Session::begin();
    session.line("trap '' INT; echo dea''f; while :; do :; done", "deaf");
    session.terminal.type_text("\u{1d}");
    let (code, said) = session.end(Terminal::open().modes());
    assert_eq!(code, 130, "{said}");
}

#[rstest]
#[case::asked_to_end(Signal::TERM)]
#[case::hung_up(Signal::HUP)]
#[case::interrupted(Signal::INT)]
fn a_runner_that_is_ended_gives_the_terminal_back(#[case] signal: Signal) {
    let session = Session::begin();
    kill_process(Pid::from_child(&session.runner), signal).expect("the runner runs");
    let (code, said) = session.end(Terminal::open().modes());
    assert_eq!(code, 130, "{said}");
}

/// The last is noticed only because the guest is asked now and then whether it is there.
#[rstest]
#[case::killed(Signal::KILL, "QEMU was ended from outside (signal: 9 (SIGKILL))")]
#[case::crashed(Signal::ABORT, "QEMU ended (signal: 6 (SIGABRT))")]
#[case::stopped(Signal::STOP, "it is silent: waited")]
fn a_qemu_that_is_gone_is_told(#[case] signal: Signal, #[case] text: &str) {
    let session = Session::begin();
    kill_process(session.qemu(), signal).expect("QEMU runs");
    let (code, said) = session.end(Terminal::open().modes());
    assert_eq!(code, 3, "{said}");
    assert!(said.contains(text) && said.contains("hint: "), "{said}");
}

#[rstest]
#[case::panic("echo c > /proc/sysrq-trigger", "its kernel panicked")]
#[case::power_off("poweroff -f", "it was shut down from inside")]
fn a_guest_that_ends_itself_is_told(#[case] line: &str, #[case] text: &str) {
    let session = Session::begin();
    session.terminal.type_text(&format!("{line}\r"));
    let (code, said) = session.end(Terminal::open().modes());
    assert_eq!(code, 3, "{said}");
    assert!(said.contains(text), "{said}");
}

/// Nobody can handle SIGKILL: the system itself ends QEMU with the runner. Only the terminal stays as it was.
#[test]
fn a_runner_that_is_killed_leaves_no_process() {
    let mut session = Session::begin();
    session.runner.kill().expect("the runner runs");
    wait::until(GONE, "the runner's end", || session.runner.try_wait().expect("a child of ours"));
    session.stage.is_left_within(GONE);
}
