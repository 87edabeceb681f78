//! The programs of an object, loaded by fresh guests, one for each kernel.
//!
//! Nothing is loaded into the host's kernel. What the kernels' answers mean is not decided here.

use std::time::Duration;

use channel::{Task, Wanted};
use vm::{Ending, GuestFile, Kernel, Machine, RunRecord, Started, VmError};

use super::{
    RunError, cores,
    guest::{Guests, program},
};
use crate::{explain::ObjectPrograms, loads::KernelAnswers};

/// The package of the program that loads them, in `labs/load`.
pub const LOADER: &str = "load";

/// How long one program may take, before scaling. The verifier gives up after a million instructions: that took 14 s on
/// an emulated 5.10 with a core of its own, and minutes on 6.12.
const EACH: Duration = Duration::from_secs(30);

/// How long all programs of an object may take, before scaling.
const ALL: Duration = Duration::from_secs(180);

/// What the loader needs beyond that to end by itself.
const REST: Duration = Duration::from_secs(10);

/// How often a guest is tried when the machinery fails.
const ATTEMPTS: usize = 3;

/// An object whose programs are to be loaded.
#[derive(Debug, Clone, Copy)]
pub struct Load<'a> {
    /// The object.
    pub object: &'a [u8],
    /// All its programs.
    pub programs: &'a [ObjectPrograms],
    /// Those that are to be loaded.
    pub wanted: &'a [ObjectPrograms],
    /// The loader's executable.
    pub loader: &'a [u8],
    /// Whether more is wanted of an accepted program than that it is accepted: what it returns, its code.
    pub study: bool,
}

impl Load<'_> {
    /// Loads the programs on all these kernels, several at once, and calls `decided` with the name of each that is done.
    ///
    /// # Errors
    /// Only [`RunError::Interrupted`]: a kernel of which nothing is known is an answer, too.
    pub fn on(
        &self,
        kernels: &[&Kernel],
        guests: &Guests,
        parallel: usize,
        decided: &(dyn Fn(&str) + Sync),
    ) -> Result<Vec<KernelAnswers>, RunError> {
        cores::on_all(parallel, kernels, |kernel| {
            let answers = self.on_one(kernel, guests)?;
            decided(&kernel.series);
            Ok(answers)
        })
    }

    fn on_one(&self, kernel: &Kernel, guests: &Guests) -> Result<KernelAnswers, RunError> {
        let mut attempt = 1;
        loop {
            let answers = match self.run(kernel, guests) {
                Ok(record) if is_ours(&record.ending) && attempt < ATTEMPTS => None,
                Ok(record) => Some(KernelAnswers::read(&kernel.series, &record)),
                Err(VmError::Interrupted) => return Err(RunError::Interrupted),
                Err(_) if attempt < ATTEMPTS => None,
                Err(error) => Some(KernelAnswers::none(&kernel.series, &one_line(&error))),
            };
            match answers {
                Some(answers) => return Ok(answers),
                None => attempt += 1,
            }
        }
    }

    fn run(&self, kernel: &Kernel, guests: &Guests) -> Result<RunRecord, VmError> {
        // Before the guest is started it is not known how slow this machine is.
        let file = |path, mode, contents| GuestFile { path, mode, contents };
        let files =
            [file(channel::PROGRAM_PATH, 0o755, self.loader), file(channel::OBJECT_PATH, 0o644, self.object)];
        let (mut started, _) = guests.start(&Machine::default(), &files, kernel, |_| {})?;
        let scale = started.scale;
        let task = serde_json::to_vec(&self.task(scale.apply(EACH), scale.apply(ALL))).unwrap_or_default();
        let deadline = vm::Deadline::after(scale.apply(REST), "the task to arrive");
        started.guest.put_file(file(channel::TASK_PATH, 0o644, &task), &deadline)?;
        let Started { guest, release, .. } = started;
        guest.run(&release, &program(scale.apply(ALL + REST)), scale.apply(vm::program::PATIENCE))
    }

    fn task(&self, each: Duration, all: Duration) -> Task {
        let wanted = |program: &ObjectPrograms| Wanted {
            name: program.name.clone(),
            kind: program.section.clone(),
            section: program.index,
        };
        let mut sections: Vec<u32> = self.programs.iter().map(|program| program.index).collect();
        sections.sort_unstable();
        sections.dedup();
        Task {
            each_ms: each.as_millis() as u64,
            all_ms: all.as_millis() as u64,
            programs: self.wanted.iter().map(wanted).collect(),
            sections,
            study: self.study,
        }
    }
}

/// Whether an ending is trouble of the machine, not of what ran in the guest.
fn is_ours(ending: &Ending) -> bool {
    matches!(
        ending,
        Ending::Killed { .. } | Ending::Vanished { .. } | Ending::Broken { .. } | Ending::Silent { .. }
    )
}

fn one_line(error: &VmError) -> String {
    error.to_string().lines().take_while(|line| !line.starts_with("hint: ")).collect::<Vec<_>>().join(" ")
}
