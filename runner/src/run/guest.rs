//! One lab program in one fresh guest, from start to record.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use vm::{Deadline, GuestFile, Host, Kernel, Machine, RunRecord, Scale, Started, VmError};
use wire::{Event, Program};

use crate::{build::Built, catalog::Lab};

/// How the guest comes to life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Boot {
    /// From a checkpoint.
    Restore,
    /// `--cold`: the long way, every time.
    Cold,
}

/// How guests are started in this run.
#[derive(Debug, Clone)]
pub struct Guests {
    /// QEMU, accelerator, agent, checkpoints.
    pub host: Host,
    /// Restore or boot.
    pub boot: Boot,
    /// Files that every guest gets beside its lab: an author's tools, or those of a shell. Empty for a check.
    pub tools: Vec<Tool>,
}

/// A program, or what one needs, for the guest.
#[derive(Debug, Clone)]
pub struct Tool {
    /// Absolute path in the guest.
    pub path: String,
    /// The contents.
    pub contents: Arc<[u8]>,
}

/// How long handing over the files may take, before scaling (a few MB: well under a second).
const HANDOVER_TIMEOUT: Duration = Duration::from_secs(20);

/// How long the verifier may look at one program. The largest that passes, 0.9 million instructions, took 1.0 to
/// 3.3 s; the longest refusal with a true reason, 4.9 s (7.3). A machine on which guests boot
/// more than half as slowly again gets more. It is no more than needed: a learner waits for it.
const LOAD_TIMEOUT: Duration = Duration::from_secs(6);

/// What a guest program may say, in bytes: the limits are part of the verdict's wording, so they are here once.
pub(super) const DIAGNOSTICS_LIMIT: u64 = 8 << 20;
/// A verifier log can be 16 MiB, and JSON makes it larger.
pub(super) const OBSERVATIONS_LIMIT: u64 = 64 << 20;

/// The machine that a lab asks for.
pub(super) fn machine(lab: &Lab) -> Machine {
    Machine {
        vcpus: lab.manifest.vcpus,
        kernel_arguments: lab.manifest.kernel_arguments.clone(),
        ..Machine::default()
    }
}

impl Guests {
    /// Runs a lab's program once. `seen` is called with QEMU's command line before the run, `hear` with what
    /// comes of it, as it comes.
    ///
    /// # Errors
    /// What kept the guest from running: never the lab's doing.
    pub(super) fn run(
        &self,
        lab: &Lab,
        built: &Built,
        kernel: &Kernel,
        seed: u64,
        seen: impl FnOnce(&str),
        hear: &mut dyn FnMut(&Event),
    ) -> Result<RunRecord, VmError> {
        let (started, handover) = self.prepare(lab, built, kernel, seen)?;
        let Started { guest, release, took, scale } = started;
        let program = command(lab, seed, scale);
        let mut record = guest.run_heard(&release, &program, scale.apply(vm::program::PATIENCE), hear)?;
        record.times.start = took;
        record.times.handover = handover;
        Ok(record)
    }

    /// Starts a guest and hands the lab's files and the tools over; says how long the handing over took.
    pub(super) fn prepare(
        &self,
        lab: &Lab,
        built: &Built,
        kernel: &Kernel,
        seen: impl FnOnce(&str),
    ) -> Result<(Started, Duration), VmError> {
        let program = GuestFile { path: channel::PROGRAM_PATH, mode: 0o755, contents: &built.program };
        let object = built.object.as_ref();
        let object = object.map(|contents| GuestFile { path: channel::OBJECT_PATH, mode: 0o644, contents });
        let files: Vec<GuestFile<'_>> = std::iter::once(program).chain(object).collect();
        self.start(&machine(lab), &files, kernel, seen)
    }

    /// Starts a guest and hands these files and the tools over; says how long the handing over took.
    pub(super) fn start(
        &self,
        machine: &Machine,
        files: &[GuestFile<'_>],
        kernel: &Kernel,
        seen: impl FnOnce(&str),
    ) -> Result<(Started, Duration), VmError> {
        let mut started = match self.boot {
            Boot::Restore => self.host.restore(kernel, machine)?,
            Boot::Cold => self.host.boot(kernel, machine)?,
        };
        seen(started.guest.command_line());
        let begin = Instant::now();
        let deadline = Deadline::after(started.scale.apply(HANDOVER_TIMEOUT), "the lab's files to arrive");
        for file in files {
            started.guest.put_file(*file, &deadline)?;
        }
        for Tool { path, contents } in &self.tools {
            started.guest.put_file(GuestFile { path, mode: 0o755, contents }, &deadline)?;
        }
        Ok((started, begin.elapsed()))
    }
}

/// The command that the agent runs.
pub(super) fn command(lab: &Lab, seed: u64, scale: Scale) -> Program {
    let timeout = scale.apply(Duration::from_secs(lab.manifest.timeout_s));
    // The lab's program must have time left to say that the verifier had none.
    let load = (scale.apply(LOAD_TIMEOUT) * 2 / 3).max(LOAD_TIMEOUT).min(timeout * 7 / 10);
    let mut program = program(timeout);
    program.env.push((channel::SEED_VARIABLE.to_owned(), seed.to_string()));
    program.env.push((channel::LOAD_TIMEOUT_VARIABLE.to_owned(), load.as_millis().to_string()));
    program
}

/// The program that was handed over, with what every program is told.
pub(super) fn program(timeout: Duration) -> Program {
    let variable = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Program {
        argv: vec![channel::PROGRAM_PATH.into()],
        env: vec![variable("PATH", "/tools:/bin"), variable("RUST_BACKTRACE", "0")],
        timeout_ms: timeout.as_millis() as u64,
        diagnostics_limit: DIAGNOSTICS_LIMIT,
        observations_limit: OBSERVATIONS_LIMIT,
    }
}
