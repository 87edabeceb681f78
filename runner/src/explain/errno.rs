//! What is behind an error of `bpf(2)` or of an attachment, where the verifier has said nothing.
//!
//! It reads the error's text as Aya and the system write it. Where the cause cannot be told, it says so by
//! returning nothing.

use serde::{Deserialize, Serialize};

/// A cause, and the way out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Its name, which never changes: `missing-hook`.
    pub id: String,
    /// In plain words.
    pub words: String,
    /// What to do.
    pub fix: String,
}

/// An entry: all of these must be in the text.
struct Known {
    id: &'static str,
    all: &'static [&'static str],
    words: &'static str,
    fix: &'static str,
}

const OPENING: &[Known] = &[
    Known {
        id: "no-btf",
        all: &["/sys/kernel/btf/vmlinux"],
        words: "The kernel's BTF cannot be read: it was built without it, or sysfs is not mounted.",
        fix: "Typed programs (fentry, LSM, BTF tracepoints) need it. Use a tracepoint or a kprobe instead.",
    },
    Known {
        id: "unknown-function",
        all: &["error relocating", "not found while relocating"],
        words: "The object calls a function that is not in it, for example a kernel function. Aya 0.14 cannot link those.",
        fix: "Use a helper of the same purpose, or put the function into the crate.",
    },
    Known {
        id: "map-size",
        all: &["failed to create map", "os error 22"],
        words: "The kernel refuses the map's sizes or its type: no entries at all, a key or a value of a length that the type does not allow, or a type that this kernel does not have.",
        fix: "Look at the map's declaration: at least 1 entry; an array has keys of 4 bytes; a ring buffer's size is a power of two and a multiple of 4096. Then compare its type with the table of features.",
    },
    Known {
        id: "map-too-large",
        all: &["failed to create map", "os error 7"],
        words: "The map is too large.",
        fix: "Give it fewer entries, or a smaller value.",
    },
    Known {
        id: "map-memory",
        all: &["failed to create map", "os error 12"],
        words: "There is not enough memory for the map.",
        fix: "Give it fewer entries.",
    },
    Known {
        id: "permission",
        all: &["failed to create map", "os error 1)"],
        words: "The map may not be created: without the rights, or before 5.11 because of the limit on locked memory.",
        fix: "Load as root. Before 5.11, raise RLIMIT_MEMLOCK; Aya does so by itself.",
    },
];

const ATTACHING: &[Known] = &[
    Known {
        id: "no-tracefs",
        all: &["tracefs not found"],
        words: "The file system with the tracepoints is not mounted.",
        fix: "Mount it: `mount -t tracefs nodev /sys/kernel/tracing`.",
    },
    Known {
        id: "invalid-link",
        all: &["Invalid link"],
        words: "This kind of attachment is no link of the kernel before 5.15, so it cannot be pinned.",
        fix: "Do not pin it, or use a raw tracepoint, whose link can be pinned on all kernels.",
    },
    Known {
        id: "needs-mprog",
        all: &["bpf_mprog_attach", "os error 22"],
        words: "TCX came with kernel 6.6, and this kernel is older.",
        fix: "Attach with `TcAttachOptions::Netlink`, which works on all kernels.",
    },
    Known {
        id: "missing-qdisc",
        all: &["qdisc kind is unknown"],
        words: "The kernel has no `clsact` queue: its module `sch_ingress` is not loaded.",
        fix: "Name the module in the manifest: `modules = [\"sch_ingress\", \"cls_bpf\"]`.",
    },
    Known {
        id: "missing-classifier",
        all: &["TC classifier not found"],
        words: "The kernel's module `cls_bpf` is not loaded.",
        fix: "Name the module in the manifest: `modules = [\"sch_ingress\", \"cls_bpf\"]`.",
    },
    Known {
        id: "missing-symbol",
        all: &["perf_event_open", "os error 2)"],
        words: "This kernel has no function of this name, or it cannot be probed: the compiler may have put it into its callers.",
        fix: "Functions come and go between kernels. Look in `/proc/kallsyms`, or choose a tracepoint, which stays.",
    },
    Known {
        id: "missing-hook",
        all: &["os error 2)"],
        words: "There is no hook of this name on this kernel.",
        fix: "Check the spelling. Tracepoints are listed in `/sys/kernel/tracing/events`, functions in `/proc/kallsyms`.",
    },
    Known {
        id: "context-too-long",
        all: &["os error 13)"],
        words: "The program may not be attached there: for a tracepoint this means that it reads behind the last field.",
        fix: "Compare the offsets in `ctx.read_at` with the tracepoint's `format` file.",
    },
    Known {
        id: "permission",
        all: &["os error 1)"],
        words: "The program may not be attached without the rights for it.",
        fix: "Load and attach as root.",
    },
    Known {
        id: "busy",
        all: &["os error 16)"],
        words: "Something is attached there already, and only one program may be.",
        fix: "Detach the other program first.",
    },
    Known {
        id: "no-such-device",
        all: &["os error 19)"],
        words: "There is no network interface of this name.",
        fix: "List them with `ip link`, and check the spelling.",
    },
    Known {
        id: "not-supported",
        all: &["os error 95)"],
        words: "The hook does not support programs of this type.",
        fix: "For XDP try `XdpMode::Skb`; the driver may not have XDP of its own.",
    },
    Known {
        id: "wrong-type",
        all: &["os error 22)"],
        words: "The kernel refuses the combination of program and hook: another type of program belongs there, or this kernel is too old for it.",
        fix: "Compare the attribute above the program with the hook, then look into the table of features.",
    },
];

const LOADING: &[Known] = &[
    Known {
        id: "program-too-long",
        all: &["os error 7)"],
        words: "The program is too large: more than 1,000,000 instructions to follow, or too many to load.",
        fix: "Make loops shorter, or give them to `bpf_loop` (5.17).",
    },
    Known {
        id: "log-too-long",
        all: &["os error 28)"],
        words: "The verifier's log did not fit. The true reason lies before: usually a program that is too large.",
        fix: "Load it with `VerifierLogLevel::STATS`, which gives the reason without the long log.",
    },
    Known {
        id: "permission",
        all: &["os error 1)"],
        words: "Programs may not be loaded without the rights for it.",
        fix: "Load as root, or with CAP_BPF and the capability of the program's type.",
    },
    Known {
        id: "no-such-target",
        all: &["os error 2)"],
        words: "The kernel function or type that the program names is not in this kernel's BTF.",
        fix: "Functions come and go between kernels. Look with `bpftool btf dump file /sys/kernel/btf/vmlinux`.",
    },
    Known {
        id: "unknown-program-type",
        all: &["os error 22)"],
        words: "The kernel does not know this type of program, or an attribute of it, and has not even begun to verify it.",
        fix: "Look into the table of features since when this kernel has it.",
    },
    Known {
        id: "needs-jit",
        all: &["os error 524)"],
        words: "The program needs the JIT compiler, and it is off.",
        fix: "Switch it on: `sysctl net.core.bpf_jit_enable=1`.",
    },
];

/// The cause of an `OpenFailed` verdict.
#[must_use]
pub fn open_error(error: &str) -> Option<Cause> {
    find(OPENING, error)
}

/// The cause of an `AttachFailed` verdict.
#[must_use]
pub fn attach_error(error: &str) -> Option<Cause> {
    find(ATTACHING, error)
}

/// The cause of a `Rejected` verdict without a log.
#[must_use]
pub fn load_error(error: &str) -> Option<Cause> {
    find(LOADING, error)
}

fn find(table: &[Known], error: &str) -> Option<Cause> {
    let known = table.iter().find(|known| known.all.iter().all(|part| error.contains(part)))?;
    Some(Cause { id: known.id.to_owned(), words: known.words.to_owned(), fix: known.fix.to_owned() })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::{attach_error, load_error, open_error};

    #[rstest]
    #[case::symbol(
        "`perf_event_open` failed: No such file or directory (os error 2)",
        Some("missing-symbol")
    )]
    #[case::tcx("`bpf_mprog_attach` failed: Invalid argument (os error 22)", Some("needs-mprog"))]
    #[case::tracefs("tracefs not found", Some("no-tracefs"))]
    #[case::other("the moon is full", None)]
    fn attachments(#[case] error: &str, #[case] id: Option<&str>) {
        assert_eq!(attach_error(error).map(|cause| cause.id).as_deref(), id);
    }

    #[test]
    fn loading_and_opening() {
        assert_eq!(load_error("Argument list too long (os error 7)").unwrap().id, "program-too-long");
        assert_eq!(load_error("No space left on device (os error 28)").unwrap().id, "log-too-long");
        let map = "failed to create map `X`: Invalid argument (os error 22)";
        assert_eq!(open_error(map).unwrap().id, "map-size");
        assert_eq!(open_error("nothing known"), None);
    }
}
