//! All jobs of a plan: one build, then guests on all cores.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    time::{Duration, Instant},
};

use vm::Kernel;

use super::{Happening, control::Control, cores, guest::Guests, job::Bench};
use crate::{
    build::{self, BuildError, Built, Each, Outcome, Toolchain, Unit},
    catalog::Side,
    cost::ProgramCost,
    judge::{Verdict, oracle::Oracle},
    paths::Paths,
    plan::Job,
    report::JobTimes,
    snapshot::SnapshotError,
    transcript::ObservedCheck,
};

/// Why a run could not go through.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The build itself failed, beside the learner's file.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// A checkpoint or a guest could not be made.
    #[error(transparent)]
    Vm(#[from] vm::VmError),
    /// A snapshot is missing or cannot be used.
    #[error(transparent)]
    Snapshot(#[from] SnapshotError),
    /// The evidence folder cannot be written.
    #[error(
        "cannot write the evidence of `{0}`: {1}\nhint: check that `target/labs` is writable and that the disk is not full"
    )]
    Evidence(String, std::io::Error),
    /// The oracle's cache cannot be written.
    #[error(
        "cannot keep what the reference solution observed: {0}\nhint: check that the cache folder is writable and that the disk is not full"
    )]
    Oracle(std::io::Error),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// What a job came to.
#[derive(Debug, Clone)]
pub struct Observed {
    /// The decision.
    pub verdict: Verdict,
    /// What `uname -r` said, if a guest ran.
    pub release: Option<String>,
    /// The observations as the guest wrote them.
    pub checks: Vec<ObservedCheck>,
    /// The normalised observations of a run that went through to its end.
    pub accepted: Option<Vec<ObservedCheck>>,
    /// What the programs that were loaded cost.
    pub costs: Vec<ProgramCost>,
    /// Remarks that change nothing.
    pub notes: Vec<String>,
    /// What rustc warned about in the file that stands as exercise.
    pub warnings: String,
    /// How long each step took.
    pub times: JobTimes,
    /// Where the evidence lies, relative to the course.
    pub evidence: Option<PathBuf>,
}

impl Observed {
    /// A decision for which no guest had to run.
    pub(super) fn without_guest(verdict: Verdict) -> Self {
        Self {
            verdict,
            release: None,
            checks: Vec::new(),
            accepted: None,
            costs: Vec::new(),
            notes: Vec::new(),
            warnings: String::new(),
            times: JobTimes::default(),
            evidence: None,
        }
    }
}

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Compare with what is expected.
    Judge,
    /// Only observe, for authors who are about to accept: a run that goes through to its end passes.
    Observe,
}

/// Everything that a run needs beside the jobs.
pub struct Run<'a> {
    /// Where things lie.
    pub paths: &'a Paths,
    /// What cargo needs.
    pub toolchain: &'a Toolchain,
    /// The kernels, by the name that jobs use.
    pub kernels: &'a BTreeMap<String, Kernel>,
    /// Judge or only observe.
    pub purpose: Purpose,
    /// How many guests may run at once.
    pub parallel: usize,
    /// Called with whatever happens, from any thread.
    pub tell: &'a (dyn Fn(Happening<'_>) + Sync),
}

/// All jobs decided.
#[derive(Debug)]
pub struct Finished {
    /// In the order of the jobs.
    pub observed: Vec<Observed>,
    /// How long the build took.
    pub build: Duration,
}

/// Builds what the jobs need, then carries them out on several threads. `guests` makes the guests'
/// host once the agent is built.
///
/// # Errors
/// When nothing can be decided; a failing lab is an [`Observed`].
pub fn run(
    run: &Run<'_>,
    jobs: &[Job<'_>],
    guests: impl FnOnce(PathBuf) -> Result<Guests, RunError>,
) -> Result<Finished, RunError> {
    let begin = Instant::now();
    let units = units(jobs);
    let notice = |notice| match notice {
        build::Notice::Busy(what) => (run.tell)(Happening::Begun(&what)),
    };
    let Each { outcomes, agent } =
        build::build_each(&run.paths.course, &units, run.toolchain, build::SILENCE, &notice)?;
    let build_time = begin.elapsed();
    if outcomes.iter().any(|outcome| matches!(outcome, Ok(Outcome::Built(_)))) {
        (run.tell)(Happening::Built(build_time));
    }
    let outcomes = units.into_iter().zip(some_of(outcomes)?).collect::<Vec<_>>();
    let guests = guests(agent)?;
    let (oracle, control) = (Oracle::new(&run.paths.cache), Control::new(run.paths, run.toolchain));
    let purpose = run.purpose;
    let bench = Bench {
        guests: &guests,
        paths: run.paths,
        oracle: &oracle,
        control: &control,
        purpose,
        tell: run.tell,
    };
    let observe = |job: &Job<'_>| -> Result<Observed, RunError> {
        let Some(kernel) = run.kernels.get(&job.kernel_name()) else {
            let reason = job.skip.clone().unwrap_or_default();
            return Ok(Observed::without_guest(Verdict::Skipped { reason }));
        };
        if let Some(reason) = &job.skip {
            return Ok(Observed::without_guest(Verdict::Skipped { reason: reason.clone() }));
        }
        let outcome = |side: &Side| {
            outcomes
                .iter()
                .find(|(unit, _)| unit.lab == job.lab && unit.side == side)
                .map(|(_, outcome)| outcome)
        };
        let solution: Option<&Built> = match outcome(&Side::Solution) {
            Some(Ok(Outcome::Built(built))) => Some(built),
            _ => None,
        };
        match outcome(&job.side) {
            Some(found) => {
                let mut observed = bench.carry_out(job, found, solution, kernel)?;
                if let Ok(Outcome::Built(built)) = found {
                    observed.warnings.clone_from(&built.warnings);
                }
                Ok(observed)
            }
            None => unreachable!("`units` names every side of every job"),
        }
    };
    let observed = cores::on_all(run.parallel, jobs, |job| {
        let observed = observe(job)?;
        (run.tell)(Happening::Decided { job, observed: &observed });
        Ok(observed)
    })?;
    Ok(Finished { observed, build: build_time })
}

/// The outcomes as they are, unless not one unit could be built for a reason beside its exercise: that is one
/// error, not one for each job.
fn some_of(
    outcomes: Vec<Result<Outcome, BuildError>>,
) -> Result<Vec<Result<Outcome, BuildError>>, BuildError> {
    if outcomes.iter().any(Result::is_ok) {
        Ok(outcomes)
    } else {
        outcomes.into_iter().map(|one| one.map(Ok)).collect()
    }
}

/// What must be built: each lab and side once, and the reference where a seed needs it.
fn units<'a>(jobs: &'a [Job<'a>]) -> Vec<Unit<'a>> {
    let mut units: Vec<Unit<'a>> = Vec::new();
    let mut add = |lab, side| {
        if !units.iter().any(|unit| unit.lab == lab && unit.side == side) {
            units.push(Unit { lab, side });
        }
    };
    for job in jobs.iter().filter(|job| job.skip.is_none()) {
        add(job.lab, &job.side);
        if job.seed != 0 {
            add(job.lab, &Side::Solution);
        }
    }
    units
}
