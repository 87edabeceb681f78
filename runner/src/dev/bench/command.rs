//! This executable as a process: a command as a person types it, timed from command to exit.
//!
//! What a command says, and whether that is good, is its caller's matter.

use std::{
    env,
    ffi::OsString,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use duct::cmd;

/// How long one command may take: the whole matrix without checkpoints, on a slow machine.
const TIMEOUT: Duration = Duration::from_secs(3600);

/// Sets the limit on its address space in KiB, its first argument, and becomes the command in the others.
const LIMITED: &str = r#"ulimit -v "$1" && shift && exec "$@""#;

/// A command that came to its end.
pub(super) struct Finished {
    /// From command to exit.
    pub(super) took: Duration,
    /// Its exit code; `None` if a signal ended it.
    pub(super) code: Option<i32>,
    /// Its standard output.
    pub(super) output: Vec<u8>,
    /// Its standard error.
    pub(super) complaints: String,
}

/// Runs this executable with `words` in `folder`.
///
/// # Errors
/// When it does not start, or does not end in time.
pub(super) fn finish(folder: &Path, words: &[&str]) -> Result<Finished> {
    let program = env::current_exe().context("cannot find the runner's own executable")?;
    timed(folder, program.into_os_string(), words.iter().map(OsString::from).collect(), words)
}

/// The same with at most so much address space, in MiB.
///
/// # Errors
/// As [`finish`].
pub(super) fn finish_within(memory_mib: u32, folder: &Path, words: &[&str]) -> Result<Finished> {
    let program = env::current_exe().context("cannot find the runner's own executable")?;
    let kibibytes = (u64::from(memory_mib) * 1024).to_string();
    let mut arguments: Vec<OsString> = ["-c", LIMITED, "sh", &kibibytes].map(OsString::from).into();
    arguments.push(program.into_os_string());
    arguments.extend(words.iter().map(OsString::from));
    timed(folder, "sh".into(), arguments, words)
}

fn timed(folder: &Path, program: OsString, arguments: Vec<OsString>, words: &[&str]) -> Result<Finished> {
    let typed = format!("runner {}", words.join(" "));
    let expression =
        cmd(program, arguments).dir(folder).stdin_null().stdout_capture().stderr_capture().unchecked();
    let contained = expression.before_spawn(|command| {
        vm::children::contain(command, &[]);
        Ok(())
    });
    let begin = Instant::now();
    let handle = contained.start().with_context(|| format!("cannot start `{typed}`"))?;
    let registration = handle.pids().first().map(|pid| vm::children::Registration::of(*pid));
    let output = handle.wait_timeout(TIMEOUT).with_context(|| format!("cannot wait for `{typed}`"))?;
    let took = begin.elapsed();
    if vm::children::interrupted() {
        bail!("interrupted");
    }
    let Some(output) = output else {
        // Ends the whole group.
        drop(registration);
        bail!("`{typed}` did not end within {} s\nhint: run it by hand", TIMEOUT.as_secs());
    };
    Ok(Finished {
        took,
        code: output.status.code(),
        output: output.stdout.clone(),
        complaints: String::from_utf8_lossy(&output.stderr).into_owned(),
    })
}

impl Finished {
    /// Demands that it ended well, and says of a command that did not what it said.
    ///
    /// # Errors
    /// When its exit code is not 0.
    pub(super) fn well(self, words: &[&str]) -> Result<Self> {
        if self.code == Some(0) {
            return Ok(self);
        }
        bail!(
            "`runner {}` did not end well:\n{}\nhint: only what works is measured; run it by hand",
            words.join(" "),
            self.complaints.trim_end()
        )
    }
}
