//! One lab's exercise in one guest, not to be judged but to be looked at: built, restored, handed over.

use std::{path::PathBuf, time::Duration};

use vm::{Ending, Heard, Kernel, RunRecord, Started, VmError, Voice};
use wire::{Event, Shell, Size};

use super::{
    guest::{Guests, command},
    matrix::RunError,
};
use crate::{
    build::{self, Built, Notice, Outcome, Toolchain, Unit},
    catalog::Lab,
    paths::Paths,
    plan::Job,
};

/// A lab that was built, and where it is going to run.
pub struct Visit<'a> {
    /// The lab.
    pub lab: &'a Lab,
    /// The workload's seed.
    pub seed: u64,
    /// Its object and its program.
    pub built: Built,
    /// The agent's executable.
    pub agent: PathBuf,
}

/// A guest with the lab's files in it.
pub struct Prepared<'a> {
    visit: &'a Visit<'a>,
    started: Started,
    handover: Duration,
}

impl<'a> Visit<'a> {
    /// Builds the job's lab. `Err` inside is rustc's text, if the exercise does not compile.
    ///
    /// # Errors
    /// When it cannot be built for a reason beside the exercise.
    pub fn build(
        job: &'a Job<'a>,
        paths: &Paths,
        toolchain: &Toolchain,
        busy: &(dyn Fn(&str) + Sync),
    ) -> Result<Result<Self, String>, RunError> {
        let units = [Unit { lab: job.lab, side: &job.side }];
        let notice = |Notice::Busy(what)| busy(&what);
        let finished = build::build(&paths.course, &units, toolchain, &notice)?;
        let visit = |built| Self { lab: job.lab, seed: job.seed, built, agent: finished.agent };
        // One unit, one outcome.
        Ok(match finished.outcomes.into_iter().next() {
            Some(Outcome::Built(built)) => Ok(visit(built)),
            Some(Outcome::DoesNotCompile(text)) => Err(text),
            None => Err(String::new()),
        })
    }

    /// Starts a guest and hands over the lab's files.
    ///
    /// # Errors
    /// What kept the guest from starting.
    pub fn prepare(&'a self, guests: &Guests, kernel: &Kernel) -> Result<Prepared<'a>, VmError> {
        let (started, handover) = guests.prepare(self.lab, &self.built, kernel, |_| {})?;
        Ok(Prepared { visit: self, started, handover })
    }
}

impl Prepared<'_> {
    /// What `uname -r` says in the guest.
    #[must_use]
    pub fn release(&self) -> &str {
        &self.started.release
    }

    /// How long it took until the guest answered.
    #[must_use]
    pub fn took(&self) -> Duration {
        self.started.took
    }

    /// Runs the lab's program to its end; `hear` is called with everything as it comes.
    ///
    /// # Errors
    /// Only [`VmError::Interrupted`].
    pub fn run(self, hear: &mut dyn FnMut(&Event)) -> Result<RunRecord, VmError> {
        let Started { guest, release, took, scale } = self.started;
        let program = command(self.visit.lab, self.visit.seed, scale);
        let patience = scale.apply(vm::program::PATIENCE);
        let mut record = guest.run_heard(&release, &program, patience, hear)?;
        record.times.start = took;
        record.times.handover = self.handover;
        Ok(record)
    }

    /// Has somebody talk with a program of the guest, for as long as they like; returns how it ended, and what the
    /// console showed. A shell's prompt says `place`.
    ///
    /// # Errors
    /// See [`vm::Guest::converse`].
    pub fn converse(
        self,
        argv: Vec<String>,
        place: &str,
        term: &str,
        terminal: Option<Size>,
        begin: impl FnOnce(Voice),
        hear: impl FnMut(Heard<'_>) -> std::io::Result<()>,
    ) -> Result<(Ending, String), VmError> {
        let lab = command(self.visit.lab, self.visit.seed, self.started.scale);
        let mut env: Vec<_> = lab.env.into_iter().filter(|(name, _)| name != "PATH").collect();
        let prompt = format!("{place}:\\w# ");
        let ours = [("PATH", PATH), ("HOME", "/lab"), ("TERM", term), ("PS1", &prompt)];
        env.extend(ours.map(|(name, value)| (name.to_owned(), value.to_owned())));
        self.started.guest.converse(Shell { argv, env, terminal }, self.started.scale, begin, hear)
    }
}

/// Where the guest's shell looks for programs: `/tools` and `/bin` as a lab does, then where bpftool lies.
const PATH: &str = "/tools:/bin:/usr/sbin:/usr/bin:/lab";
