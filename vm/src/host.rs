//! Starts guests: restores them from a checkpoint, or boots them cold.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use wire::{Event, Request, VERSION};

use crate::{
    arguments::{Memory, Origin},
    checkpoint::{self, Checkpoint},
    deadline::{Deadline, Scale},
    error::VmError,
    guest::Guest,
    kernel::Kernel,
    machine::{Accelerator, Machine, Qemu},
    scratch::Scratch,
};

/// How long a cold boot may take. The reference machine needs 1.2–2.1 s; the slowest that was seen 19 s under load.
const BOOT_TIMEOUT: Duration = Duration::from_secs(60);

/// How long a restored guest may take to answer, before scaling (0.1–0.25 s on the reference machine).
const RESTORE_TIMEOUT: Duration = Duration::from_secs(10);

/// What all guests of one run have in common.
#[derive(Debug, Clone)]
pub struct Host {
    /// The QEMU to use.
    pub qemu: Qemu,
    /// How instructions are executed.
    pub accelerator: Accelerator,
    /// The folder of the checkpoints.
    pub checkpoints: PathBuf,
    /// The static agent, built for the guest.
    pub agent: PathBuf,
}

/// A guest whose agent answers.
#[derive(Debug)]
pub struct Started {
    /// The guest.
    pub guest: Guest,
    /// What `uname -r` said when it booted.
    pub release: String,
    /// From starting QEMU to the agent's first answer.
    pub took: Duration,
    /// For timeouts on this machine.
    pub scale: Scale,
}

impl Host {
    /// A fresh guest from the kernel's checkpoint. A missing checkpoint is made first; one that is
    /// damaged or does not restore is deleted and made anew, once. A QEMU that does not start says
    /// nothing about the checkpoint, which is kept then.
    ///
    /// # Errors
    /// What the last attempt met.
    pub fn restore(&self, kernel: &Kernel, machine: &Machine) -> Result<Started, VmError> {
        let checkpoint = self.checkpoint(kernel, machine)?;
        match self.try_restore(&checkpoint, machine) {
            Ok(started) => Ok(started),
            Err(Failure::OfMachine(error)) => Err(error),
            Err(Failure::OfCheckpoint(_)) => {
                checkpoint.discard()?;
                self.restore_from(&self.checkpoint(kernel, machine)?, machine)
            }
        }
    }

    /// The checkpoint of a kernel and a machine; booted and saved if there is none.
    ///
    /// # Errors
    /// When the guest does not boot or cannot be saved.
    pub fn checkpoint(&self, kernel: &Kernel, machine: &Machine) -> Result<Checkpoint, VmError> {
        checkpoint::find_or_make(self, kernel, machine)
    }

    /// Restores a guest from this checkpoint, without a second attempt.
    ///
    /// # Errors
    /// When the checkpoint is damaged, QEMU refuses it, or the agent does not answer in time.
    pub fn restore_from(&self, checkpoint: &Checkpoint, machine: &Machine) -> Result<Started, VmError> {
        self.try_restore(checkpoint, machine).map_err(|failure| match failure {
            Failure::OfMachine(error) | Failure::OfCheckpoint(error) => error,
        })
    }

    fn try_restore(&self, checkpoint: &Checkpoint, machine: &Machine) -> Result<Started, Failure> {
        checkpoint.inspect().map_err(Failure::OfCheckpoint)?;
        let scale = checkpoint.scale();
        let deadline = Deadline::after(scale.apply(RESTORE_TIMEOUT), "the restored guest's first answer");
        let memory = Memory::PrivateFile(&checkpoint.memory);
        let started = Guest::start(&self.qemu, self.accelerator, machine, memory, Origin::Restore, &deadline);
        let mut guest = started.map_err(Failure::OfMachine)?;
        let answered = checkpoint
            .load_into(&mut guest, &self.qemu, &deadline)
            .and_then(|()| wake(&mut guest, &deadline));
        match answered {
            Ok(()) => {
                let took = guest.started().elapsed();
                Ok(Started { guest, release: checkpoint.release.clone(), took, scale })
            }
            Err(VmError::Interrupted) => Err(Failure::OfMachine(VmError::Interrupted)),
            Err(error) => Err(Failure::OfCheckpoint(error)),
        }
    }

    /// Boots a guest without any checkpoint.
    ///
    /// # Errors
    /// When it does not come up in time.
    pub fn boot(&self, kernel: &Kernel, machine: &Machine) -> Result<Started, VmError> {
        let folder = self.scratch()?;
        let initramfs = self.write_initramfs(kernel, folder.path())?;
        let mut started = self.boot_with(kernel, machine, &initramfs, Memory::Anonymous, BOOT_TIMEOUT)?;
        wake(&mut started.guest, &Deadline::after(BOOT_TIMEOUT, "the agent's first answer"))?;
        started.took = started.guest.started().elapsed();
        Ok(started)
    }

    /// Boots a guest and waits until its agent is ready.
    pub(crate) fn boot_with(
        &self,
        kernel: &Kernel,
        machine: &Machine,
        initramfs: &Path,
        memory: Memory<'_>,
        timeout: Duration,
    ) -> Result<Started, VmError> {
        let begin = Instant::now();
        let awaited = format!("kernel {} to boot", kernel.series);
        let deadline = Deadline::after(timeout, awaited);
        let origin = Origin::Boot { vmlinux: &kernel.vmlinux, initramfs };
        let mut guest = Guest::start(&self.qemu, self.accelerator, machine, memory, origin, &deadline)?;
        let (version, release) = guest.expect(&deadline, |event| match event {
            Event::Ready { version, release, .. } => Some((version, release)),
            _ => None,
        })?;
        if version != VERSION {
            return Err(VmError::Agent(format!(
                "it speaks version {version} of the protocol, not {VERSION}"
            )));
        }
        let took = begin.elapsed();
        Ok(Started { guest, release, took, scale: Scale::from_boot(took) })
    }

    /// Writes the initramfs of a kernel into a folder.
    pub(crate) fn write_initramfs(&self, kernel: &Kernel, folder: &Path) -> Result<PathBuf, VmError> {
        let path = folder.join("initramfs");
        let bytes = crate::initramfs::build(kernel, &self.agent)?;
        std::fs::write(&path, bytes).map_err(VmError::io(format!("write `{}`", path.display())))?;
        Ok(path)
    }

    /// A folder for files that only this boot needs.
    pub(crate) fn scratch(&self) -> Result<Scratch, VmError> {
        Scratch::new(&self.checkpoints)
    }
}

/// What an attempt to restore failed for.
enum Failure {
    /// QEMU did not start, or the user asked to stop: the checkpoint is as good as it was.
    OfMachine(VmError),
    /// The checkpoint is damaged, or a guest does not come to life from it.
    OfCheckpoint(VmError),
}

/// Gives a guest the time of day and fresh randomness: all clones of a checkpoint start identical.
fn wake(guest: &mut Guest, deadline: &Deadline) -> Result<(), VmError> {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let mut entropy = [0; 32];
    rustix::rand::getrandom(&mut entropy, rustix::rand::GetRandomFlags::empty())
        .map_err(|error| VmError::io("draw randomness")(error.into()))?;
    let request = Request::Wake { epoch_ns: now.as_nanos() as u64, entropy };
    guest.ask(&request, deadline, |event| matches!(event, Event::Awake).then_some(()))
}
