//! One job from its build's outcome to its verdict.

use std::time::{Duration, Instant};

use vm::{Kernel, VmError};

use super::{
    evidence::Evidence,
    guest::Guests,
    matrix::{Observed, Purpose, RunError},
};
use crate::{
    build::{Built, Outcome},
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
    pub(super) purpose: Purpose,
}

/// How often a job is tried when the machinery fails, not the lab.
const ATTEMPTS: usize = 3;

impl Bench<'_> {
    /// Decides on one job. `solution` is the reference, needed for seeds other than 0.
    pub(super) fn carry_out(
        &self,
        job: &Job<'_>,
        outcome: &Outcome,
        solution: Option<&Built>,
        kernel: &Kernel,
    ) -> Result<Observed, RunError> {
        let built = match outcome {
            Outcome::Built(built) => built,
            Outcome::DoesNotCompile(text) => {
                return Ok(Observed::without_guest(Verdict::DoesNotCompile { text: text.clone() }));
            }
        };
        let evidence = Evidence::begin(self.paths, job)
            .map_err(|error| RunError::Evidence(job.lab.name.clone(), error))?;
        evidence.built(built);
        let mut attempt = 1;
        loop {
            let observed = self.attempt(job, built, solution, kernel, &evidence)?;
            if !matches!(observed.verdict, Verdict::Infrastructure { .. }) || attempt == ATTEMPTS {
                return Ok(observed);
            }
            attempt += 1;
        }
    }

    fn attempt(
        &self,
        job: &Job<'_>,
        built: &Built,
        solution: Option<&Built>,
        kernel: &Kernel,
        evidence: &Evidence,
    ) -> Result<Observed, RunError> {
        let shown = Some(evidence.shown(&self.paths.course));
        let expectation = match self.purpose {
            Purpose::Observe => None,
            Purpose::Judge => match self.expectation(job, solution, kernel)? {
                Ok(expectation) => Some(expectation),
                Err(verdict) => return Ok(Observed { evidence: shown, ..Observed::without_guest(verdict) }),
            },
        };
        let run = self.guests.run(job.lab, built, kernel, job.seed, |line| evidence.command_line(line));
        let record = match run {
            Ok(record) => record,
            Err(VmError::Interrupted) => return Err(RunError::Interrupted),
            Err(error) => {
                let verdict = infrastructure(&error);
                return Ok(Observed { evidence: shown, ..Observed::without_guest(verdict) });
            }
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
        Ok(Observed {
            verdict,
            release: Some(transcript.release.clone()),
            accepted: accepted.ok(),
            checks: transcript.checks,
            notes: transcript.notes,
            times: JobTimes {
                build_ms: 0,
                start_ms: milliseconds(times.start),
                handover_ms: milliseconds(times.handover),
                run_ms: milliseconds(times.run),
                judge_ms: milliseconds(judge),
            },
            evidence: shown,
        })
    }

    /// What must be observed: the snapshots for seed 0, else what the reference solution observes on
    /// this kernel with this seed. `Err` is a verdict: the reference itself did not go through.
    fn expectation(
        &self,
        job: &Job<'_>,
        solution: Option<&Built>,
        kernel: &Kernel,
    ) -> Result<Result<Expectation, Verdict>, RunError> {
        let Some(reference) = solution.filter(|_| job.seed != 0) else {
            return Ok(Ok(Expectation::from_snapshots(job.lab, &kernel.series)?));
        };
        let object = reference.object.as_deref().unwrap_or_default();
        let key = OracleKey::new(object, &reference.program, &kernel.sha256, job.seed);
        if let Some(kept) = self.oracle.get(&key) {
            return Ok(Ok(Expectation::from_solution(job.lab, &kernel.series, &kept)?));
        }
        let record = match self.guests.run(job.lab, reference, kernel, job.seed, |_| {}) {
            Ok(record) => record,
            Err(VmError::Interrupted) => return Err(RunError::Interrupted),
            Err(error) => return Ok(Err(infrastructure(&error))),
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
fn infrastructure(error: &VmError) -> Verdict {
    let text = error.to_string();
    let (what, hint) = match text.split_once("\nhint: ") {
        Some((what, hint)) => (what.to_owned(), hint.to_owned()),
        None => (text, "try again; if it stays, run `cargo runner doctor`".into()),
    };
    Verdict::Infrastructure { what, hint }
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
