//! What is going on, on standard error, while it goes on. Silent when that is no terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::JobReport;

/// A line that says what is being done, and a bar once the number of jobs is known.
#[derive(Debug, Clone)]
pub struct Progress {
    bar: ProgressBar,
}

impl Progress {
    /// On standard error; indicatif hides it when that is no terminal.
    #[must_use]
    pub fn on_stderr() -> Self {
        Self::to(ProgressDrawTarget::stderr())
    }

    /// Nowhere, for machine-readable formats and tests.
    #[must_use]
    pub fn hidden() -> Self {
        Self::to(ProgressDrawTarget::hidden())
    }

    fn to(target: ProgressDrawTarget) -> Self {
        let bar = ProgressBar::with_draw_target(None, target);
        bar.set_style(style("{spinner} {wide_msg}"));
        Self { bar }
    }

    /// Says what is being done now: `building 3 labs`.
    pub fn step(&self, what: impl Into<String>) {
        self.bar.set_message(what.into());
        self.bar.tick();
    }

    /// The jobs begin.
    pub fn jobs(&self, count: usize) {
        self.bar.set_style(style("{bar:20} {pos}/{len} {wide_msg}"));
        self.bar.set_length(count as u64);
        self.bar.set_position(0);
    }

    /// One job is decided.
    pub fn decided(&self, job: &JobReport) {
        self.bar.set_message(format!("{} on {}: {}", job.lab, job.kernel, job.verdict.kind().words()));
        self.bar.inc(1);
    }

    /// Takes the line away.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar())
}
