//! `runner watch`: checks a lab whenever its exercise is saved, and answers keys.
//!
//! Data flows one way here, too: the file, the keyboard and the running check send [`model::Input`]s, the
//! pure [`model::Watch`] answers with [`model::Act`]s, and this module carries them out. Nothing is ever
//! redrawn: what was said stays where it stands, so it works in any terminal, and in a file.

mod check;
mod file;
mod keys;
mod model;
mod tiers;
mod words;

use std::{
    io::{self, Write},
    path::PathBuf,
    process::{Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use anyhow::{Context, Result};

pub use keys::Keyboard;

use check::Check;
use model::{Act, Input, User, Watch};

use crate::{paths::spoken, report::Paint};

/// What to watch, and how to speak.
#[derive(Debug, Clone)]
pub struct Options {
    /// The lab's name.
    pub lab: String,
    /// Its exercise.
    pub exercise: PathBuf,
    /// The folder in which checks run.
    pub folder: PathBuf,
    /// The kernels to check on, oldest first, as `--kernel` takes them.
    pub kernels: Vec<String>,
    /// All kernels on which the lab works.
    pub all_kernels: Vec<String>,
    /// The learner's programs: once they are loaded, the verifier has accepted them.
    pub programs: Vec<String>,
    /// Colours, or none, or one line per event.
    pub paint: Paint,
    /// How often the file is looked at.
    pub poll: Duration,
}

/// How a watch ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// The user is done.
    Quit,
    /// The user wants the next lab.
    Next,
}

/// Watches until the user leaves. The exercise is checked once at the beginning.
///
/// # Errors
/// When a check cannot be started, or nobody reads what is said.
pub fn watch(options: &Options, keyboard: Option<&Keyboard>) -> Result<Ended> {
    let (inputs, inbox) = channel();
    file::follow(options.exercise.clone(), options.poll, inputs.clone());
    if let Some(keyboard) = keyboard {
        keyboard.listen(inputs.clone());
    }
    let user = if keyboard.is_some() { User::AtKeyboard } else { User::Elsewhere };
    let mut watch = Watch::new(options, user);
    let mut running: Option<Check> = None;
    let mut acts = watch.begin();
    loop {
        for act in acts {
            match act {
                Act::Say(lines) => say(&lines)?,
                Act::Start { generation, kernels } => {
                    // The one before is ended first: two checks at once would both be late.
                    drop(running.take());
                    running = Some(Check::start(options, &kernels, generation, inputs.clone())?);
                }
                Act::Stop => drop(running.take()),
                Act::Ask(words) => say(&words::with_keys(&ask(options, &words)?))?,
                Act::End(ended) => return Ok(ended),
            }
        }
        acts = match next(&inbox) {
            Some(input) => watch.take(input),
            None => vec![Act::Stop, Act::End(Ended::Quit)],
        };
    }
}

/// The next thing that happens; `None` when the user has pressed Ctrl-C.
fn next(inbox: &Receiver<Input>) -> Option<Input> {
    /// How often the wait looks whether the user has asked to stop.
    const LOOK: Duration = Duration::from_millis(100);
    loop {
        match inbox.recv_timeout(LOOK) {
            // What a check says that Ctrl-C has ended is of no interest.
            Ok(_) if vm::children::interrupted() => return None,
            Ok(input) => return Some(input),
            Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) if vm::children::interrupted() => return None,
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

fn say(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for line in lines {
        writeln!(out, "{}", spoken(line))?;
    }
    out.flush()
}

/// What another command of ours says: a hint, the list of labs.
fn ask(options: &Options, words: &[String]) -> Result<Vec<String>> {
    let program = std::env::current_exe().context("cannot find the runner's own executable")?;
    let mut command = Command::new(program);
    command.args(words).current_dir(&options.folder).stdin(Stdio::null());
    let output = command.output().with_context(|| format!("cannot run `runner {}`", words.join(" ")))?;
    let text = [output.stdout, output.stderr].concat();
    Ok(String::from_utf8_lossy(&text).lines().map(str::to_owned).collect())
}
