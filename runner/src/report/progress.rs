//! What is going on, on standard error, while it goes on: a line that is redrawn on a terminal, else a line for
//! each step.

use std::io::{IsTerminal, stderr};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::{JobReport, Wish};
use crate::paths::spoken;

/// Says what is being done, and how many jobs are decided once their number is known.
#[derive(Debug, Clone)]
pub enum Progress {
    /// One line, drawn again and again.
    Bar(ProgressBar),
    /// A line for each step, for pipes and for screen readers.
    Lines,
    /// Nothing, for machine-readable formats and tests.
    Hidden,
}

impl Progress {
    /// On standard error.
    #[must_use]
    pub fn on_stderr() -> Self {
        Self::of(Wish::Fitting)
    }

    /// On standard error, as the user wants it.
    #[must_use]
    pub fn of(wish: Wish) -> Self {
        if wish == Wish::Spoken || !stderr().is_terminal() {
            return Self::Lines;
        }
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.set_style(style("{spinner} {wide_msg}"));
        Self::Bar(bar)
    }

    /// Nowhere.
    #[must_use]
    pub fn hidden() -> Self {
        Self::Hidden
    }

    /// Says what is being done now: `building 3 labs`.
    pub fn step(&self, what: impl Into<String>) {
        match self {
            Self::Bar(bar) => {
                bar.set_message(what.into());
                bar.tick();
            }
            Self::Lines => eprintln!("{} …", spoken(&what.into())),
            Self::Hidden => {}
        }
    }

    /// The jobs begin.
    pub fn jobs(&self, count: usize) {
        if let Self::Bar(bar) = self {
            bar.set_style(style("{bar:20} {pos}/{len} {wide_msg}"));
            bar.set_length(count as u64);
            bar.set_position(0);
        }
    }

    /// One job is decided.
    pub fn decided(&self, job: &JobReport) {
        let what = || format!("{} on {}: {}", job.lab, job.kernel, job.verdict.kind().words());
        match self {
            Self::Bar(bar) => {
                bar.set_message(what());
                bar.inc(1);
            }
            Self::Lines => eprintln!("{}", what()),
            Self::Hidden => {}
        }
    }

    /// Takes the line away.
    pub fn finish(&self) {
        if let Self::Bar(bar) = self {
            bar.finish_and_clear();
        }
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
