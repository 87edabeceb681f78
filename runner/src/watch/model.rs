//! What a watch knows, and what it does about what happens: inputs in, acts out, without a clock or a file.

use std::path::{Path, PathBuf};

use super::{Ended, words};
use crate::{
    judge::VerdictKind,
    report::{CheckEvent, JobReport, Paint, Report, terminal},
};

/// Something that happened.
#[derive(Debug)]
pub(super) enum Input {
    /// The exercise has other contents.
    Saved,
    /// The exercise is not there any more.
    Gone,
    /// A key was pressed.
    Key(char),
    /// A check said something.
    Event {
        /// Which check.
        generation: u64,
        /// What.
        event: CheckEvent,
    },
    /// A check ended.
    Ended {
        /// Which check.
        generation: u64,
        /// What it said on standard error.
        said: String,
    },
}

/// Something to be done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// Print these lines.
    Say(Vec<String>),
    /// End the running check, and start this one.
    Start {
        /// Its number: what an older one still says is of no interest.
        generation: u64,
        /// On which kernels.
        kernels: Vec<String>,
    },
    /// End the running check.
    Stop,
    /// Print what another command says about the lab.
    Ask(Vec<String>),
    /// Leave.
    End(Ended),
}

/// Whether somebody can press a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum User {
    /// Standard input is a terminal.
    AtKeyboard,
    /// It is not.
    Elsewhere,
}

/// A watch over one lab.
pub(super) struct Watch {
    lab: String,
    exercise: PathBuf,
    kernels: Vec<String>,
    paint: Paint,
    generation: u64,
    /// What the present check has decided so far.
    jobs: Vec<JobReport>,
    /// Whether details of it were shown before it was through.
    shown_early: bool,
    /// Whether the present check has reported.
    reported: bool,
    last: Option<Report>,
}

impl Watch {
    pub(super) fn new(lab: &str, exercise: &Path, kernels: &[String], paint: Paint) -> Self {
        Self {
            lab: lab.to_owned(),
            exercise: exercise.to_owned(),
            kernels: kernels.to_vec(),
            paint,
            generation: 0,
            jobs: Vec::new(),
            shown_early: false,
            reported: false,
            last: None,
        }
    }

    /// The first check.
    pub(super) fn begin(&mut self, user: User) -> Vec<Act> {
        let mut lines = vec![format!("watching {}", self.exercise.display())];
        if user == User::AtKeyboard {
            lines.push(words::KEYS.to_owned());
        }
        let mut acts = vec![Act::Say(lines)];
        acts.extend(self.check("as it is"));
        acts
    }

    /// What to do about an input.
    pub(super) fn take(&mut self, input: Input) -> Vec<Act> {
        match input {
            Input::Saved => self.check("saved"),
            Input::Gone => vec![Act::Stop, Act::Say(words::gone(&self.lab, &self.exercise))],
            Input::Key(key) => self.key(key),
            // What an older check says is stale: its file is not the file any more.
            Input::Event { generation, .. } | Input::Ended { generation, .. }
                if generation != self.generation =>
            {
                Vec::new()
            }
            Input::Event { event, .. } => self.event(event),
            Input::Ended { .. } if self.reported => Vec::new(),
            Input::Ended { said, .. } => vec![Act::Say(words::undecided(&self.lab, &said))],
        }
    }

    fn key(&mut self, key: char) -> Vec<Act> {
        match key.to_ascii_lowercase() {
            'h' => vec![Act::Ask(vec!["hint".into(), self.lab.clone()])],
            'l' => vec![Act::Ask(vec!["list".into()])],
            'r' | '\n' => self.check("again"),
            'e' => match &self.last {
                Some(report) => vec![Act::Say(self.rendered(report))],
                None => vec![Act::Say(vec!["nothing is decided yet".to_owned()])],
            },
            'n' => vec![Act::Stop, Act::End(Ended::Next)],
            'q' => vec![Act::Stop, Act::End(Ended::Quit)],
            _ => vec![Act::Say(vec![words::KEYS.to_owned()])],
        }
    }

    fn check(&mut self, why: &str) -> Vec<Act> {
        self.generation += 1;
        self.jobs.clear();
        (self.shown_early, self.reported) = (false, false);
        vec![
            Act::Stop,
            Act::Say(vec![String::new(), words::begins(&self.lab, why)]),
            Act::Start { generation: self.generation, kernels: self.kernels.clone() },
        ]
    }

    fn event(&mut self, event: CheckEvent) -> Vec<Act> {
        match event {
            CheckEvent::Step { .. } => Vec::new(),
            CheckEvent::Decided { job } => self.decided(*job),
            CheckEvent::Report { report } => {
                self.reported = true;
                let lines = if self.shown_early && !self.told_more(&report) {
                    vec![terminal::summary(&report)]
                } else {
                    self.details(&report)
                };
                self.last = Some(report);
                vec![Act::Say(lines)]
            }
        }
    }

    /// One line for a job; and as soon as the oldest and the newest kernel have spoken, what is wrong.
    fn decided(&mut self, job: JobReport) -> Vec<Act> {
        // The same text for every kernel: once is enough, and it comes with the report.
        if job.verdict.kind() == VerdictKind::DoesNotCompile {
            return Vec::new();
        }
        let widths = terminal::Widths::of(std::slice::from_ref(&job));
        let mut acts = vec![Act::Say(vec![terminal::job_line(&job, widths, self.paint)])];
        self.jobs.push(job);
        let has = |kernel: Option<&String>| {
            kernel.is_some_and(|kernel| self.jobs.iter().any(|job| job.kernel == *kernel))
        };
        let edges = has(self.kernels.first()) && has(self.kernels.last());
        let more = self.jobs.len() < self.kernels.len();
        if edges && more && !self.shown_early && self.jobs.iter().any(|job| !is_good(job)) {
            self.shown_early = true;
            let so_far = Report {
                schema: crate::report::SCHEMA,
                runner: String::new(),
                started_unix_s: 0,
                took_ms: 0,
                jobs: self.jobs.clone(),
            };
            acts.push(Act::Say(lines(|out| terminal::render_details(&so_far, self.paint, out))));
        }
        acts
    }

    /// Whether the whole report has a verdict that the early details did not show.
    fn told_more(&self, report: &Report) -> bool {
        let early = |kind| self.jobs.iter().take(2).any(|job| job.verdict.kind() == kind);
        report.jobs.iter().any(|job| !is_good(job) && !early(job.verdict.kind()))
    }

    fn details(&self, report: &Report) -> Vec<String> {
        lines(|out| terminal::render_after_jobs(report, self.paint, out))
    }

    fn rendered(&self, report: &Report) -> Vec<String> {
        lines(|out| terminal::render(report, self.paint, out))
    }
}

fn is_good(job: &JobReport) -> bool {
    matches!(job.verdict.kind(), VerdictKind::Passed | VerdictKind::Skipped)
}

fn lines(render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<String> {
    let mut out = Vec::new();
    // A vector takes everything.
    let _ = render(&mut out);
    String::from_utf8_lossy(&out).lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
