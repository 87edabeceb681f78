//! The command line as a process: what it prints, on which stream, and with which exit code.
//!
//! No test here boots a guest or needs a network. The course and the machine are small ones in folders of
//! their own: see [`course`] and [`machine`]. What an object that is not eBPF or bytes that are not UTF-8
//! lead to is tested from recorded transcripts in `runner/src/report`.

mod course;
mod explain;
mod help;
mod learner;
mod machine;
mod names;
mod ready;
mod wrong_course;
mod wrong_machine;

use course::Course;
use machine::{Finished, Machine};

/// Runs the runner in a course on a machine, and compares all that it leaves with the snapshot `name`.
#[track_caller]
fn assert_run(name: &str, course: &Course, machine: &Machine, arguments: &[&str]) {
    assert_run_in(name, course, "", machine, arguments);
}

/// As [`assert_run`], for a user whom a read-only folder stops.
#[track_caller]
fn assert_run_as_a_user(name: &str, course: &Course, machine: &Machine, arguments: &[&str]) {
    assert_finished(name, course, machine, arguments, &machine.run_as_a_user(&course.path(), arguments));
}

/// As [`assert_run`], in a folder of the course.
#[track_caller]
fn assert_run_in(name: &str, course: &Course, folder: &str, machine: &Machine, arguments: &[&str]) {
    let finished = machine.run(&course.path().join(folder), arguments);
    assert_finished(name, course, machine, arguments, &finished);
}

/// What a run left, compared with the snapshot `name`.
#[track_caller]
fn assert_finished(name: &str, course: &Course, machine: &Machine, arguments: &[&str], finished: &Finished) {
    assert_parts(&finished.stderr, finished.code);
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    for (path, shown) in [(course.path(), "[COURSE]"), (machine.path(), "[MACHINE]")] {
        settings.add_filter(&regex::escape(&path.display().to_string()), shown);
    }
    settings.add_filter(r"\b\d+\.\d+ s\b", "[TIME] s");
    // In a workspace the runner is called by its name; in this repository nobody can type that.
    settings.add_filter(r"`runner ", "`[RUNNER] ");
    // The sizes of kernels stand in `vm/kernels.toml`, the distribution's name in the tests' own machine.
    settings.add_filter(r" +\d+ MB\b", " [SIZE] MB");
    settings.add_filter(r"`[^`]*` has no `apt-get`", "`[DISTRIBUTION]` has no `apt-get`");
    settings.add_filter(r#"("(?:started_unix_s|took_ms|\w+_ms)": )\d+"#, "${1}0");
    settings.bind(|| {
        insta::assert_snapshot!(
            name,
            format!(
                "$ runner {}\nexit code: {}\n─── stdout\n{}─── stderr\n{}",
                arguments.join(" "),
                finished.code,
                finished.stdout,
                finished.stderr
            )
        );
    });
}

/// The form of every message of ours. Clap's are clap's.
#[track_caller]
fn assert_parts(stderr: &str, code: i32) {
    if stderr.starts_with("error: ") {
        assert!(stderr.contains("try '--help'"), "only clap's errors have no name:\n{stderr}");
        return;
    }
    let Some(message) = stderr.strip_prefix("error[") else { return };
    let (id, message) = message.split_once("]: ").expect("a name in brackets");
    assert!(
        id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'),
        "a name of small letters: {id}"
    );
    assert!(code >= 2, "an error is no verdict: code {code}");
    assert!(message.contains("\nhint: "), "no line says what to do next:\n{stderr}");
    let (told, hint) = message.split_once("\nhint: ").unwrap_or_default();
    let what = told.lines().next().unwrap_or_default();
    let why = what.rsplit(": ").next().unwrap_or_default();
    assert!(why.is_empty() || !hint.contains(why), "the hint tells the cause again:\n{stderr}");
    assert!(
        !what.starts_with(char::is_uppercase) && !what.ends_with('.'),
        "lower case, no full stop:\n{stderr}"
    );
}
