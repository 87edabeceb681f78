//! A program over the instruction limit: how long each kernel's verifier keeps a learner waiting for its no.
//!
//! It is checked once: it takes seconds on each kernel, and a load is ended after a fixed time.

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

use super::{checks, figures::RejectionFigures};
use crate::{
    catalog::Lab,
    judge::VerdictKind,
    report::{JobReport, Progress},
};

/// The program, for the lab that everything is measured with.
const PROGRAM: &str = include_str!("endless.rs.in");

/// The causes that are true of it; which one it is depends on the kernel.
const CAUSES: [&str; 3] = ["program-too-large", "too-complex", "unfinished"];

/// Checks the program on all kernels. Its file is written into `folder`.
///
/// # Errors
/// When a kernel does not refuse it, or another cause is found.
pub(super) fn measure(
    course: &Path,
    lab: &Lab,
    folder: &Path,
    progress: &Progress,
) -> Result<Vec<RejectionFigures>> {
    progress.step("a program over the instruction limit");
    let file = folder.join("endless.rs");
    fs::write(&file, PROGRAM).with_context(|| format!("cannot write `{}`", file.display()))?;
    let file = file.display().to_string();
    let command = checks::reported(course, &["check", &lab.id, "--submission", &file])?;
    command.report.jobs.iter().map(figures).collect()
}

fn figures(job: &JobReport) -> Result<RejectionFigures> {
    let cause = job.cause.as_deref().unwrap_or("no known cause");
    if job.verdict.kind() != VerdictKind::Rejected || !CAUSES.contains(&cause) {
        bail!(
            "a program over the instruction limit on {}: {} ({cause}), and not rejected for one of {}\n\
             hint: check `runner/src/dev/bench/endless.rs.in` as a submission for {} by hand",
            job.kernel,
            job.verdict.kind().words(),
            CAUSES.map(|cause| format!("`{cause}`")).join(", "),
            job.lab
        );
    }
    Ok(RejectionFigures {
        kernel: job.kernel.clone(),
        cause: cause.to_owned(),
        job_s: job.times.job_ms() as f64 / 1000.0,
    })
}
