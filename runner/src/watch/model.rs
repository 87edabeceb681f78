//! What a watch knows, and what it does about what happens: inputs in, acts out, without a clock or a file.

use std::path::PathBuf;

use super::{
    Ended, Options,
    tiers::{Tiers, is_good},
    words,
};
use crate::{
    judge::VerdictKind,
    report::{self, CheckEvent, JobReport, Paint, Report, terminal},
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
    /// On which kernels a save is checked.
    kernels: Vec<String>,
    /// On which `a` checks.
    all: Vec<String>,
    programs: Vec<String>,
    paint: Paint,
    user: User,
    generation: u64,
    /// On which kernels the present check runs.
    checked: Vec<String>,
    /// What the present check has said so far.
    tiers: Tiers,
    /// Whether it was said that the first build takes long.
    told_of_the_first_build: bool,
    /// Whether details of the present check were shown before it was through.
    shown_early: bool,
    /// Whether the present check has reported.
    reported: bool,
    last: Option<Report>,
}

impl Watch {
    pub(super) fn new(options: &Options, user: User) -> Self {
        let exercise = options.exercise.strip_prefix(&options.folder).unwrap_or(&options.exercise);
        Self {
            lab: options.lab.clone(),
            exercise: exercise.to_owned(),
            kernels: options.kernels.clone(),
            all: options.all_kernels.clone(),
            programs: options.programs.clone(),
            paint: options.paint,
            user,
            generation: 0,
            checked: Vec::new(),
            tiers: Tiers::default(),
            told_of_the_first_build: false,
            shown_early: false,
            reported: false,
            last: None,
        }
    }

    /// The first check.
    pub(super) fn begin(&mut self) -> Vec<Act> {
        let mut lines = vec![format!("watching {}", self.exercise.display())];
        if self.user == User::AtKeyboard {
            lines.push(words::KEYS.to_owned());
        }
        let mut acts = vec![Act::Say(lines)];
        acts.extend(self.check("as it is", self.kernels.clone()));
        acts
    }

    /// What to do about an input.
    pub(super) fn take(&mut self, input: Input) -> Vec<Act> {
        match input {
            Input::Saved => self.check("saved", self.kernels.clone()),
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
            'r' | '\n' => self.check("again", self.kernels.clone()),
            'a' => self.check("on all kernels", self.all.clone()),
            'e' => match &self.last {
                Some(report) => vec![Act::Say(self.rendered(report))],
                None => vec![Act::Say(vec!["nothing is decided yet".to_owned()])],
            },
            'n' => vec![Act::Stop, Act::End(Ended::Next)],
            'q' => vec![Act::Stop, Act::End(Ended::Quit)],
            _ => vec![Act::Say(vec![words::KEYS.to_owned()])],
        }
    }

    fn check(&mut self, why: &str, kernels: Vec<String>) -> Vec<Act> {
        self.generation += 1;
        self.checked.clone_from(&kernels);
        self.tiers = Tiers::of(&self.programs);
        (self.shown_early, self.reported) = (false, false);
        vec![
            Act::Stop,
            Act::Say(words::begins(&self.lab, why, self.paint)),
            Act::Start { generation: self.generation, kernels },
        ]
    }

    fn event(&mut self, event: CheckEvent) -> Vec<Act> {
        match event {
            CheckEvent::Step { what } => self.step(&what),
            CheckEvent::Built { took_ms } => vec![Act::Say(vec![words::built(took_ms)])],
            CheckEvent::Loaded { kernel, program, .. } => {
                let ends = self.tiers.load(kernel, program, &self.checked);
                ends.map(|ends| Act::Say(vec![words::accepted(&ends)])).into_iter().collect()
            }
            CheckEvent::Decided { job } => self.decided(*job),
            CheckEvent::Report { report } => {
                self.reported = true;
                let mut lines = if self.shown_early && !self.told_more(&report) {
                    let mut shown = lines(|out| terminal::render_disagreements(&report, self.paint, out));
                    if !shown.is_empty() {
                        shown.push(String::new());
                    }
                    shown.push(terminal::summary(&report));
                    shown
                } else {
                    lines(|out| terminal::render_after_jobs(&report, self.paint, out))
                };
                if self.user == User::AtKeyboard {
                    let passed = report::exit_code(&report) == 0;
                    lines.push(if passed { words::GO_ON } else { words::STUCK }.to_owned());
                }
                self.last = Some(report);
                vec![Act::Say(lines)]
            }
        }
    }

    /// Only what takes long is worth a word: crates that are not the lab's own.
    fn step(&mut self, what: &str) -> Vec<Act> {
        let foreign = what.strip_prefix("Compiling ").is_some_and(|what| !what.starts_with("lab-"));
        if !foreign || self.told_of_the_first_build {
            return Vec::new();
        }
        self.told_of_the_first_build = true;
        vec![Act::Say(vec![words::first_build()])]
    }

    /// One line for a job; and as soon as the oldest and the newest kernel have spoken, what is wrong.
    fn decided(&mut self, job: JobReport) -> Vec<Act> {
        // The same text for every kernel: once is enough, and it comes with the report.
        if job.verdict.kind() == VerdictKind::DoesNotCompile {
            return Vec::new();
        }
        let widths = terminal::Widths::of(std::slice::from_ref(&job)).and_kernels(&self.checked);
        let mut acts = vec![Act::Say(vec![terminal::job_line(&job, widths, self.paint)])];
        if self.tiers.decide(job, &self.checked) && !self.shown_early {
            self.shown_early = true;
            let so_far = Report {
                schema: report::SCHEMA,
                runner: String::new(),
                started_unix_s: 0,
                took_ms: 0,
                jobs: self.tiers.oldest_first(&self.checked),
            };
            acts.push(Act::Say(lines(|out| terminal::render_details(&so_far, self.paint, out))));
        }
        acts
    }

    /// Whether the whole report has a verdict that the early details did not show.
    fn told_more(&self, report: &Report) -> bool {
        let early = |kind| self.tiers.jobs.iter().take(2).any(|job| job.verdict.kind() == kind);
        report.jobs.iter().any(|job| !is_good(job) && !early(job.verdict.kind()))
    }

    fn rendered(&self, report: &Report) -> Vec<String> {
        lines(|out| terminal::render(report, self.paint, out))
    }
}

fn lines(render: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> Vec<String> {
    let mut out = Vec::new();
    // A vector takes everything.
    let _ = render(&mut out);
    String::from_utf8_lossy(&out).lines().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests;
