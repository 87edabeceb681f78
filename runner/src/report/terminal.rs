//! The report for a person at a terminal.

use std::io::{self, Write};

use super::{
    JobReport, Paint, Report,
    afterwards::afterwards,
    details::{INDENT, facts, next_steps, warnings},
    disagreement::{disagreement, lacks},
    groups::{Group, groups},
    matrix::matrix,
    survey::survey,
    text::wrap,
};
use crate::{
    catalog::Side,
    judge::{Verdict, VerdictKind},
};

/// How wide lines are made where that can be chosen.
pub const COLUMNS: usize = 80;

/// How wide the columns of the job lines are, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    subject: usize,
    kernel: usize,
    verdict: usize,
}

impl Widths {
    /// Wide enough for these jobs.
    #[must_use]
    pub fn of(jobs: &[JobReport]) -> Self {
        let widest = |length: fn(&JobReport) -> usize| jobs.iter().map(length).max().unwrap_or(0);
        Self {
            subject: widest(|job| subject(job).chars().count()),
            kernel: widest(|job| job.kernel.chars().count()),
            verdict: widest(|job| job.verdict.kind().words().len()),
        }
    }
}

impl Widths {
    /// Wide enough for jobs on these kernels, too.
    #[must_use]
    pub fn and_kernels(self, kernels: &[String]) -> Self {
        let widest = kernels.iter().map(|kernel| kernel.chars().count()).max().unwrap_or(0);
        Self { kernel: self.kernel.max(widest), ..self }
    }
}

/// Writes the whole report: a line per job, details of what did not pass, the matrix if there is more
/// than one lab, the summary.
///
/// # Errors
/// What the stream says.
pub fn render(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let widths = Widths::of(&report.jobs);
    for job in &report.jobs {
        writeln!(out, "{}", job_line(job, widths, paint))?;
    }
    render_after_jobs(report, paint, out)
}

/// Hands on what `write` writes; for ears without empty lines, which are nothing to hear.
fn heard<W: Write>(
    paint: Paint,
    out: &mut W,
    write: impl FnOnce(&mut Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let mut text = Vec::new();
    write(&mut text)?;
    if paint != Paint::Spoken {
        return out.write_all(&text);
    }
    let lines = text.split_inclusive(|byte| *byte == b'\n');
    lines.filter(|line| !line.trim_ascii().is_empty()).try_for_each(|line| out.write_all(line))
}

/// What [`render`] writes after the lines of the jobs, for whoever has shown those as they came.
///
/// # Errors
/// What the stream says.
pub fn render_after_jobs(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    heard(paint, out, |out| {
        surveys(report, paint, out)?;
        disagreements(report, paint, out)?;
        all_details(report, paint, out)?;
        after_a_pass(report, paint, out)?;
        if report.jobs.iter().any(|job| subject(job) != subject(&report.jobs[0])) {
            writeln!(out)?;
            for line in matrix(report, paint) {
                writeln!(out, "{line}")?;
            }
        }
        if !report.jobs.is_empty() {
            writeln!(out)?;
        }
        writeln!(out, "{}", summary(report))
    })
}

/// What a learner may read about labs that passed. Not after several labs at once: nobody would read it.
fn after_a_pass(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let jobs: Vec<&JobReport> = report.jobs.iter().collect();
    let Some(first) = jobs.first().filter(|first| jobs.iter().all(|job| subject(job) == subject(first)))
    else {
        return Ok(());
    };
    let lines = afterwards(&jobs, paint);
    if lines.is_empty() {
        return Ok(());
    }
    writeln!(out, "\n{}", paint.strong(&format!("{} passed", subject(first))))?;
    for line in lines {
        writeln!(out, "{}", format!("{:INDENT$}{line}", "").trim_end())?;
    }
    Ok(())
}

/// What passed labs want shown, a block per lab.
fn surveys(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let mut labs: Vec<String> = report.jobs.iter().map(subject).collect();
    labs.dedup();
    for lab in labs {
        let jobs: Vec<&JobReport> = report.jobs.iter().filter(|job| subject(job) == lab).collect();
        let lines = survey(&jobs);
        // Of a lab that did not pass, the differences are what matters.
        if lines.is_empty() || jobs.iter().any(|job| job.verdict.kind() != VerdictKind::Passed) {
            continue;
        }
        writeln!(out, "\n{}", paint.strong(&format!("{lab}: what the kernels said")))?;
        for line in lines {
            writeln!(out, "{:INDENT$}{line}", "")?;
        }
    }
    Ok(())
}

/// On which kernels a lab passes, if they do not agree, and what the others lack.
///
/// # Errors
/// What the stream says.
pub fn render_disagreements(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    heard(paint, out, |out| disagreements(report, paint, out))
}

fn disagreements(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let mut labs: Vec<String> = report.jobs.iter().map(subject).collect();
    labs.dedup();
    for lab in labs {
        let jobs: Vec<&JobReport> = report.jobs.iter().filter(|job| subject(job) == lab).collect();
        if let Some(what) = disagreement(&jobs) {
            writeln!(out)?;
            for line in wrap(&format!("{lab}: {what}"), paint.width(COLUMNS), INDENT) {
                writeln!(out, "{}", paint.strong(&line))?;
            }
            for line in lacks(&jobs, paint) {
                writeln!(out, "{:INDENT$}{line}", "")?;
            }
        }
    }
    Ok(())
}

/// A block per group of equal verdicts; what to do next comes once per lab, after its last block.
///
/// # Errors
/// What the stream says.
pub fn render_details(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    heard(paint, out, |out| all_details(report, paint, out))
}

fn all_details(report: &Report, paint: Paint, out: &mut impl Write) -> io::Result<()> {
    let worth_showing =
        |job: &&JobReport| !matches!(job.verdict.kind(), VerdictKind::Passed | VerdictKind::Skipped);
    let groups = groups(report.jobs.iter().filter(worth_showing));
    for (index, group) in groups.iter().enumerate() {
        let job = group.shown();
        let alike = if group.jobs.len() > 1 { " in the same way" } else { "" };
        // No kernel has a part in what does not compile.
        let on = match job.verdict {
            Verdict::DoesNotCompile { .. } => String::new(),
            _ => format!("{alike} on {}", group.kernels()),
        };
        let cause = job.cause.as_ref().map(|cause| format!(" [{cause}]")).unwrap_or_default();
        let heading = format!("{}: {}{cause}{on}", subject(job), job.verdict.kind().words());
        writeln!(out)?;
        for line in wrap(&heading, paint.width(COLUMNS), INDENT) {
            writeln!(out, "{}", paint.strong(&line))?;
        }
        for line in facts(job, paint) {
            writeln!(out, "{}", format!("{:INDENT$}{line}", "").trim_end())?;
        }
        let of_lab = |group: &&Group| subject(group.first()) == subject(job);
        if groups[index + 1..].iter().any(|group| of_lab(&group)) {
            continue;
        }
        for line in warnings(job) {
            writeln!(out, "{:INDENT$}{line}", "")?;
        }
        // The first of the lab's verdicts that calls for a step of the learner.
        let mut steps = groups.iter().filter(of_lab).map(|group| next_steps(group.first(), paint));
        for line in steps.find(|steps| !steps.is_empty()).unwrap_or_default() {
            writeln!(out, "{:INDENT$}{line}", "")?;
        }
    }
    Ok(())
}

/// One job in one line.
#[must_use]
pub fn job_line(job: &JobReport, widths: Widths, paint: Paint) -> String {
    let kind = job.verdict.kind();
    let (subject, words) = (subject(job), kind.words());
    let Widths { subject: first, kernel: second, verdict: third } = widths;
    let verdict = format!("{}{:2$}", paint.verdict(kind, words), "", third - words.len());
    let rest = match &job.verdict {
        Verdict::Skipped { reason } => reason.clone(),
        Verdict::DoesNotCompile { .. } => String::new(),
        _ => format!("{:.2} s", job.times.job_ms() as f64 / 1000.0),
    };
    if paint == Paint::Spoken {
        let rest = if rest.is_empty() { rest } else { format!(", {rest}") };
        return format!("{subject} on {}: {words}{rest}", job.kernel);
    }
    let head = format!("{subject:first$}  {:second$}  {verdict}", job.kernel);
    format!("{head}  {rest}").trim_end().to_owned()
}

/// The lab, and the side if it is not the learner's own, and the seed if it is not the committed one.
pub(super) fn subject(job: &JobReport) -> String {
    let side = if job.side == Side::Exercise { String::new() } else { format!(" ({})", job.side) };
    let seed = if job.seed == 0 { String::new() } else { format!(" seed {}", job.seed) };
    format!("{}{side}{seed}", job.lab)
}

/// `9 of 11 passed, differs: 1, skipped: 1, in 4.2 s`.
#[must_use]
pub fn summary(report: &Report) -> String {
    if report.jobs.is_empty() {
        return "nothing was run".to_owned();
    }
    let count = |kind: VerdictKind| report.jobs.iter().filter(|job| job.verdict.kind() == kind).count();
    let others =
        VerdictKind::ALL[1..].iter().map(|kind| (kind.words(), count(*kind))).filter(|(_, count)| *count > 0);
    let others: String = others.map(|(words, count)| format!(", {words}: {count}")).collect();
    let (passed, all) = (count(VerdictKind::Passed), report.jobs.len());
    format!("{passed} of {all} passed{others}, in {:.1} s", report.took_ms as f64 / 1000.0)
}
