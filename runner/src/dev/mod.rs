//! What authors do: check everything, add a lab, accept snapshots, measure, fuzz.

mod accept;
mod bench;
mod check;
mod checked;
mod fuzz;
mod listed;
mod matrix;
mod new;
mod quiz;
mod recorded;
mod references;
mod seen;
mod studied;

use anyhow::Result;

pub use fuzz::{TARGETS, Target};
pub use new::NameError;

use bench::Extent;

use crate::{catalog::ExerciseSide, cli::DevCommand};

/// Carries out a command for authors.
///
/// # Errors
/// When nothing could be decided.
pub fn run(command: DevCommand) -> Result<u8> {
    match command {
        DevCommand::Check { list: true, .. } => Ok(check::list()),
        DevCommand::Check { only, setup, .. } => check::check(&only, &setup),
        DevCommand::New { name, user: false } => new::new(&name, ExerciseSide::Ebpf),
        DevCommand::New { name, user: true } => new::new(&name, ExerciseSide::Guest),
        DevCommand::Accept { labs, setup } => accept::accept(&labs, &setup),
        DevCommand::See { lab, program, mutant, setup } => {
            seen::record(&lab, program.as_deref(), mutant.as_deref(), &setup)
        }
        DevCommand::Bench { rounds, quick, format, setup } => {
            let extent = if quick { Extent::Quick } else { Extent::Full };
            bench::bench(rounds, extent, format, &setup)
        }
        DevCommand::Fuzz { target, seconds } => fuzz::fuzz(target.as_deref(), seconds),
    }
}
