//! One job from its build's outcome to its verdict.

use std::time::{Duration, Instant};

use vm::{Kernel, VmError};

use super::{
    control::Control,
    evidence::Evidence,
    guest::Guests,
    happening::{Happening, Loads},
    matrix::{Observed, Purpose, RunError},
    size,
};
use crate::{
    build::{BuildError, Built, Outcome},
    cost,
    judge::{
        self, Expectation, Verdict,
        oracle::{Oracle, OracleKey},
    },
    paths::Paths,
    plan::Job,
    report::JobTimes,
    transcript::Transcript,
};

/// What jobs need to be carried out.
pub(super) struct Bench<'a> {
    pub(super) guests: &'a Guests,
    pub(super) paths: &'a Paths,
    pub(super) oracle: &'a Oracle,
    pub(super) control: &'a Control<'a>,
    pub(super) purpose: Purpose,
    pub(super) tell: &'a (dyn Fn(Happening<'_>) + Sync),
}

/// What one attempt at a job came to.
struct Attempt {
    observed: Observed,
    /// If the lab's own run broke: how, and what its program had printed until then.
    broke: Option<(String, String)>,
}

/// How often a job is tried when the machinery fails, not the lab.
const ATTEMPTS: usize = 3;

impl Bench<'_> {
    /// Decides on one job. `solution` is the reference, needed for seeds other than 0.
    pub(super) fn carry_out(
        &self,
        job: &Job<'_>,
        outcome: &Result<Outcome, BuildError>,
        solution: Option<&Built>,
        kernel: &Kernel,
    ) -> Result<Observed, RunError> {
        let built = match outcome {
            Ok(Outcome::Built(built)) => built,
            Ok(Outcome::DoesNotCompile(text)) => {
                return Ok(Observed::without_guest(Verdict::DoesNotCompile { text: text.clone() }));
            }
            Err(error) => return Ok(Observed::without_guest(not_built(job, error))),
        };
        if let Some(verdict) = size::too_large(job.lab, built) {
            return Ok(Observed::without_guest(verdict));
        }
        let evidence = Evidence::begin(self.paths, job)
            .map_err(|error| RunError::Evidence(job.lab.name.clone(), error))?;
        evidence.built(built);
        let mut broken = 0;
        let mut attempt = 1;
        loop {
            let Attempt { observed, broke } = self.attempt(job, built, solution, kernel, &evidence)?;
            broken += usize::from(broke.is_some());
            if !matches!(observed.verdict, Verdict::Infrastructure { .. }) {
                return Ok(observed);
            }
            if attempt == ATTEMPTS {
                // Restoring and handing over went well each time, and only the program's own runs broke.
                return match broke.filter(|_| broken == ATTEMPTS) {
                    Some(broke) => self.find_the_culprit(job, solution, kernel, &evidence, observed, broke),
                    None => Ok(observed),
                };
            }
            attempt += 1;
        }
    }

    /// Every run of the job broke: was it the program, or the machine? The reference solution tells.
    fn find_the_culprit(
        &self,
        job: &Job<'_>,
        solution: Option<&Built>,
        kernel: &Kernel,
        evidence: &Evidence,
        observed: Observed,
        (broke, diagnostics): (String, String),
    ) -> Result<Observed, RunError> {
        if !self.control.goes_through(self.guests, job, solution, kernel, ATTEMPTS)? {
            return Ok(observed);
        }
        let verdict = judge::broke_every_run(&broke, ATTEMPTS, diagnostics);
        evidence.verdict(&verdict);
        Ok(Observed { verdict, ..observed })
    }

    fn attempt(
        &self,
        job: &Job<'_>,
        built: &Built,
        solution: Option<&Built>,
        kernel: &Kernel,
        evidence: &Evidence,
    ) -> Result<Attempt, RunError> {
        let shown = Some(evidence.shown(&self.paths.course));
        let undecided = |verdict| {
            let observed = Observed { evidence: shown.clone(), ..Observed::without_guest(verdict) };
            Ok(Attempt { observed, broke: None })
        };
        let expectation = match self.purpose {
            Purpose::Observe => None,
            Purpose::Judge => match self.expectation(job, solution, kernel)? {
                Ok(expectation) => Some(expectation),
                Err(verdict) => return undecided(verdict),
            },
        };
        let mut loads = Loads::new(|program: &str| (self.tell)(Happening::Loaded { job, program }));
        let run = self.guests.run(
            job.lab,
            built,
            kernel,
            job.seed,
            |line| evidence.command_line(line),
            &mut |event| loads.hear(event),
        );
        let record = match run {
            Ok(record) => record,
            Err(VmError::Interrupted) => return Err(RunError::Interrupted),
            Err(error) => return undecided(infrastructure(&error.to_string())),
        };
        let begin = Instant::now();
        let (observations, times) = (record.observations.clone(), record.times);
        let transcript = Transcript::from_record(record);
        let accepted = judge::observe(&transcript);
        let verdict = match (&expectation, &accepted) {
            (Some(expectation), _) => judge::judge(&transcript, expectation),
            (None, Ok(_)) => Verdict::Passed,
            (None, Err(verdict)) => verdict.clone(),
        };
        evidence.run(&observations, &transcript, &verdict);
        let judge = begin.elapsed();
        let broke = judge::break_of(&transcript.ending).map(|what| (what, transcript.diagnostics));
        let observed = Observed {
            verdict,
            release: Some(transcript.release.clone()),
            accepted: accepted.ok(),
            costs: cost::costs(built.object.as_deref().unwrap_or_default(), &transcript.loaded),
            checks: transcript.checks,
            notes: transcript.notes,
            warnings: String::new(),
            times: JobTimes {
                build_ms: 0,
                start_ms: milliseconds(times.start),
                handover_ms: milliseconds(times.handover),
                run_ms: milliseconds(times.run),
                judge_ms: milliseconds(judge),
            },
            evidence: shown,
        };
        Ok(Attempt { observed, broke })
    }

    /// What must be observed: the snapshots for seed 0, else what the reference solution observes on
    /// this kernel with this seed. `Err` is a verdict: the reference itself did not go through.
    fn expectation(
        &self,
        job: &Job<'_>,
        solution: Option<&Built>,
        kernel: &Kernel,
    ) -> Result<Result<Expectation, Verdict>, RunError> {
        if job.seed == 0 {
            return Ok(Ok(Expectation::from_snapshots(job.lab, &kernel.series)?));
        }
        let Some(reference) = solution else {
            return Ok(Err(Verdict::Infrastructure {
                what: "the reference solution, which says what to expect with this seed, could not be built"
                    .into(),
                hint: format!("run `cargo runner check {} --solution`, which says why", job.lab.id),
            }));
        };
        let object = reference.object.as_deref().unwrap_or_default();
        let key = OracleKey::new(object, &reference.program, &kernel.sha256, job.seed);
        if let Some(kept) = self.oracle.get(&key) {
            return Ok(Ok(Expectation::from_solution(job.lab, &kernel.series, &kept)?));
        }
        let record = match self.guests.run(job.lab, reference, kernel, job.seed, |_| {}, &mut |_| {}) {
            Ok(record) => record,
            Err(VmError::Interrupted) => return Err(RunError::Interrupted),
            Err(error) => return Ok(Err(infrastructure(&error.to_string()))),
        };
        match judge::observe(&Transcript::from_record(record)) {
            Ok(checks) => {
                self.oracle.put(&key, &checks).map_err(RunError::Oracle)?;
                Ok(Ok(Expectation::from_solution(job.lab, &kernel.series, &checks)?))
            }
            Err(verdict) => Ok(Err(Verdict::Infrastructure {
                what: format!("the reference solution itself ended with {:?}", verdict.kind()),
                hint: "this is the course's fault: please report it with the seed".into(),
            })),
        }
    }
}

/// The verdict on trouble of our own: it never counts against a learner.
fn infrastructure(error: &str) -> Verdict {
    let (what, hint) =
        error.split_once("\nhint: ").unwrap_or((error, "try again; if it stays, run `cargo runner doctor`"));
    Verdict::Infrastructure { what: what.to_owned(), hint: hint.to_owned() }
}

/// The verdict on a job that could not be built beside its exercise, while others could.
fn not_built(job: &Job<'_>, error: &BuildError) -> Verdict {
    let BuildError::Failed { what, text, .. } = error else { return infrastructure(&error.to_string()) };
    let why = text.lines().find(|line| line.starts_with("error")).unwrap_or("cargo gave no reason");
    Verdict::Infrastructure {
        what: format!("cargo could not build `{what}`: {why}"),
        hint: format!(
            "this is not the exercise's fault; `cargo runner check {}` alone shows all that cargo says",
            job.lab.id
        ),
    }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
