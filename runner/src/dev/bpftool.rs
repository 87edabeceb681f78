//! Lab 02 against the real bpftool: both list the same programs in the same guest.
//!
//! The host's bpftool is handed over with the libraries and the loader that it needs. The guest
//! program compares and prints; what it prints is read here and counts for no learner.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result, anyhow, ensure};

use super::check::Outcome;
use crate::{
    catalog::Side,
    commands::{Ready, Session, parallel},
    judge::Verdict,
    plan::{self, Sides},
    run::{self, Boot, Purpose, Run, Tool, tools::libraries_of},
};

/// What the guest program prints when the two agree.
const AGREES: &str = "crosscheck: bpftool agrees on ";

/// Runs lab-02's solution on every kernel with bpftool beside it.
///
/// # Errors
/// When bpftool or one of its libraries cannot be read.
pub(super) fn step(session: &Session, ready: &Ready) -> Result<Outcome> {
    let tools = tools()?;
    let lab = session.catalog.find("lab-02")?;
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs = plan::jobs(&[lab], &kernels, &Sides::Same(Side::Solution), 0);
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Judge,
        parallel: parallel(),
        tell: &|_| {},
    };
    let finished = run::run(&run, &jobs, |agent| {
        Ok(run::Guests { tools, ..session.guests(ready, agent, Boot::Restore)? })
    })?;
    let mut failed = 0;
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let file =
            session.paths.course.join(observed.evidence.clone().unwrap_or_default()).join("diagnostics.txt");
        let said = fs::read_to_string(&file).unwrap_or_default();
        let agrees = said.lines().any(|line| line.starts_with(AGREES));
        if observed.verdict != Verdict::Passed || !agrees {
            failed += 1;
            println!("bpftool on {}: {}\n{said}", job.kernel_name(), observed.verdict.kind().words());
        }
    }
    println!("bpftool: {} passed, {failed} failed", jobs.len() - failed);
    Ok(if failed == 0 { Outcome::Passed } else { Outcome::Failed })
}

/// bpftool, its libraries and its loader, for the guest's `/tools`.
fn tools() -> Result<Vec<Tool>> {
    let program = ["/usr/sbin/bpftool", "/usr/bin/bpftool"]
        .into_iter()
        .find(|path| Path::new(path).exists())
        .ok_or_else(|| anyhow!("there is no bpftool\nhint: run `cargo runner doctor --fix`"))?;
    let needed = libraries_of(Path::new(program)).context("cannot ask `ldd` for bpftool's libraries")?;
    ensure!(!needed.is_empty(), "`ldd {program}` names no library");
    let paths: Vec<String> = std::iter::once(program.to_owned()).chain(needed).collect();
    paths.iter().map(|path| tool(path)).collect()
}

fn tool(path: &str) -> Result<Tool> {
    let contents: Arc<[u8]> = fs::read(path).with_context(|| format!("cannot read `{path}`"))?.into();
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(Tool { path: format!("/tools/{name}"), contents })
}
