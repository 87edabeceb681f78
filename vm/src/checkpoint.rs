//! Checkpoints: a guest that was booted and warmed up once, saved, and restored for every check.
//!
//! A checkpoint is a folder with the memory (`ram`, sparse, mapped copy-on-write by every restored
//! guest) and the devices' state (`state`). Its name carries a hash of all that it depends on, so
//! a stale one is never found. Saving and restoring are described in QEMU's docs/devel/migration
//! (capability `x-ignore-shared`).

mod facts;
mod make;
mod transfer;

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use facts::{Facts, Fingerprint, sha256_of};
use serde_json::json;

use crate::{
    arguments::{MACHINE_TYPE, kernel_command_line, processor_model},
    deadline::Scale,
    error::VmError,
    host::Host,
    kernel::Kernel,
    lock::Lock,
    machine::Machine,
    scratch, sha256,
};

/// A saved guest.
#[derive(Debug, Clone)]
pub struct Checkpoint {
    /// The folder that holds it.
    pub folder: PathBuf,
    /// The memory file.
    pub memory: PathBuf,
    /// What `uname -r` said.
    pub release: String,
    facts: Facts,
}

impl Checkpoint {
    fn read(folder: PathBuf) -> Result<Self, VmError> {
        let path = folder.join("facts.json");
        let text = fs::read(&path).map_err(VmError::io(format!("read `{}`", path.display())))?;
        let facts: Facts = serde_json::from_slice(&text)
            .map_err(|error| VmError::io(format!("read `{}`", path.display()))(error.into()))?;
        Ok(Self { memory: folder.join("ram"), release: facts.release.clone(), folder, facts })
    }

    /// For timeouts: how slow this machine was when it booted the guest.
    #[must_use]
    pub fn scale(&self) -> Scale {
        Scale::from_boot(self.boot_time())
    }

    /// How long the cold boot took that made this checkpoint.
    #[must_use]
    pub fn boot_time(&self) -> Duration {
        Duration::from_millis(self.facts.boot_ms)
    }

    /// Bytes on disk, as the file system counts them (the memory file is sparse).
    #[must_use]
    pub fn disk_bytes(&self) -> u64 {
        let blocks = |name: &str| fs::metadata(self.folder.join(name)).map_or(0, |data| data.blocks() * 512);
        blocks("ram") + blocks("state")
    }

    /// Deletes the checkpoint, unless another runner has made it anew in the meantime. Guests that run
    /// from it are not disturbed.
    ///
    /// # Errors
    /// When the folder cannot be removed.
    pub fn discard(&self) -> Result<(), VmError> {
        let _lock = Lock::acquire(&lock_path(&self.folder))?;
        if Self::read(self.folder.clone()).is_ok_and(|present| present.facts != self.facts) {
            return Ok(());
        }
        remove(&self.folder)
    }

    /// Checks that nobody has changed the files since they were written.
    ///
    /// # Errors
    /// [`VmError::Io`] that names the damaged file.
    pub fn inspect(&self) -> Result<(), VmError> {
        let damaged = |file: &Path| {
            let why = std::io::Error::other("it is not as it was written");
            VmError::io(format!("use `{}`", file.display()))(why)
        };
        if Fingerprint::of(&self.memory)? != self.facts.memory {
            return Err(damaged(&self.memory));
        }
        let state = self.state();
        if sha256_of(&state)? != self.facts.state_sha256 {
            return Err(damaged(&state));
        }
        Ok(())
    }

    fn state(&self) -> PathBuf {
        self.folder.join("state")
    }
}

/// The checkpoint for these guests; made now if there is none. Two runners that want the same one
/// make it once: the second waits.
pub(crate) fn find_or_make(host: &Host, kernel: &Kernel, machine: &Machine) -> Result<Checkpoint, VmError> {
    let initramfs = crate::initramfs::build(kernel, &host.agent)?;
    let folder =
        host.checkpoints.join(format!("{}-{}", kernel.series, key(host, kernel, machine, &initramfs)));
    if let Ok(found) = Checkpoint::read(folder.clone()) {
        return Ok(found);
    }
    fs::create_dir_all(&host.checkpoints)
        .map_err(VmError::io(format!("make `{}`", host.checkpoints.display())))?;
    let _lock = Lock::acquire(&lock_path(&folder))?;
    if let Ok(found) = Checkpoint::read(folder.clone()) {
        return Ok(found);
    }
    let scratch = host.scratch()?;
    let new = scratch.path().join("new");
    // While the scratch folder is there: what fills the disk goes away with it.
    make::make(host, kernel, machine, &initramfs, &scratch).map_err(|error| match error {
        VmError::Interrupted => VmError::Interrupted,
        error => make::disk_full(&host.checkpoints, &kernel.series).unwrap_or(error),
    })?;
    remove(&folder)?;
    fs::rename(&new, &folder).map_err(VmError::io(format!("put `{}` into place", folder.display())))?;
    Checkpoint::read(folder)
}

/// Removes a checkpoint's folder, whatever stands there under its name.
fn remove(folder: &Path) -> Result<(), VmError> {
    match if folder.is_dir() { fs::remove_dir_all(folder) } else { fs::remove_file(folder) } {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(VmError::io(format!("delete `{}`", folder.display()))(error))
        }
        _ => Ok(()),
    }
}

/// The lock on the making and deleting of a checkpoint.
fn lock_path(folder: &Path) -> PathBuf {
    let mut name = folder.as_os_str().to_owned();
    name.push(".lock");
    name.into()
}

/// Deletes all checkpoints and what interrupted runs left behind; returns the bytes that were freed.
/// Guests that run from a checkpoint keep its files until they end.
///
/// # Errors
/// [`VmError::Io`] with the folder.
pub fn gc(checkpoints: &Path) -> Result<u64, VmError> {
    let Ok(entries) = fs::read_dir(checkpoints) else { return Ok(0) };
    let mut freed = scratch::sweep(checkpoints)?;
    for path in entries.flatten().map(|entry| entry.path()) {
        // What is left of the scratch folders belongs to a runner at work.
        if path.is_dir() && !scratch::is_scratch(&path) {
            freed += ["ram", "state"]
                .iter()
                .map(|name| fs::metadata(path.join(name)).map_or(0, |data| data.blocks() * 512))
                .sum::<u64>();
            fs::remove_dir_all(&path).map_err(VmError::io(format!("delete `{}`", path.display())))?;
        }
    }
    Ok(freed)
}

/// A hash over all that a checkpoint depends on, shortened to 16 hexadecimal digits.
fn key(host: &Host, kernel: &Kernel, machine: &Machine, initramfs: &[u8]) -> String {
    let parts = json!({
        "format": 2,
        "qemu": host.qemu,
        "accelerator": host.accelerator,
        "machine_type": MACHINE_TYPE,
        "processor": processor_model(host.accelerator),
        "machine": machine,
        "command_line": kernel_command_line(machine),
        "kernel": kernel.sha256,
        "initramfs": sha256::of_bytes(initramfs),
    });
    sha256::of_bytes(parts.to_string().as_bytes())[..16].to_owned()
}
