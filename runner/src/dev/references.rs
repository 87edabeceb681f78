//! Labs against real references: programs that are not ours look at the same things in the same guest.
//!
//! What a reference needs is handed over beside the lab. The guest program compares and prints; what it prints is
//! read here and counts for no learner.

use std::{fs, path::Path, sync::Arc};

use anyhow::{Context, Result, anyhow, ensure};

use super::{check::Outcome, listed};
use crate::{
    catalog::Side,
    commands::{Ready, Session, job_report, parallel},
    judge::Verdict,
    plan::{self, Sides},
    report::{Paint, details},
    run::{self, Boot, Purpose, Run, Tool, tools::libraries_of},
};

/// A lab, and who else is asked there.
struct Reference {
    lab: &'static str,
    /// What the guest program prints when they agree; what follows says on how much.
    agrees: &'static str,
    /// What the guest program needs for it.
    tools: fn() -> Result<Vec<Tool>>,
}

const REFERENCES: [Reference; 3] = [
    Reference { lab: "lab-02", agrees: "crosscheck: bpftool agrees on ", tools: bpftool },
    Reference { lab: "lab-06", agrees: "crosscheck: kernel and solution agree on ", tools: many_programs },
    Reference {
        lab: "lab-12",
        agrees: "crosscheck: kernel and machine code agree on ",
        tools: many_programs,
    },
];

/// How many generated programs each kernel gets: on five kernels, ten thousand.
const PROGRAMS: &[u8] = b"2000";

/// Runs each lab's solution on every kernel beside its reference.
///
/// # Errors
/// When a reference cannot be read, or nothing could be decided.
pub(super) fn step(session: &Session, ready: &Ready) -> Result<Outcome> {
    let (mut good, mut all) = (0, 0);
    for reference in &REFERENCES {
        let said = ask(reference, session, ready)?;
        good += said.iter().filter(|agrees| **agrees).count();
        all += said.len();
    }
    good += usize::from(listed::agrees(session, ready)?);
    all += 1;
    println!("references: {good} passed, {} failed", all - good);
    Ok(if good == all { Outcome::Passed } else { Outcome::Failed })
}

/// Whether a lab agrees with its reference, for each kernel.
fn ask(reference: &Reference, session: &Session, ready: &Ready) -> Result<Vec<bool>> {
    let tools = (reference.tools)()?;
    let lab = session.catalog.find(reference.lab)?;
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
    let mut answers = Vec::new();
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let folder = session.paths.course.join(observed.evidence.clone().unwrap_or_default());
        let said = fs::read_to_string(folder.join("diagnostics.txt")).unwrap_or_default();
        let agreed = said.lines().find(|line| line.starts_with(reference.agrees));
        let place = format!("{} on {}", lab.id, job.kernel_name());
        match agreed.filter(|_| observed.verdict == Verdict::Passed) {
            Some(line) => println!("{place}: {}", line.trim_start_matches("crosscheck: ")),
            None => println!(
                "{place}: {}\n{said}{}",
                observed.verdict.kind().words(),
                details(&job_report(session, job, observed), Paint::Spoken).join("\n")
            ),
        }
        answers.push(agreed.is_some() && observed.verdict == Verdict::Passed);
    }
    Ok(answers)
}

/// Not a tool but a number, for labs that ask the kernel itself.
fn many_programs() -> Result<Vec<Tool>> {
    Ok(vec![Tool { path: "/tools/programs".to_owned(), contents: PROGRAMS.into() }])
}

/// bpftool, its libraries and its loader, for the guest's `/tools`.
fn bpftool() -> Result<Vec<Tool>> {
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
