//! Tracepoints, and the file system that lists them.

use super::{Entry, Stage::Attach, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "no-tracefs",
        stage: Attach,
        says: &[says("…tracefs not found"), says("…/tracing/events/{event}/id`: Permission denied")],
        words: "The file system that lists the tracepoints cannot be read: it is not mounted, or the loader may not look into it, because it does not run as root.",
        fix: "Run the loader as root, and mount it if it is not there: `mount -t tracefs nodev /sys/kernel/tracing`.",
        read: "glossary.md#tracepoint",
    },
    Entry {
        id: "unknown-tracepoint",
        stage: Attach,
        says: &[
            says("…/tracing/events/{category}/{name}/id`: No such file or directory"),
            says("…failed to determine tracepoint '{category}/{name}' perf event ID").with(2),
        ],
        words: "This kernel has no tracepoint `{name}` in the category `{category}`.",
        fix: "`ls /sys/kernel/tracing/events` lists the categories, `ls /sys/kernel/tracing/events/{category}` the names. Compare the spelling.",
        read: "glossary.md#tracepoint",
    },
    Entry {
        id: "unknown-raw-tracepoint",
        stage: Attach,
        says: &[
            says("…`bpf_raw_tracepoint_open` failed").with(2),
            says("…failed to attach to raw tracepoint '{name}'").with(2),
        ],
        words: "This kernel has no tracepoint of this name.",
        fix: "A raw tracepoint has the name alone, without the category: `sched_switch`. `ls /sys/kernel/tracing/events/*` lists the names. For a system call use `sys_enter` and look at its number.",
        read: "glossary.md#raw-tracepoint",
    },
    Entry {
        id: "behind-last-field",
        stage: Attach,
        says: &[
            says("…`PERF_EVENT_IOC_SET_BPF` failed").with(13),
            says("…`bpf_link_create` failed").with(13),
            says("…failed to create BPF link for perf_event FD").with(13),
        ],
        words: "The program reads the context behind the last field of this tracepoint. The verifier lets that pass, because it does not know the tracepoint; the kernel compares when the program is attached.",
        fix: "Compare the offsets in the program with `cat /sys/kernel/tracing/events/CATEGORY/NAME/format`.",
        read: "glossary.md#tracepoint",
    },
];
