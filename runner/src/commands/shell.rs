//! `runner shell`: an interactive shell in a guest, with the lab's program and object at hand.

use std::io::{self, IsTerminal, Write};

use anyhow::{Result, anyhow};
use vm::{Ending, Heard, VmError};
use wire::Exit;

use super::run_lab::{self, Bpftool, Started, kernel_ended};
use crate::{
    cli::ShellArguments,
    run::{
        Prepared,
        terminal::{self, RawTerminal},
        tools,
    },
    setup::Audience,
};

/// Gives a shell, or carries out one command, and returns its exit status.
///
/// # Errors
/// When there is no guest to be had, or it does not live until the shell's end.
pub(super) fn shell(arguments: &ShellArguments) -> Result<u8> {
    run_lab::with_guest(&arguments.place, 0, Audience::Visitor, |started| talk(started, &arguments.command))
}

fn talk(started: Started<'_>, command: &[String]) -> Result<u8> {
    let Started { guest, place, bpftool } = started;
    let on_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if on_terminal && command.is_empty() {
        welcome(&place, bpftool);
    }
    let argv = tools::start(command);
    let (ending, console) =
        if on_terminal { on_a_terminal(guest, argv, &place) } else { through_pipes(guest, argv) }?;
    match ending {
        Ending::Done(Exit::Code(code)) => Ok(code as u8),
        Ending::Done(Exit::Signal(signal)) => Ok(128_u8.wrapping_add(signal as u8)),
        ending => Err(kernel_ended(&place, &ending, &console)),
    }
}

/// What is where, in two lines.
fn welcome(place: &str, bpftool: Bpftool) {
    let (here, lacking) = match bpftool {
        Bpftool::Here => ("`bpftool`, ", ""),
        Bpftool::Lacking => ("", "; for `bpftool`, install the package `bpftool` on the host"),
    };
    eprintln!("{place}: `/lab/object.o`, `/lab/program`, {here}`dmesg`{lacking}");
    eprintln!("leave with `exit` or Ctrl-D; Ctrl-] ends the guest at once");
}

fn on_a_terminal(guest: Prepared<'_>, argv: Vec<String>, place: &str) -> Result<(Ending, String)> {
    let cannot = |error: io::Error| anyhow!("cannot take the terminal: {error}\nhint: try another terminal");
    let term = std::env::var("TERM").unwrap_or_else(|_| "vt100".to_owned());
    let raw = RawTerminal::take().map_err(cannot)?;
    let mut followed = Ok(());
    let begin = |voice| followed = terminal::follow_keys(voice);
    let ended = guest.converse(argv, place, &term, Some(terminal::size()), begin, print);
    drop(raw);
    followed.map_err(cannot)?;
    outcome(ended)
}

fn through_pipes(guest: Prepared<'_>, argv: Vec<String>) -> Result<(Ending, String)> {
    outcome(guest.converse(argv, "", "dumb", None, terminal::follow_input, print))
}

fn print(heard: Heard<'_>) -> io::Result<()> {
    match heard {
        Heard::Out(bytes) => {
            let mut out = io::stdout().lock();
            out.write_all(bytes).and_then(|()| out.flush())
        }
        Heard::Err(bytes) => io::stderr().write_all(bytes),
    }
}

/// Who reads our output may stop reading: `main` knows that by the system's own error.
fn outcome(ended: Result<(Ending, String), VmError>) -> Result<(Ending, String)> {
    ended.map_err(|error| match error {
        VmError::Io { source, .. } if source.kind() == io::ErrorKind::BrokenPipe => source.into(),
        other => other.into(),
    })
}
