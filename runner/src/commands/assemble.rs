//! From what a run came to, to the report that people and machines read.
//!
//! It adds what the verdict alone does not say: the explanation, where to go on, what a program costs.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use super::{Session, explained::explained};
use crate::{
    catalog::{ExerciseSide, Lab, Side},
    cost::{self, ProgramCost},
    judge::{Verdict, VerdictKind},
    plan::Job,
    report::{self, Afterwards, Guidance, JobReport, Report},
    run::{Finished, Observed},
};

/// The report of a finished run, by lab, then by kernel, oldest first.
#[must_use]
pub(super) fn assemble(session: &Session, jobs: &[Job<'_>], finished: &Finished, begin: Instant) -> Report {
    let seen: Vec<_> = jobs.iter().zip(&finished.observed).collect();
    let mut report = report_of(session, &seen, begin);
    for job in &mut report.jobs {
        job.times.build_ms = finished.build.as_millis() as u64;
    }
    report
}

/// The report of some jobs, by lab, then by kernel, oldest first.
#[must_use]
pub(crate) fn report_of(session: &Session, seen: &[(&Job<'_>, &Observed)], begin: Instant) -> Report {
    let mut reports: Vec<(usize, JobReport)> = Vec::new();
    for (job, observed) in seen {
        let report = job_report(session, job, observed);
        let age = session.catalog.kernels().iter().position(|kernel| *kernel == report.kernel);
        reports.push((age.unwrap_or(usize::MAX), report));
    }
    reports.sort_by(|(age, a), (other_age, b)| (&a.lab, age).cmp(&(&b.lab, other_age)));
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Report {
        schema: report::SCHEMA,
        runner: env!("CARGO_PKG_VERSION").into(),
        started_unix_s: now.as_secs().saturating_sub(begin.elapsed().as_secs()),
        took_ms: begin.elapsed().as_millis() as u64,
        jobs: reports.into_iter().map(|(_, report)| report).collect(),
    }
}

/// The report on one job.
#[must_use]
pub(crate) fn job_report(session: &Session, job: &Job<'_>, observed: &Observed) -> JobReport {
    let passed = observed.verdict.kind() == VerdictKind::Passed;
    let learners = job.side == Side::Exercise;
    let skipped = matches!(observed.verdict, Verdict::Skipped { .. });
    let explained = explained(&session.paths.course, observed);
    JobReport {
        lab: job.lab.name.clone(),
        title: job.lab.manifest.title.clone(),
        kernel: job.kernel_name(),
        release: observed.release.clone(),
        side: job.side.clone(),
        seed: job.seed,
        verdict: observed.verdict.clone(),
        times: observed.times,
        evidence: observed.evidence.clone(),
        observations: if job.lab.manifest.show { observed.checks.clone() } else { Vec::new() },
        notes: observed.notes.clone(),
        warnings: observed.warnings.clone(),
        cause: explained.cause,
        place: explained.place,
        explanation: explained.text,
        lacks: explained.lacks,
        costs: learners_costs(job.lab, &observed.costs),
        guidance: (learners && !passed && !skipped)
            .then(|| Guidance::for_exercise(job.lab, &session.paths.course)),
        afterwards: (learners && passed).then(|| afterwards(job)),
    }
}

/// Of the programs that the lab is about, if the learner writes them.
#[must_use]
pub(crate) fn learners_costs(lab: &Lab, costs: &[ProgramCost]) -> Vec<ProgramCost> {
    if lab.side != ExerciseSide::Ebpf {
        return Vec::new();
    }
    let asked = |cost: &&ProgramCost| lab.manifest.programs.contains(&cost.program);
    costs.iter().filter(asked).cloned().collect()
}

/// A record that cannot be read only means that nothing stands beside the learner's figures.
fn afterwards(job: &Job<'_>) -> Afterwards {
    let recorded = cost::of_reference(&job.lab.folder).unwrap_or_default();
    Afterwards {
        id: job.lab.id.clone(),
        used: job.lab.manifest.used.clone(),
        try_next: job.lab.manifest.try_next.clone(),
        reference: recorded.into_iter().find(|recorded| recorded.kernel == job.kernel_name()),
    }
}
