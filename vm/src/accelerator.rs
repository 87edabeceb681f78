//! Finds out whether hardware virtualisation works, by booting a guest with it.
//!
//! Looking at `/dev/kvm` proves nothing: there are hosts where opening it and creating a virtual
//! machine succeed and every guest hangs. The finding is kept until the host reboots.

use std::{fs, io::ErrorKind, path::Path, time::Duration};

use serde::{Deserialize, Serialize};

use crate::{
    arguments::Memory,
    error::VmError,
    host::Host,
    kernel::Kernel,
    machine::{Accelerator, Machine, Qemu},
};

/// With working hardware virtualisation a guest is ready in well under a second.
const PROBE_TIMEOUT: Duration = Duration::from_secs(6);

/// The device that gives access to hardware virtualisation.
pub const DEVICE: &str = "/dev/kvm";

/// What was found on this host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// What to use.
    pub accelerator: Accelerator,
    /// Why, in one line for people.
    pub why: String,
    /// Names the boot of the host and the QEMU for which this holds.
    valid_for: String,
}

/// Whether a finding was remembered or made now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probe {
    /// It was made earlier since the host's last boot.
    Remembered(Finding),
    /// It was made now; people should be told once.
    New(Finding),
}

impl Probe {
    /// The finding itself.
    #[must_use]
    pub fn finding(&self) -> &Finding {
        match self {
            Self::Remembered(finding) | Self::New(finding) => finding,
        }
    }
}

/// The remembered finding, if it still holds.
#[must_use]
pub fn remembered(folder: &Path, qemu: &Qemu) -> Option<Finding> {
    remembered_of(Path::new(DEVICE), folder, qemu)
}

fn remembered_of(device: &Path, folder: &Path, qemu: &Qemu) -> Option<Finding> {
    let text = fs::read(folder.join("accelerator.json")).ok()?;
    let finding: Finding = serde_json::from_slice(&text).ok()?;
    (finding.valid_for == validity(device, qemu)).then_some(finding)
}

/// Finds out which accelerator works, by booting `kernel`, and remembers it in `folder`.
///
/// # Errors
/// Only when the finding cannot be written or the user interrupts: a guest that does not boot is a finding.
pub fn probe(host: &Host, kernel: &Kernel, folder: &Path) -> Result<Probe, VmError> {
    probe_device(Path::new(DEVICE), host, kernel, folder)
}

/// As [`probe`], with the device's path: tests have devices of their own.
///
/// # Errors
/// As [`probe`].
pub fn probe_device(device: &Path, host: &Host, kernel: &Kernel, folder: &Path) -> Result<Probe, VmError> {
    if let Some(finding) = remembered_of(device, folder, &host.qemu) {
        return Ok(Probe::Remembered(finding));
    }
    let (accelerator, why) = match open(device) {
        Err(error) => (Accelerator::Tcg, without_device(device, &error)),
        Ok(_) => try_hardware(device, host, kernel)?,
    };
    let finding = Finding { accelerator, why, valid_for: validity(device, &host.qemu) };
    let write = || -> std::io::Result<()> {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        serde_json::to_writer_pretty(&mut file, &finding)?;
        file.persist(folder.join("accelerator.json"))?;
        Ok(())
    };
    write().map_err(VmError::io(format!("write down the accelerator in `{}`", folder.display())))?;
    Ok(Probe::New(finding))
}

fn open(device: &Path) -> std::io::Result<fs::File> {
    fs::OpenOptions::new().read(true).write(true).open(device)
}

/// Why emulation is used when the device cannot be opened.
fn without_device(device: &Path, error: &std::io::Error) -> String {
    let device = device.display();
    match error.kind() {
        ErrorKind::NotFound => format!("emulation, because this machine has no {device}"),
        ErrorKind::PermissionDenied => format!(
            "emulation, because you may not open {device} (hardware is faster: `sudo usermod -aG kvm $USER`, then log in again)"
        ),
        _ => format!("emulation, because {device} cannot be opened: {error}"),
    }
}

fn try_hardware(device: &Path, host: &Host, kernel: &Kernel) -> Result<(Accelerator, String), VmError> {
    let device = device.display();
    let trial = Host { accelerator: Accelerator::Kvm, ..host.clone() };
    let scratch = trial.scratch()?;
    let initramfs = trial.write_initramfs(kernel, scratch.path())?;
    let booted = trial.boot_with(kernel, &Machine::default(), &initramfs, Memory::Anonymous, PROBE_TIMEOUT);
    Ok(match booted {
        Ok(_) => (Accelerator::Kvm, "hardware virtualisation (KVM): a guest booted with it".into()),
        Err(VmError::Interrupted) => return Err(VmError::Interrupted),
        Err(VmError::Timeout { waited, .. }) => (
            Accelerator::Tcg,
            format!(
                "emulation, because {device} opens but a guest said nothing for {:.0} s",
                waited.as_secs_f64()
            ),
        ),
        Err(VmError::Ended { status, console, .. }) => {
            let reason = console.lines().find(|line| !line.trim().is_empty()).unwrap_or(&status).to_owned();
            (
                Accelerator::Tcg,
                format!("emulation, because {device} opens but a guest ends at once: {reason}"),
            )
        }
        Err(error) => (Accelerator::Tcg, format!("emulation, because a guest with {device} failed: {error}")),
    })
}

/// A finding holds for one boot of the host and one QEMU.
fn validity(device: &Path, qemu: &Qemu) -> String {
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default();
    let opened = open(device).map(drop).map_err(|error| error.kind());
    format!("{} {:?} {:?} {}", boot.trim(), qemu.version, opened, device.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_another_boot_or_qemu_does_not_hold() {
        let folder = tempfile::tempdir().unwrap();
        let qemu = Qemu { path: "qemu".into(), version: (10, 0, 2) };
        let finding = Finding {
            accelerator: Accelerator::Tcg,
            why: "w".into(),
            valid_for: validity(Path::new(DEVICE), &qemu),
        };
        fs::write(folder.path().join("accelerator.json"), serde_json::to_vec(&finding).unwrap()).unwrap();
        assert_eq!(remembered(folder.path(), &qemu), Some(finding));
        assert_eq!(remembered(folder.path(), &Qemu { version: (7, 2, 0), ..qemu }), None);
    }

    #[test]
    fn every_kind_of_missing_device_says_why() {
        let why = |error: std::io::Error| without_device(Path::new(DEVICE), &error);
        assert!(why(ErrorKind::NotFound.into()).contains("has no /dev/kvm"));
        assert!(why(ErrorKind::PermissionDenied.into()).contains("usermod"));
        assert!(why(std::io::Error::other("odd")).contains("odd"));
    }
}
