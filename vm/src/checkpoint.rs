//! Checkpoints: a guest that was booted and warmed up once, saved, and restored for every check.
//!
//! A checkpoint is a folder with the memory (`ram`, sparse, mapped copy-on-write by every restored
//! guest) and the devices' state (`state`). Its name carries a hash of all that it depends on, so
//! a stale one is never found. Saving and restoring are described in QEMU's docs/devel/migration
//! (capability `x-ignore-shared`).

use std::{
    fs,
    io::Read,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::{
    arguments::{MACHINE_TYPE, Memory, kernel_command_line},
    deadline::{Deadline, Scale},
    error::VmError,
    guest::Guest,
    host::Host,
    kernel::Kernel,
    lock::Lock,
    machine::{Machine, Qemu},
    scratch::{self, Scratch},
};

/// How long the first boot may take, which makes the checkpoint.
const BOOT_TIMEOUT: Duration = Duration::from_secs(120);

/// How long writing or reading the state may take, before scaling.
const TRANSFER_TIMEOUT: Duration = Duration::from_secs(60);

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

/// What is written down beside the memory and the state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Facts {
    release: String,
    boot_ms: u64,
    memory: Fingerprint,
    state_sha256: String,
}

/// Enough to notice that somebody has written to a file, without reading its 100 MB. The time is that
/// of the last change of the inode (ctime): unlike the time of modification, nobody can set it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Fingerprint {
    size: u64,
    changed_ns: i128,
    inode: u64,
}

impl Fingerprint {
    fn of(path: &Path) -> Result<Self, VmError> {
        let data = fs::metadata(path).map_err(VmError::io(format!("look at `{}`", path.display())))?;
        let changed_ns = i128::from(data.ctime()) * 1_000_000_000 + i128::from(data.ctime_nsec());
        Ok(Self { size: data.len(), changed_ns, inode: data.ino() })
    }
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

    /// Loads the state into a QEMU that waits for it, and lets the guest run.
    pub(crate) fn load_into(
        &self,
        guest: &mut Guest,
        qemu: &Qemu,
        deadline: &Deadline,
    ) -> Result<(), VmError> {
        let uri = transfer_uri(qemu, &self.state(), Direction::FromFile);
        let mut load = || {
            ignore_shared(guest, deadline)?;
            guest.qmp.execute("migrate-incoming", json!({ "uri": uri }), deadline)?;
            wait_for_migration(guest, deadline)?;
            guest.qmp.execute("cont", json!({}), deadline).map(drop)
        };
        load().map_err(|error| guest.explain(error, deadline))
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
    make(host, kernel, machine, &initramfs, &scratch).map_err(|error| match error {
        VmError::Interrupted => VmError::Interrupted,
        error => disk_full(&host.checkpoints, &kernel.series).unwrap_or(error),
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

/// The error for a checkpoint that could not be made because there is no room for it. QEMU itself only
/// dies of SIGBUS then: it maps the memory file, and the disk runs full under its hands.
fn disk_full(folder: &Path, series: &str) -> Option<VmError> {
    /// Less than this is no room for anything.
    const NOTHING: u64 = 16 << 20;
    let disk = rustix::fs::statvfs(folder).ok()?;
    let free = disk.f_bavail.saturating_mul(disk.f_frsize);
    let act = format!("keep the checkpoint of kernel {series} in `{}`", folder.display());
    (free < NOTHING).then(|| VmError::io(act)(std::io::ErrorKind::StorageFull.into()))
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

/// Boots and saves into the folder `new` of a scratch folder, from where it is moved into place in one step.
fn make(
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
    let deadline = Deadline::after(started.scale.apply(TRANSFER_TIMEOUT), "the checkpoint to be written");
    save(&mut started.guest, &host.qemu, &new.join("state"), &deadline)?;
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

/// Stops the guest and writes its devices' state; its memory is in its file already.
fn save(guest: &mut Guest, qemu: &Qemu, state: &Path, deadline: &Deadline) -> Result<(), VmError> {
    let uri = transfer_uri(qemu, state, Direction::ToFile);
    let mut write = || {
        guest.qmp.execute("stop", json!({}), deadline)?;
        ignore_shared(guest, deadline)?;
        guest.qmp.execute("migrate", json!({ "uri": uri }), deadline)?;
        wait_for_migration(guest, deadline)?;
        guest.qmp.execute("quit", json!({}), deadline).map(drop)
    };
    write().map_err(|error| guest.explain(error, deadline))?;
    guest.wait_for_exit(Duration::from_secs(10));
    Ok(())
}

/// Memory that lies in a file is not copied into the state.
fn ignore_shared(guest: &mut Guest, deadline: &Deadline) -> Result<(), VmError> {
    let capabilities = json!({ "capabilities": [{ "capability": "x-ignore-shared", "state": true }] });
    guest.qmp.execute("migrate-set-capabilities", capabilities, deadline).map(drop)
}

/// Polls until the transfer is complete. QEMU offers events as well, but a lost one would hang.
fn wait_for_migration(guest: &mut Guest, deadline: &Deadline) -> Result<(), VmError> {
    let mut pause = Duration::from_millis(1);
    loop {
        let state = guest.qmp.execute("query-migrate", json!({}), deadline)?;
        match state["status"].as_str() {
            Some("completed") => return Ok(()),
            Some("failed" | "cancelled") => {
                let why = state["error-desc"].as_str().unwrap_or("it gave no reason").to_owned();
                return Err(VmError::Refused { command: "migrate".into(), why });
            }
            _ => guest.wait_for_exit(pause),
        }
        pause = (pause * 2).min(Duration::from_millis(20));
    }
}

#[derive(Clone, Copy)]
enum Direction {
    ToFile,
    FromFile,
}

/// Where QEMU writes the state to or reads it from.
fn transfer_uri(qemu: &Qemu, state: &Path, direction: Direction) -> String {
    let path = state.display().to_string();
    if qemu.migrates_to_files() {
        return format!("file:{path}");
    }
    let quoted = path.replace('\'', r"'\''");
    match direction {
        Direction::ToFile => format!("exec:cat > '{quoted}'"),
        Direction::FromFile => format!("exec:cat < '{quoted}'"),
    }
}

/// A hash over all that a checkpoint depends on, shortened to 16 hexadecimal digits.
fn key(host: &Host, kernel: &Kernel, machine: &Machine, initramfs: &[u8]) -> String {
    let parts = json!({
        "format": 1,
        "qemu": host.qemu,
        "accelerator": host.accelerator,
        "machine_type": MACHINE_TYPE,
        "machine": machine,
        "command_line": kernel_command_line(machine),
        "kernel": kernel.sha256,
        "initramfs": hexadecimal(&Sha256::digest(initramfs)),
    });
    hexadecimal(&Sha256::digest(parts.to_string()))[..16].to_owned()
}

fn sha256_of(path: &Path) -> Result<String, VmError> {
    let act = || VmError::io(format!("read `{}`", path.display()));
    let mut file = fs::File::open(path).map_err(act())?;
    let (mut hash, mut buffer) = (Sha256::new(), vec![0; 1 << 20]);
    loop {
        match file.read(&mut buffer).map_err(act())? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            count => hash.update(&buffer[..count]),
        }
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
