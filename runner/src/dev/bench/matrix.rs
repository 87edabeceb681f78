//! The whole matrix, all labs' solutions on all kernels: with checkpoints, and without.

use anyhow::Result;

use super::{checks::run, figures::MatrixFigures};
use crate::{commands::Session, report::Progress};

/// Measures both, once each: it takes minutes.
///
/// # Errors
/// When a solution does not pass.
pub(super) fn measure(session: &Session, progress: &Progress) -> Result<MatrixFigures> {
    let course = &session.paths.course;
    // Makes the checkpoints that only some labs need, and is not counted.
    progress.step("the matrix, to warm up");
    run(course, &["check", "--all", "--solution"])?;
    progress.step("the matrix with checkpoints");
    let restored = run(course, &["check", "--all", "--solution"])?;
    progress.step("the matrix without checkpoints");
    let cold = run(course, &["check", "--all", "--solution", "--cold"])?;
    let ran = restored.report.jobs.iter().filter(|job| job.release.is_some());
    Ok(MatrixFigures {
        jobs: ran.count(),
        restored_s: restored.took.as_secs_f64(),
        cold_s: cold.took.as_secs_f64(),
    })
}
