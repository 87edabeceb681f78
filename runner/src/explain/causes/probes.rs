//! Hooks in functions, of the kernel and of programs.

use super::{Entry, Stage::Attach, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "no-such-function",
        stage: Attach,
        says: &[
            says("…to kprobe {name}: `perf_event_open` failed").with(2),
            says("…to kretprobe {name}: `perf_event_open` failed").with(2),
            says("…failed to create kprobe '{name}+0x").with(2),
            says("…failed to create kretprobe '{name}+0x").with(2),
        ],
        words: "This kernel has no function `{name}` to probe. It is misspelt, or it has another name in this kernel (`do_unlinkat` became `filename_unlinkat` in 7.3), or the compiler has put it into its callers.",
        fix: "Look for it: `grep -w {name} /proc/kallsyms`. Choose a function that all your kernels have, or a tracepoint.",
        read: "glossary.md#kprobe",
    },
    Entry {
        id: "forbidden-function",
        stage: Attach,
        says: &[
            says("…to kprobe {name}: `perf_event_open` failed").with(22),
            says("…to kretprobe {name}: `perf_event_open` failed").with(22),
            says("…failed to create kprobe '{name}+0x").with(22),
            says("…failed to create kretprobe '{name}+0x").with(22),
        ],
        words: "The function `{name}` is there, but it may not be probed: kprobes need it themselves, or it runs where they may not.",
        fix: "Probe a function that calls it, or that it calls. `/sys/kernel/debug/kprobes/blacklist` lists what is forbidden.",
        read: "glossary.md#kprobe",
    },
    Entry {
        id: "ambiguous-function",
        stage: Attach,
        says: &[
            says("…`perf_event_open` failed").with(99),
            says("…failed to create kprobe '{name}+0x").with(99),
        ],
        words: "Several functions of this kernel have this name, and it does not say which one is meant.",
        fix: "Choose a function whose name `/proc/kallsyms` lists once.",
        read: "glossary.md#kprobe",
    },
    Entry {
        id: "inside-instruction",
        stage: Attach,
        says: &[
            says("…`perf_event_open` failed").with(84),
            says("…failed to create kprobe '{name}+0x").with(84),
        ],
        words: "At this offset of the function no instruction begins.",
        fix: "Attach at offset 0, the function's entry.",
        read: "glossary.md#kprobe",
    },
    Entry {
        id: "untraceable-function",
        stage: Attach,
        says: &[says("…`bpf_raw_tracepoint_open` failed").with(16)],
        words: "The kernel function has no place at its entry where an fentry or fexit program can be put in, or that place is taken.",
        fix: "Choose a function that `/sys/kernel/tracing/available_filter_functions` lists, or use a kprobe.",
        read: "glossary.md#fentry",
    },
    Entry {
        id: "no-such-symbol",
        stage: Attach,
        says: &[says("…error resolving symbol: unknown symbol `{name}`")],
        words: "The file has no function `{name}` in its table of symbols. It is misspelt, its name is mangled, the compiler has put it into its callers, or the table was stripped.",
        fix: "`nm FILE` lists the symbols. A Rust function keeps its name with `#[unsafe(no_mangle)]`, and stays a function with `#[inline(never)]`.",
        read: "glossary.md#uprobe",
    },
    Entry {
        id: "no-such-file",
        stage: Attach,
        says: &[
            says("…error resolving symbol: No such file or directory"),
            says("…failed to resolve full path for '{path}'").with(2),
        ],
        words: "The file in which the function should be is not there.",
        fix: "Give the whole path of the program or library, as the process sees it.",
        read: "glossary.md#uprobe",
    },
    Entry {
        id: "file-without-symbols",
        stage: Attach,
        says: &[says("…error resolving symbol: error parsing ELF")],
        words: "The file in which the function should be is no ELF file. It may be a script that starts the program.",
        fix: "Give the path of the program itself: `file PATH` says `ELF`.",
        read: "glossary.md#uprobe",
    },
    Entry {
        id: "no-such-library",
        stage: Attach,
        says: &[says("…error reading `/etc/ld.so.cache` file"), says("…could not resolve uprobe target `")],
        words: "What you gave is not an absolute path, so Aya looks for a library of that name, and cannot find one.",
        fix: "Give the whole path: it begins with `/`.",
        read: "glossary.md#uprobe",
    },
    Entry {
        id: "uprobe-offset",
        stage: Attach,
        says: &[
            says("…to uprobe {path}: `perf_event_open` failed").with(22),
            says("…to uretprobe {path}: `perf_event_open` failed").with(22),
        ],
        words: "The kernel can put no probe there: the offset lies behind the end of the file, or it is no regular file.",
        fix: "Give the offset in the file, not the address in memory, or the function's name.",
        read: "glossary.md#uprobe",
    },
    Entry {
        id: "no-cookies",
        stage: Attach,
        says: &[says("…providing an attach cookie is not supported")],
        words: "This kernel cannot give an attachment a cookie: that came with 5.15.",
        fix: "Attach without a cookie, and tell the places apart by a program or a map for each.",
        read: "glossary.md#link",
    },
];
