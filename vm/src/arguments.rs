//! QEMU's argument vector, as a pure function. Each flag is a value whose name says its purpose.

use std::{ffi::OsString, os::fd::RawFd, path::Path};

use crate::machine::{Accelerator, Machine, Qemu};

/// The machine type, pinned: a checkpoint must fit after an update of QEMU, and every QEMU from 7.2 on has it.
/// Not microvm: under emulation its timer hangs now and then.
pub const MACHINE_TYPE: &str = "pc-q35-7.2";

/// The kernel arguments of every guest, each with its reason.
pub const KERNEL_ARGUMENTS: &[&str] = &[
    "console=ttyS0",            // diagnostics; results never go this way
    "quiet",                    // a verbose serial console costs half of the boot
    "panic=-1",                 // a panic reboots at once …
    "oops=panic",               // … and so does an oops: no run goes on in a damaged kernel
    "softlockup_panic=1",       // a stuck guest ends with its reason on the console
    "nokaslr",                  // equal addresses in all guests keep observations and logs stable
    "mitigations=off", // nothing secret runs in the guest, and every mitigation costs emulated instructions
    "tsc=reliable",    // skips the clock watchdog, which misfires under emulation
    "no_timer_check",  // skips a boot-time check that loops on slow hosts
    "lpj=8000000",     // skips the delay-loop calibration
    "random.trust_cpu=on", // the pool is ready at once
    "8250.nr_uarts=1", // probes one serial port instead of four
    "cryptomgr.notests", // skips self-tests of ciphers that nobody uses here
    "rcupdate.rcu_expedited=1", // attach and detach wait for grace periods: make them short
    "rcupdate.rcu_normal=0",
];

/// Where the guest's memory lies.
#[derive(Debug, Clone, Copy)]
pub enum Memory<'a> {
    /// Ordinary memory, thrown away with the guest.
    Anonymous,
    /// A file that receives every page: a checkpoint is being made.
    SharedFile(&'a Path),
    /// A checkpoint's file, copy-on-write: the file never changes.
    PrivateFile(&'a Path),
}

/// How the guest comes to life.
#[derive(Debug, Clone, Copy)]
pub enum Origin<'a> {
    /// It boots this kernel with this initramfs.
    Boot {
        /// The uncompressed kernel, entered through PVH.
        vmlinux: &'a Path,
        /// The initramfs.
        initramfs: &'a Path,
    },
    /// Its state comes from a checkpoint, named later over QMP. No kernel is given: it is in the memory already.
    Restore,
}

/// Everything that decides on the argument vector.
#[derive(Debug, Clone, Copy)]
pub struct Invocation<'a> {
    /// The QEMU that will read the arguments.
    pub qemu: &'a Qemu,
    /// How instructions are executed.
    pub accelerator: Accelerator,
    /// Memory, processors, extra kernel arguments.
    pub machine: &'a Machine,
    /// Where the memory lies.
    pub memory: Memory<'a>,
    /// Boot or restore.
    pub origin: Origin<'a>,
    /// What QEMU inherits.
    pub fds: Descriptors,
}

/// The descriptors that the QEMU process inherits.
#[derive(Debug, Clone, Copy)]
pub struct Descriptors {
    /// The agent's port.
    pub agent: RawFd,
    /// The QMP connection.
    pub qmp: RawFd,
    /// The memory in which files are handed over.
    pub shelf: RawFd,
}

/// The kernel command line of a machine.
#[must_use]
pub fn kernel_command_line(machine: &Machine) -> String {
    let own = KERNEL_ARGUMENTS.iter().copied();
    own.chain(machine.kernel_arguments.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}

/// The processor that guests see.
#[must_use]
pub fn processor_model(accelerator: Accelerator) -> &'static str {
    match accelerator {
        // `-cpu host` is an error under emulation.
        Accelerator::Kvm => "host",
        // All that the emulator knows, but for the "fast strings": it moves those byte by byte, and a kernel
        // that does not find them copies and clears eight bytes at a time. Booting takes a tenth less,
        // handing over a program a third.
        Accelerator::Tcg => "max,-erms,-fsrm",
    }
}

/// The arguments, without the program.
#[must_use]
pub fn arguments(invocation: &Invocation<'_>) -> Vec<OsString> {
    [
        no_default_devices(),
        exit_instead_of_reboot(),
        processor(invocation),
        memory(invocation),
        console_on_standard_output(),
        agent_port(invocation.fds.agent),
        files(invocation),
        control_socket(invocation.fds.qmp),
        origin(invocation),
    ]
    .concat()
}

fn words(list: &[&str]) -> Vec<OsString> {
    list.iter().map(OsString::from).collect()
}

fn no_default_devices() -> Vec<OsString> {
    words(&["-no-user-config", "-nodefaults", "-display", "none"])
}

/// With `panic=-1` a panic asks for a reboot, and QEMU ends instead.
fn exit_instead_of_reboot() -> Vec<OsString> {
    words(&["-no-reboot"])
}

fn processor(invocation: &Invocation<'_>) -> Vec<OsString> {
    let accelerator = match (invocation.accelerator, invocation.qemu.threads_are_safe()) {
        (Accelerator::Kvm, _) => "kvm",
        (Accelerator::Tcg, true) => "tcg,thread=multi",
        (Accelerator::Tcg, false) => "tcg,thread=single",
    };
    let model = processor_model(invocation.accelerator);
    let vcpus = invocation.machine.vcpus.to_string();
    words(&["-accel", accelerator, "-cpu", model, "-smp", &vcpus])
}

fn memory(invocation: &Invocation<'_>) -> Vec<OsString> {
    let size = format!("{}M", invocation.machine.memory_mib);
    let mut backend = OsString::from(match invocation.memory {
        Memory::Anonymous => format!("memory-backend-ram,id=ram,size={size}"),
        Memory::SharedFile(_) => format!("memory-backend-file,id=ram,size={size},share=on,mem-path="),
        Memory::PrivateFile(_) => format!("memory-backend-file,id=ram,size={size},share=off,mem-path="),
    });
    if let Memory::SharedFile(file) | Memory::PrivateFile(file) = invocation.memory {
        backend.push(escape_commas(file));
    }
    let machine = format!("{MACHINE_TYPE},memory-backend=ram,vmport=off,i8042=off");
    let mut list = words(&["-m", &size, "-machine", &machine, "-object"]);
    list.push(backend);
    list
}

/// The console comes out of QEMU's standard output, where a thread of ours bounds it.
fn console_on_standard_output() -> Vec<OsString> {
    words(&["-chardev", "stdio,id=console,signal=off", "-serial", "chardev:console"])
}

/// The one channel of results. `max_ports` keeps the device small.
fn agent_port(fd: RawFd) -> Vec<OsString> {
    let chardev = format!("socket,id=agent,fd={fd}");
    let port = format!("virtserialport,chardev=agent,name={}", wire::PORT_NAME);
    words(&["-chardev", &chardev, "-device", "virtio-serial-pci,max_ports=2", "-device", &port])
}

/// Memory that the guest finds behind a PCI device. Only as a `master` may it take part in a checkpoint.
///
/// Where a checkpoint is made it is shared, so that its contents stay out; where one is restored it is not, or QEMU
/// demands that the device has its address already. Linux shows a private mapping what is written to the
/// file later, as long as the guest has not written there itself.
fn files(invocation: &Invocation<'_>) -> Vec<OsString> {
    let (size, fd) = (wire::SHELF_SIZE, invocation.fds.shelf);
    let share = match invocation.origin {
        Origin::Boot { .. } => "on",
        Origin::Restore => "off",
    };
    let memory =
        format!("memory-backend-file,id=files,size={size},share={share},mem-path=/proc/self/fd/{fd}");
    words(&["-object", &memory, "-device", "ivshmem-plain,memdev=files,master=on"])
}

fn control_socket(fd: RawFd) -> Vec<OsString> {
    let chardev = format!("socket,id=qmp,fd={fd}");
    words(&["-chardev", &chardev, "-mon", "chardev=qmp,mode=control"])
}

fn origin(invocation: &Invocation<'_>) -> Vec<OsString> {
    match invocation.origin {
        Origin::Boot { vmlinux, initramfs } => vec![
            "-kernel".into(),
            vmlinux.into(),
            "-initrd".into(),
            initramfs.into(),
            "-append".into(),
            kernel_command_line(invocation.machine).into(),
        ],
        Origin::Restore => words(&["-incoming", "defer"]),
    }
}

/// In QEMU's option syntax a comma in a value is written twice.
fn escape_commas(path: &Path) -> OsString {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let mut escaped = Vec::new();
    for byte in path.as_os_str().as_bytes() {
        escaped.push(*byte);
        if *byte == b',' {
            escaped.push(b',');
        }
    }
    OsString::from_vec(escaped)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(version: (u32, u32, u32), memory: Memory<'_>, origin: Origin<'_>) -> String {
        let qemu = Qemu { path: "/usr/bin/qemu-system-x86_64".into(), version };
        let machine = Machine { kernel_arguments: vec!["lsm=bpf".into()], ..Machine::default() };
        let accelerator = Accelerator::Tcg;
        let fds = Descriptors { agent: 10, qmp: 11, shelf: 12 };
        let machine = &machine;
        let invocation = Invocation { qemu: &qemu, accelerator, machine, memory, origin, fds };
        let words: Vec<_> =
            arguments(&invocation).iter().map(|word| word.to_string_lossy().into_owned()).collect();
        words
            .join("\n")
            .replace("\n-", "\n\n-")
            .replace("\n\n-", "\r-")
            .replace('\n', " ")
            .replace('\r', "\n")
    }

    #[test]
    fn a_restore_names_no_kernel_and_changes_no_file() {
        let memory = Memory::PrivateFile(Path::new("/cache/a,b/ram"));
        insta::assert_snapshot!("arguments_restore", line((10, 0, 2), memory, Origin::Restore));
    }

    #[test]
    fn a_boot_for_a_checkpoint() {
        let origin = Origin::Boot { vmlinux: Path::new("/k/vmlinux"), initramfs: Path::new("/k/initramfs") };
        let memory = Memory::SharedFile(Path::new("/cache/ram"));
        insta::assert_snapshot!("arguments_boot", line((10, 0, 2), memory, origin));
    }

    #[test]
    fn an_old_qemu_emulates_with_one_thread() {
        let origin = Origin::Boot { vmlinux: Path::new("/k/vmlinux"), initramfs: Path::new("/k/initramfs") };
        assert!(line((7, 2, 22), Memory::Anonymous, origin).contains("-accel tcg,thread=single\n"));
    }
}
