//! An object on every kernel of the matrix, with everything that a kernel can say about its programs.

use std::sync::Arc;

use anyhow::{Context, Result};
use vm::Kernel;

use crate::{
    build,
    commands::{Ready, Session, parallel},
    explain::ObjectPrograms,
    loads::KernelAnswers,
    report::Progress,
    run::{Boot, LOADER, Load},
};

/// Lets every kernel load these programs, run them, and tell what it has made of them.
///
/// # Errors
/// When the loader cannot be built, or no guest is to be had.
pub(super) fn on_all(
    session: &Session,
    ready: &Ready,
    object: &Arc<[u8]>,
    wanted: &[ObjectPrograms],
) -> Result<Vec<KernelAnswers>> {
    let progress = Progress::on_stderr();
    let notice = |build::Notice::Busy(what)| progress.step(what);
    let built = build::build_program(&session.paths.course, LOADER, &ready.toolchain, &notice)?;
    let guests = session.guests(ready, built.agent, Boot::Restore)?;
    let all = session.catalog.kernels();
    let kernels: Vec<&Kernel> = all.iter().filter_map(|name| ready.kernels.get(name)).collect();
    let programs = crate::explain::programs_of(object).context("the object cannot be read")?;
    let load = Load { object, programs: &programs, wanted, loader: &built.program, study: true };
    let answers = load.on(&kernels, &guests, parallel(), &|_| {})?;
    progress.finish();
    Ok(answers)
}
