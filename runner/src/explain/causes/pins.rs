//! Pins.

use super::{Entry, Stage::Use, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "no-pin-folder",
        stage: Use,
        says: &[
            says("…`BPF_OBJ_PIN` failed").with(2),
            says("…failed to pin").with(2),
            says("…can't pin BPF object: dir "),
        ],
        words: "The folder for the pin is not there, or the BPF file system is not mounted.",
        fix: "Create the folder first. `mount` shows the type `bpf` at `/sys/fs/bpf`; if not: `mount -t bpf bpf /sys/fs/bpf`.",
        read: "glossary.md#pin",
    },
    Entry {
        id: "pin-refused",
        stage: Use,
        says: &[
            says("…`BPF_OBJ_PIN` failed").with(1),
            says("…failed to pin").with(1),
            says("…can't pin the object").with(1),
            says("…is not on BPF FS"),
        ],
        words: "The kernel does not pin there. Either the folder is not in a BPF file system, or the name has a dot, or the user may not write there.",
        fix: "Pin below `/sys/fs/bpf`, under a name without `.`, as root.",
        read: "glossary.md#pin",
    },
    Entry {
        id: "pin-exists",
        stage: Use,
        says: &[
            says("…`BPF_OBJ_PIN` failed").with(17),
            says("…failed to pin").with(17),
            says("…can't pin BPF object: path "),
        ],
        words: "Something is pinned under this name already, perhaps by an earlier run.",
        fix: "Remove the old pin (`rm /sys/fs/bpf/NAME`), or open what is pinned instead of creating it anew.",
        read: "glossary.md#pin",
    },
    Entry {
        id: "no-such-pin",
        stage: Use,
        says: &[
            says("…`BPF_OBJ_GET` failed").with(2),
            says("…`bpf_obj_get` failed").with(2),
            says("…bpf obj get ({path})").with(2),
        ],
        words: "Nothing is pinned under this name.",
        fix: "`find /sys/fs/bpf` lists the pins. They are gone after a restart, and when the file system is unmounted.",
        read: "glossary.md#pin",
    },
    Entry {
        id: "no-link-object",
        stage: Use,
        says: &[says("…Invalid link")],
        words: "This attachment is no link of the kernel, so it cannot be pinned. Kprobes, uprobes, tracepoints and perf events have links only from 5.15 on.",
        fix: "Keep the loader running instead, or use a raw tracepoint, whose link can be pinned on all kernels of the course.",
        read: "glossary.md#link",
    },
];
