//! The control: whether the reference solution goes through where the runs of a job broke time and again.
//!
//! It says what happened to the solution. What that means for the job is decided in `job`.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
};

use vm::{Ending, Kernel, VmError};
use wire::Exit;

use super::{guest::Guests, matrix::RunError};
use crate::{
    build::{self, BuildError, Built, Outcome, Toolchain, Unit},
    catalog::{Lab, Side},
    paths::Paths,
    plan::Job,
    transcript::Transcript,
};

/// Reference solutions that nobody had expected to need: each is built when a job asks for it first.
pub(super) struct Control<'a> {
    paths: &'a Paths,
    toolchain: &'a Toolchain,
    /// By the lab's name; `None` if it cannot be built.
    built: Mutex<BTreeMap<String, Option<Built>>>,
}

impl<'a> Control<'a> {
    pub(super) fn new(paths: &'a Paths, toolchain: &'a Toolchain) -> Self {
        Self { paths, toolchain, built: Mutex::default() }
    }

    /// Runs the reference solution of a job's lab on the same kernel with the same seed, `runs` times: as often
    /// as the job's own runs broke, because one good run on a machine that breaks every other one proves little.
    /// Says whether each came to the end that every good run has, whatever it observed. `built` is the
    /// solution, if it was built before.
    ///
    /// # Errors
    /// Only [`RunError::Interrupted`]: a control that cannot be made has not gone through.
    pub(super) fn goes_through(
        &self,
        guests: &Guests,
        job: &Job<'_>,
        built: Option<&Built>,
        kernel: &Kernel,
        runs: usize,
    ) -> Result<bool, RunError> {
        // The solution is no control of itself.
        if job.side == Side::Solution {
            return Ok(false);
        }
        let Some(solution) = built.cloned().map_or_else(|| self.build(job.lab), |built| Ok(Some(built)))?
        else {
            return Ok(false);
        };
        for _ in 0..runs {
            let record = match guests.run(job.lab, &solution, kernel, job.seed, |_| {}, &mut |_| {}) {
                Ok(record) => record,
                Err(VmError::Interrupted) => return Err(RunError::Interrupted),
                Err(_) => return Ok(false),
            };
            let transcript = Transcript::from_record(record);
            if !(transcript.ended && transcript.ending == Ending::Done(Exit::Code(0))) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The solution of a lab; several jobs that ask at once wait for one build.
    fn build(&self, lab: &Lab) -> Result<Option<Built>, RunError> {
        let mut built = self.built.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = built.get(&lab.name) {
            return Ok(found.clone());
        }
        let units = [Unit { lab, side: &Side::Solution }];
        let made = match build::build(&self.paths.course, &units, self.toolchain, &|_| {}) {
            Ok(finished) => finished.outcomes.into_iter().find_map(|outcome| match outcome {
                Outcome::Built(built) => Some(built),
                Outcome::DoesNotCompile(_) => None,
            }),
            Err(BuildError::Interrupted) => return Err(RunError::Interrupted),
            Err(_) => None,
        };
        built.insert(lab.name.clone(), made.clone());
        Ok(made)
    }
}
