//! Makes a checkpoint: one cold boot, saved to the disk. Where it is put is not decided here.

use std::{fs, path::Path, time::Duration};

use wire::{Event, Request};

use super::{
    facts::{Facts, Fingerprint, sha256_of},
    transfer,
};
use crate::{
    arguments::Memory, deadline::Deadline, error::VmError, host::Host, kernel::Kernel, machine::Machine,
    scratch::Scratch,
};

/// How long the first boot may take, which makes the checkpoint.
const BOOT_TIMEOUT: Duration = Duration::from_secs(120);

/// How long the guest may take to settle, before scaling. The agent itself gives up after 5 s.
const SETTLE_TIMEOUT: Duration = Duration::from_secs(20);

/// How long writing or reading the state may take, before scaling.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60);

/// Boots and saves into the folder `new` of a scratch folder, from where it is moved into place in one step.
pub(super) fn make(
    host: &Host,
    kernel: &Kernel,
    machine: &Machine,
    initramfs: &[u8],
    scratch: &Scratch,
) -> Result<(), VmError> {
    let initramfs_file = scratch.path().join("initramfs");
    fs::write(&initramfs_file, initramfs)
        .map_err(VmError::io(format!("write `{}`", initramfs_file.display())))?;
    let new = scratch.path().join("new");
    fs::create_dir(&new).map_err(VmError::io(format!("make `{}`", new.display())))?;
    let memory = new.join("ram");
    let mut started =
        host.boot_with(kernel, machine, &initramfs_file, Memory::SharedFile(&memory), BOOT_TIMEOUT)?;
    let deadline = Deadline::after(started.scale.apply(SETTLE_TIMEOUT), "the booted guest to settle");
    started.guest.ask(&Request::Settle, &deadline, |event| matches!(event, Event::Settled).then_some(()))?;
    let deadline = Deadline::after(started.scale.apply(TRANSFER_TIMEOUT), "the checkpoint to be written");
    transfer::save(&mut started.guest, &host.qemu, &new.join("state"), &deadline)?;
    started.guest.kill();
    // After a power cut a file could have its size and its time, but not its contents.
    for file in ["ram", "state"].map(|name| new.join(name)) {
        let synced = fs::File::open(&file).and_then(|open| open.sync_all());
        synced.map_err(VmError::io(format!("write `{}` to the disk", file.display())))?;
    }
    let facts = Facts {
        release: started.release,
        boot_ms: started.took.as_millis() as u64,
        memory: Fingerprint::of(&memory)?,
        state_sha256: sha256_of(&new.join("state"))?,
    };
    let written = serde_json::to_vec_pretty(&facts).map_err(std::io::Error::from);
    let written = written.and_then(|text| fs::write(new.join("facts.json"), text));
    written.map_err(VmError::io(format!("write the facts of the checkpoint of kernel {}", kernel.series)))
}

/// The error for a checkpoint that could not be made because there is no room for it. QEMU itself only
/// dies of SIGBUS then: it maps the memory file, and the disk runs full under its hands.
pub(super) fn disk_full(folder: &Path, series: &str) -> Option<VmError> {
    /// Less than this is no room for anything.
    const NOTHING: u64 = 16 << 20;
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let act = format!("keep the checkpoint of kernel {series} in `{}`", folder.display());
    (free < NOTHING).then(|| VmError::io(act)(std::io::ErrorKind::StorageFull.into()))
}
