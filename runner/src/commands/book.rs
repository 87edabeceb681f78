//! `runner book`: hands over to the press, a program of its own.
//!
//! mdBook takes minutes to compile, and a learner's first `runner check` should not wait for it.

use anyhow::{Result, bail};

use crate::{build::cargo, cli::BookCommand, paths::Paths};

/// Builds, serves or tests the book.
///
/// # Errors
/// When the press cannot be built or run.
pub(crate) fn book(command: &BookCommand) -> Result<u8> {
    let paths = Paths::discover()?;
    let words: Vec<String> = match command {
        BookCommand::Build => vec!["build".into()],
        BookCommand::Serve { port } => vec!["serve".into(), "--port".into(), port.to_string()],
        BookCommand::Test => vec!["test".into()],
    };
    match cargo::run_press(&paths.course, &words)? {
        Some(status) => Ok(u8::try_from(status).unwrap_or(super::UNDECIDED)),
        None => bail!("the press was killed by a signal"),
    }
}
