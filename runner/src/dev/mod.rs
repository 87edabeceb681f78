//! What authors do: check everything, add a lab, accept snapshots, measure.

mod accept;
mod bpftool;
mod check;
mod matrix;

use anyhow::Result;

use crate::cli::DevCommand;

/// Carries out a command for authors.
///
/// # Errors
/// When nothing could be decided.
pub fn run(command: DevCommand) -> Result<u8> {
    match command {
        DevCommand::Check { list: true, .. } => Ok(check::list()),
        DevCommand::Check { only, setup, .. } => check::check(&only, &setup),
        DevCommand::New { .. } => anyhow::bail!("not yet"),
        DevCommand::Accept { labs, setup } => accept::accept(&labs, &setup),
        DevCommand::Bench { .. } => anyhow::bail!("not yet"),
    }
}
