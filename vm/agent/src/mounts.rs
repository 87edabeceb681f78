//! The guest's mounts, as a table with reasons. Nothing of the host is ever mounted.

use std::fs;

use rustix::mount::{MountFlags, mount};

/// One file system: type, where, whether its absence is an error, and why it is there.
struct Mount {
    kind: &'static str,
    target: &'static str,
    need: Need,
}

enum Need {
    /// The guest is useless without it.
    Required,
    /// A kernel given by path may be built without it; the lab that needs it will say so.
    Wanted,
}

const MOUNTS: &[Mount] = &[
    // Processes, and the switches under /proc/sys.
    Mount { kind: "proc", target: "/proc", need: Need::Required },
    // The kernel's BTF and the names of the virtio ports.
    Mount { kind: "sysfs", target: "/sys", need: Need::Required },
    // Device nodes: the virtio port itself.
    Mount { kind: "devtmpfs", target: "/dev", need: Need::Required },
    // Tracepoint ids: only tracepoint programs need it.
    Mount { kind: "tracefs", target: "/sys/kernel/tracing", need: Need::Wanted },
    // Pins.
    Mount { kind: "bpf", target: "/sys/fs/bpf", need: Need::Wanted },
    // Cgroup programs, memory limits.
    Mount { kind: "cgroup2", target: "/sys/fs/cgroup", need: Need::Wanted },
    // /sys/kernel/security/lsm tells whether BPF LSM is on.
    Mount { kind: "securityfs", target: "/sys/kernel/security", need: Need::Wanted },
    Mount { kind: "tmpfs", target: "/tmp", need: Need::Required },
    Mount { kind: "tmpfs", target: "/run", need: Need::Required },
    // What the host hands over: made here, so that no run has to make it.
    Mount { kind: "tmpfs", target: "/lab", need: Need::Required },
];

/// Mounts everything in the table.
pub(crate) fn mount_all() -> Result<(), String> {
    for entry in MOUNTS {
        // Below sysfs the mount points exist already or cannot be made; the mount itself tells.
        let _ = fs::create_dir_all(entry.target);
        let mounted = mount(entry.kind, entry.target, entry.kind, MountFlags::empty(), None);
        match (mounted, &entry.need) {
            (Err(error), Need::Required) => {
                return Err(format!("cannot mount {} on {}: {error}", entry.kind, entry.target));
            }
            (Err(error), Need::Wanted) => {
                eprintln!("vm-agent: no {} on {}: {error}", entry.kind, entry.target)
            }
            (Ok(()), _) => {}
        }
    }
    Ok(())
}
