//! A QEMU that is missing, broken, stuck, or killed: an error or a verdict of ours, in time.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use rstest::rstest;
use runner::judge::{Verdict, VerdictKind};
use rustix::process::{Pid, Signal, kill_process};
use vm::{Deadline, GuestFile, Host, Machine, Qemu, Scale, Started, VmError};

use crate::{bench::bench, judged, judged::is_gone, stub};

/// A host with another program as its QEMU, and checkpoints of its own.
fn host(folder: &Path, program: PathBuf) -> Host {
    let qemu = Qemu { path: program, ..bench().host.qemu.clone() };
    Host { qemu, checkpoints: folder.join("checkpoints"), ..bench().host.clone() }
}

fn restore(host: &Host) -> Result<Started, VmError> {
    host.restore(bench().kernel("6.1"), &Machine::default())
}

/// A QEMU that says on its control socket what the script's function `say` is given.
const SAY: &str = r#"say() { [[ "$*" =~ id=qmp,fd=([0-9]+) ]]; printf "$line" >&"${BASH_REMATCH[1]}"; }"#;

#[rstest]
#[case::missing(|folder: &Path| folder.join("qemu"), "does not start: No such file or directory")]
#[case::not_executable(|folder: &Path| file(folder, "#!/bin/sh\n"), "does not start: Permission denied")]
#[case::no_program(|folder: &Path| folder.to_owned(), "does not start: Permission denied")]
#[case::ends_with_a_message(|folder: &Path| stub::script(folder, "qemu", "echo 'qemu: cannot allocate memory' >&2; exit 1"), "cannot allocate memory")]
#[case::ends_without_a_word(|folder: &Path| stub::script(folder, "qemu", "exit 0"), "exit status: 0")]
#[case::killed_at_once(|folder: &Path| stub::script(folder, "qemu", "kill -SEGV $$"), "SIGSEGV")]
#[case::speaks_rubbish(|folder: &Path| stub::script(folder, "qemu", &format!("line='hello\\n'; {SAY}; say \"$@\"; exec sleep 600")), "not JSON")]
fn that_does_not_work_is_an_error(#[case] make: fn(&Path) -> PathBuf, #[case] text: &str) {
    let folder = stub::folder();
    let begin = Instant::now();
    let error = restore(&host(folder.path(), make(folder.path()))).expect_err("there is no QEMU").to_string();
    assert!(error.contains(text), "{error}");
    assert!(begin.elapsed() < Duration::from_secs(10), "{:.1?}", begin.elapsed());
}

fn file(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("qemu");
    fs::write(&path, text).expect("a file");
    path
}

#[test]
fn that_says_nothing_is_an_error_in_time_and_ended() {
    let folder = stub::folder();
    let pid = folder.path().join("pid");
    let script =
        stub::script(folder.path(), "qemu", &format!("echo $$ > '{}'; exec sleep 600", pid.display()));
    let error = restore(&host(folder.path(), script)).expect_err("there is no QEMU");
    assert!(matches!(error, VmError::Timeout { .. }), "{error}");
    assert!(error.to_string().contains("QEMU to open its control socket"), "{error}");
    let pid = fs::read_to_string(pid).expect("the script has run").trim().parse().expect("a process id");
    assert!(is_gone(pid), "QEMU ({pid}) was left running");
}

/// The checkpoint is not at fault, and making it again would fail as well.
#[test]
fn that_does_not_start_leaves_the_checkpoint_alone() {
    let folder = stub::folder();
    let real = bench().host.qemu.path.display();
    let broken = "case \"$*\" in *-incoming*) echo 'qemu: no more processes' >&2; exit 1;; esac";
    let script = stub::script(folder.path(), "qemu", &format!("{broken}\nexec '{real}' \"$@\""));
    let host = host(folder.path(), script);
    let checkpoint = host.checkpoint(bench().kernel("6.1"), &Machine::default()).expect("a checkpoint");
    let error = restore(&host).expect_err("no guest").to_string();
    assert!(error.contains("no more processes"), "{error}");
    checkpoint.inspect().expect("the checkpoint is as it was");
}

/// A guest of kernel 6.1 with the fault program.
fn guest() -> Started {
    let mut started = judged::fresh_guest("6.1");
    let deadline = Deadline::after(started.scale.apply(Duration::from_secs(20)), "the program to arrive");
    started.guest.put_file(judged::fault_program(), &deadline).expect("the guest takes the program");
    started
}

fn send(started: &Started, signal: Signal) {
    let pid = Pid::from_raw(started.guest.qemu_pid() as i32).expect("a process id");
    kill_process(pid, signal).expect("QEMU runs");
}

#[rstest]
#[case::killed(Signal::KILL, "ended from outside, in the middle of the run: signal: 9 (SIGKILL)")]
#[case::asked_to_end(
    Signal::TERM,
    "ended from outside, in the middle of the run: exit status: 0, host-signal"
)]
#[case::crashed(Signal::ABORT, "QEMU ended in the middle of the run: signal: 6 (SIGABRT)")]
fn that_ends_in_mid_check_is_infrastructure(#[case] signal: Signal, #[case] text: &str) {
    let started = guest();
    send(&started, signal);
    let Verdict::Infrastructure { what, hint } =
        judged::run_handed_over(started, "silent", Duration::from_secs(2)).verdict
    else {
        panic!("it is nobody's fault but ours");
    };
    assert!(what.contains(text) && !hint.is_empty(), "{what}\n{hint}");
}

#[test]
fn that_is_stopped_in_mid_check_times_out() {
    let started = guest();
    send(&started, Signal::STOP);
    let judged = judged::run_handed_over(started, "pass", Duration::from_secs(1));
    assert_eq!(judged.verdict.kind(), VerdictKind::TimedOut);
}

/// A file that no message holds is refused before it is sent, and the largest one that fits arrives.
#[test]
fn that_is_given_too_large_a_file_goes_on() {
    let mut started = guest();
    let deadline = Deadline::after(started.scale.apply(Duration::from_secs(60)), "a large file to arrive");
    let mut contents = vec![0; vm::program::LARGEST_FILE + 1];
    let mut put = |contents: &[u8]| {
        let path = "/lab/object.o";
        started.guest.put_file(GuestFile { path, mode: 0o644, contents }, &deadline)
    };
    let error = put(&contents).expect_err("it does not fit");
    assert!(matches!(error, VmError::TooLarge { .. }) && error.to_string().contains("\nhint: "), "{error}");
    contents.pop();
    put(&contents).expect("it fits");
    assert_eq!(judged::run_handed_over(started, "pass", judged::LONG).verdict.kind(), VerdictKind::Passed);
}

/// Nobody reads the other end of the port: without a deadline the write would last for ever.
#[test]
fn that_takes_no_files_is_an_error_in_time() {
    let mut started = guest();
    send(&started, Signal::STOP);
    let (qemu, timeout) = (started.guest.qemu_pid(), Duration::from_millis(500));
    let contents = vec![0; 16 << 20];
    let file = GuestFile { path: "/lab/object.o", mode: 0o644, contents: &contents };
    let begin = Instant::now();
    let sent = started.guest.put_file(file, &Deadline::after(timeout, "the object to arrive"));
    let error = sent.expect_err("nobody takes it");
    assert!(matches!(error, VmError::Timeout { .. }), "{error}");
    assert!(begin.elapsed() < Scale::ONE.apply(10 * timeout), "{:.1?}", begin.elapsed());
    drop(started);
    assert!(is_gone(qemu));
}
