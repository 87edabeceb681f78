//! What each command does, in the words of the glossary.
//!
//! Each function reads as the data flows and returns the exit code. An error here means that
//! nothing could be decided.

mod book;
mod check;
mod doctor;
mod kernels;
mod session;

use anyhow::Result;

use crate::cli::{Cli, Command};

pub use check::check;
pub(crate) use check::job_report;
pub(crate) use session::parallel;
pub use session::{Ready, Session};
pub(crate) use book::book;

/// Exit code: everything passed.
pub const PASSED: u8 = 0;
/// Exit code: a lab did not pass.
pub const DID_NOT_PASS: u8 = 1;
/// Exit code: wrong usage. Also clap's own.
pub const WRONG_USAGE: u8 = 2;
/// Exit code: nothing could be decided (set-up, VM, infrastructure).
pub const UNDECIDED: u8 = 3;
/// Exit code: the user pressed Ctrl-C (128 + SIGINT, as shells have it).
pub const INTERRUPTED: u8 = 130;

/// Carries out a command.
///
/// # Errors
/// When nothing could be decided; [`exit_code_of`] says which exit code that is.
pub fn run(cli: Cli) -> Result<u8> {
    match cli.command {
        Command::Check(arguments) => check(&arguments),
        Command::Kernels(command) => kernels::kernels(&command),
        Command::Doctor(arguments) => doctor::doctor(&arguments),
        Command::Book(command) => book(&command),
        Command::Dev(command) => crate::dev::run(command),
    }
}

/// The exit code of an error: wrong names and wrong manifests are wrong usage, the rest is undecided.
#[must_use]
pub fn exit_code_of(error: &anyhow::Error) -> u8 {
    if vm::children::interrupted() {
        INTERRUPTED
    } else if error.is::<crate::catalog::CatalogError>() {
        WRONG_USAGE
    } else {
        UNDECIDED
    }
}
