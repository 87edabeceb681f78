//! Objects that cannot be read, and kernels that cannot read their BTF.

use super::{Entry, Stage::Open, says};

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "object-unreadable",
        stage: Open,
        says: &[says("…cannot open the object: Permission denied").with(13)],
        words: "The user who runs the loader may not read the object's file.",
        fix: "Run the loader as root, or make the file readable: `chmod a+r FILE`.",
        read: "glossary.md#object",
    },
    Entry {
        id: "no-object",
        stage: Open,
        says: &[says("…error parsing ELF data"), says("…elf: failed to open {path} as ELF file")],
        words: "The file is no ELF file, or only the beginning of one.",
        fix: "Build the object again, and give the loader the object itself, not its source and not its folder.",
        read: "glossary.md#object",
    },
    Entry {
        id: "other-target",
        stage: Open,
        says: &[
            says("…two or more symbols in section `{number}` have the same address"),
            says("libbpf: elf: {path} is not a valid eBPF object file"),
        ],
        words: "The file is an ELF file, but hardly an eBPF object: most likely it was built for the host.",
        fix: "Give the loader the file that was built for the target `bpfel-unknown-none`.",
        read: "glossary.md#object",
    },
    Entry {
        id: "unknown-section",
        stage: Open,
        says: &[
            says("…invalid program section `{section}`"),
            says("…missing BPF prog type, check ELF section name '{section}'"),
        ],
        words: "The object has a program in the section `{section}`, and the loader knows no program type of this name.",
        fix: "Use the attribute of the program type (`#[tracepoint]`, `#[xdp]`), which names the section by itself. If you wrote `link_section` yourself, compare its spelling.",
        read: "glossary.md#program-type",
    },
    Entry {
        id: "license-text",
        stage: Open,
        says: &[says("…invalid license `")],
        words: "The text in the section `license` does not end with a zero byte, or is no text.",
        fix: "Write `static LICENSE: [u8; 13] = *b\"Dual MIT/GPL\\0\";`, with the `\\0`.",
        read: "glossary.md#gpl-only",
    },
    Entry {
        id: "object-without-btf",
        stage: Open,
        says: &[says("…no BTF parsed for object")],
        words: "The object declares its maps in the section `.maps`, which only its BTF describes, and it has none.",
        fix: "Build it with BTF: `-g` for clang, `-C link-arg=--btf` for bpf-linker.",
        read: "glossary.md#btf",
    },
    Entry {
        id: "kernel-symbol",
        stage: Open,
        says: &[says("…section `.ksyms`")],
        words: "The object uses functions or variables of the kernel itself (`__ksym`). Aya 0.14 cannot link those.",
        fix: "Use a helper for the same purpose, or another loader.",
        read: "glossary.md#kfunc",
    },
    Entry {
        id: "unknown-function",
        stage: Open,
        says: &[says("…not found while relocating `{program}`")],
        words: "`{program}` calls a function that is not in the object, for example a kfunc. Aya 0.14 cannot link those.",
        fix: "Use a helper for the same purpose, or put the function into the crate.",
        read: "glossary.md#kfunc",
    },
    Entry {
        id: "no-btf",
        stage: Open,
        says: &[
            says("…/sys/kernel/btf/vmlinux: "),
            says("…failed to find valid kernel BTF"),
            says("…Error loading vmlinux BTF: "),
        ],
        words: "The kernel's BTF cannot be read. Either the kernel was built without it, or sysfs is not mounted.",
        fix: "Look whether there is a file `/sys/kernel/btf/vmlinux`. Without it use a tracepoint or a kprobe: fentry, LSM and BTF tracepoint programs and iterators need it.",
        read: "glossary.md#btf",
    },
    Entry {
        id: "object-btf",
        stage: Open,
        says: &[says("…the BPF_BTF_LOAD syscall returned "), says("…Error loading .BTF into kernel: ")],
        words: "The kernel refuses the object's own BTF. What it does not like stands at the end of the log of this error.",
        fix: "If that is `Invalid name`: names of maps, globals and types may have letters, digits, `_` and `.` only.",
        read: "glossary.md#btf",
    },
];
