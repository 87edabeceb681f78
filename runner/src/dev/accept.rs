//! `runner dev accept`: what the solution observes becomes what is expected.

use std::io::{self, Write};

use anyhow::{Result, bail};

use crate::{
    catalog::{KernelChoice, Lab, Side},
    cli::SetupArguments,
    commands::{DID_NOT_PASS, PASSED, Session, learners_costs, parallel},
    cost,
    plan::{self, Job, Sides},
    report::{Paint, Progress, details},
    run::{self, Boot, Finished, Happening, Purpose, Run},
    setup::Audience,
    snapshot::{self, FileChange, Observed},
};

/// Runs the solutions of these labs on the whole matrix and renews their snapshots. Prints every change:
/// an author reviews them like code.
///
/// # Errors
/// When a solution does not go through to its end somewhere, or a file cannot be written.
pub(super) fn accept(names: &[String], setup: &SetupArguments) -> Result<u8> {
    let session = Session::open()?;
    let labs = names.iter().map(|name| session.catalog.find(name)).collect::<Result<Vec<_>, _>>()?;
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs = plan::jobs(&labs, &kernels, &Sides::Same(Side::Solution), 0);
    let ready = session.prepare(&jobs, None, setup, Audience::Learner)?;
    let progress = Progress::on_stderr();
    let run = Run {
        paths: &session.paths,
        toolchain: &ready.toolchain,
        kernels: &ready.kernels,
        purpose: Purpose::Observe,
        parallel: parallel(),
        tell: &|happening| {
            if let Happening::Begun(what) = happening {
                progress.step(what);
            }
        },
    };
    let finished = run::run(&run, &jobs, |agent| session.guests(&ready, agent, Boot::Restore))?;
    progress.finish();
    let mut code = PASSED;
    for lab in labs {
        code = code.max(accept_one(&session, lab, &kernels, &jobs, &finished)?);
    }
    Ok(code)
}

fn accept_one(
    session: &Session,
    lab: &Lab,
    kernels: &[KernelChoice],
    jobs: &[Job<'_>],
    finished: &Finished,
) -> Result<u8> {
    let mut out = io::stdout().lock();
    let mut observed = Vec::new();
    for kernel in kernels {
        let Some(index) = jobs.iter().position(|job| job.lab == lab && job.kernel == *kernel) else {
            continue;
        };
        let (job, seen) = (&jobs[index], &finished.observed[index]);
        match &seen.accepted {
            Some(checks) => observed.push(Observed { kernel: job.kernel_name(), checks: checks.clone() }),
            None if job.skip.is_some() => {}
            None => {
                let report = crate::commands::job_report(session, job, seen);
                writeln!(out, "{} on {} did not go through to its end:", lab.name, job.kernel_name())?;
                for line in details(&report, Paint::of(&out)) {
                    writeln!(out, "  {line}")?;
                }
                return Ok(DID_NOT_PASS);
            }
        }
    }
    for check in observed.iter().flat_map(|one| &one.checks) {
        if !lab.manifest.checks.iter().any(|declared| declared.name == check.name) {
            bail!(
                "lab `{}` observes a check `{}` that its manifest does not declare\nhint: add a `[[check]]` with this name to `lab.toml`, or correct the guest program",
                lab.name,
                check.name
            );
        }
    }
    let supported: Vec<String> = observed.iter().map(|one| one.kernel.clone()).collect();
    let accepted = snapshot::accept(&session.paths.course, lab, &observed, &supported)?;
    for change in &accepted.changes {
        let (verb, key) = match change {
            FileChange::Add(key, _) => ("new", key),
            FileChange::Update(key, _) => ("changed", key),
            FileChange::Remove(key) => ("removed", key),
        };
        writeln!(out, "{verb:8} {}", accepted.folder.join(key.file_name()).display())?;
    }
    let recorded = costs(lab, kernels, jobs, finished);
    let renewed = cost::write(&lab.folder, recorded)?;
    if renewed {
        writeln!(out, "{:8} {}", "changed", accepted.folder.with_file_name(cost::FILE).display())?;
    }
    if accepted.changes.is_empty() && !renewed {
        writeln!(out, "{}: nothing to change", lab.name)?;
    }
    Ok(PASSED)
}

/// What the solution's programs cost on each kernel, oldest first.
fn costs(lab: &Lab, kernels: &[KernelChoice], jobs: &[Job<'_>], finished: &Finished) -> Vec<cost::Recorded> {
    let of_kernel = |kernel: &KernelChoice| {
        let index = jobs.iter().position(|job| job.lab == lab && job.kernel == *kernel)?;
        let seen = &finished.observed[index];
        Some(cost::Recorded {
            kernel: jobs[index].kernel_name(),
            release: seen.release.clone()?,
            programs: learners_costs(lab, &seen.costs),
        })
    };
    kernels.iter().filter_map(of_kernel).collect()
}
