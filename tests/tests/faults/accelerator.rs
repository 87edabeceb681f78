//! Hardware virtualisation that is absent, forbidden, or there and useless: emulation, with the reason.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use rstest::rstest;
use rustix::thread::{CapabilitySet, CapabilitySets, capabilities, set_capabilities};
use vm::{
    Accelerator, Host, Machine, Qemu,
    accelerator::{DEVICE, Finding, Probe, probe_device},
};

use crate::{bench::bench, stub};

/// Probes a device with a QEMU and returns what was found.
fn probe(folder: &Path, device: &Path, qemu: PathBuf) -> Finding {
    let qemu = Qemu { path: qemu, ..bench().host.qemu.clone() };
    let host = Host { qemu, checkpoints: folder.join("checkpoints"), ..bench().host.clone() };
    let found = probe_device(device, &host, bench().kernel("6.1"), &folder.join("findings"));
    match found.expect("no device is a finding") {
        Probe::New(finding) => finding,
        Probe::Remembered(finding) => panic!("nothing was found before: {finding:?}"),
    }
}

fn qemu() -> PathBuf {
    bench().host.qemu.path.clone()
}

/// A file that opens as a device would.
fn device(folder: &Path) -> PathBuf {
    let device = folder.join("kvm");
    fs::write(&device, "").expect("a file");
    device
}

#[test]
fn absent() {
    let folder = stub::folder();
    let finding = probe(folder.path(), &folder.path().join("kvm"), qemu());
    assert_eq!(finding.accelerator, Accelerator::Tcg);
    assert!(finding.why.contains("this machine has no "), "{}", finding.why);
}

#[test]
fn forbidden() {
    let folder = stub::folder();
    let device = device(folder.path());
    fs::set_permissions(&device, fs::Permissions::from_mode(0o000)).expect("nobody may open it");
    let before = give_up_roots_rights();
    let finding = probe(folder.path(), &device, qemu());
    set_capabilities(None, before).expect("the rights come back");
    assert_eq!(finding.accelerator, Accelerator::Tcg);
    assert!(finding.why.contains("you may not open ") && finding.why.contains("usermod"), "{}", finding.why);
}

/// Root may open every file, unless this thread says that it does not want to. Returns what it had.
fn give_up_roots_rights() -> CapabilitySets {
    let before = capabilities(None).expect("the thread's rights");
    let roots = CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
    set_capabilities(None, CapabilitySets { effective: before.effective - roots, ..before })
        .expect("fewer rights");
    before
}

#[test]
fn no_device() {
    let folder = stub::folder();
    let finding = probe(folder.path(), folder.path(), qemu());
    assert_eq!(finding.accelerator, Accelerator::Tcg);
    assert!(finding.why.contains("cannot be opened"), "{}", finding.why);
}

#[rstest]
#[case::a_guest_hangs("exec sleep 600", "opens but a guest said nothing for 6 s")]
#[case::qemu_aborts("echo 'qemu: failed to set MSR 0x10a' >&2; kill -ABRT $$", "failed to set MSR 0x10a")]
#[case::qemu_ends("exit 1", "ends at once: exit status: 1")]
fn useless(#[case] script: &str, #[case] why: &str) {
    let folder = stub::folder();
    let qemu = stub::script(folder.path(), "qemu", script);
    let finding = probe(folder.path(), &device(folder.path()), qemu);
    assert_eq!(finding.accelerator, Accelerator::Tcg);
    assert!(finding.why.contains(why), "{}", finding.why);
}

/// Whatever this machine has: a guest boots with what was found.
#[test]
fn of_this_machine() {
    let folder = stub::folder();
    let finding = probe(folder.path(), Path::new(DEVICE), qemu());
    let checkpoints = folder.path().join("checkpoints");
    let host = Host { accelerator: finding.accelerator, checkpoints, ..bench().host.clone() };
    host.boot(bench().kernel("6.1"), &Machine::default())
        .unwrap_or_else(|error| panic!("{}: {error}", finding.why));
}

#[test]
fn is_remembered_until_the_device_changes() {
    let folder = stub::folder();
    let (device, findings) = (folder.path().join("kvm"), folder.path().join("findings"));
    let first = probe(folder.path(), &device, qemu());
    let again = || probe_device(&device, &bench().host, bench().kernel("6.1"), &findings).expect("a finding");
    assert_eq!(again(), Probe::Remembered(first.clone()));
    fs::write(findings.join("accelerator.json"), "{\"accelerator\": \"kvm\"").expect("rubbish");
    assert_eq!(again(), Probe::New(first.clone()));
    fs::create_dir(&device).expect("something that cannot be opened either");
    assert_ne!(again().finding().why, first.why);
}
