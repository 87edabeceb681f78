//! Perf events. What is said here last is for errors whose hook is not known.

use super::{Entry, Stage::Attach, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "perf-permission",
        stage: Attach,
        says: &[
            says("…`perf_event_open` failed").with(13),
            says("…`perf_event_open` failed").with(1),
            says("…' perf event: ").with(13),
            says("…' perf event: ").with(1),
        ],
        words: "The kernel does not let this user open perf events, on which kprobes, uprobes and tracepoints are built.",
        fix: "Run the loader as root, or with CAP_PERFMON.",
        read: "glossary.md#hook",
    },
    Entry {
        id: "no-such-counter",
        stage: Attach,
        says: &[says("…to perf event: `perf_event_open` failed").with(2)],
        words: "This machine does not have the event. Virtual machines often have no counters of the processor.",
        fix: "Use an event of the kernel's own: `PerfEventConfig::Software(SoftwareEvent::CpuClock)`.",
        read: "glossary.md#hook",
    },
    Entry {
        id: "perf-event-settings",
        stage: Attach,
        says: &[says("…to perf event: `perf_event_open` failed").with(22)],
        words: "The kernel refuses the settings of the event, most likely because there is no CPU of this number.",
        fix: "CPUs count from 0; `cat /sys/devices/system/cpu/online` lists them.",
        read: "glossary.md#hook",
    },
    Entry {
        id: "perf-event-missing",
        stage: Attach,
        says: &[says("…`perf_event_open` failed").with(2)],
        words: "What was to be observed is not there. For a kprobe: this kernel has no function of this name. For a perf event: this machine has no such counter.",
        fix: "Look for the function: `grep -w NAME /proc/kallsyms`. Instead of a counter of the processor use `SoftwareEvent::CpuClock`.",
        read: "glossary.md#hook",
    },
    Entry {
        id: "perf-event-refused",
        stage: Attach,
        says: &[says("…`perf_event_open` failed").with(22)],
        words: "The kernel does not observe at this place. For a kprobe: the function may not be probed. For a uprobe: the offset is not in the file. For a perf event: there is no CPU of this number.",
        fix: "Compare the function's name, the offset or the number with what is there.",
        read: "glossary.md#hook",
    },
];
