//! Programs that are refused before, or without, the verifier.

use super::{Entry, Says, Stage::Load, says};

/// As a report says it, where the verifier has given no reason.
const LAB: Says = says("… was rejected: ");
const AYA: Says = says("…the BPF_PROG_LOAD syscall returned ");
/// The log holds only figures.
const EMPTY_LOG: Says =
    says("…the BPF_PROG_LOAD syscall returned {error}. Verifier output: verification time");
const LIBBPF: Says = says("…BPF program load failed: ");

pub(super) const CAUSES: &[Entry] = &[
    Entry {
        id: "map-closed",
        stage: Load,
        says: &[says("…is not pointing to valid bpf_map"), LAB.with(9)],
        words: "A map that the program uses was closed before the program was loaded.",
        fix: "Keep what you took out of the object (`take_map`) in a variable until all programs are loaded.",
        read: "glossary.md#map",
    },
    Entry {
        id: "needs-jit",
        stage: Load,
        says: &[says("…JIT is required for calling kernel function"), LAB.with(524), AYA.with(524)],
        words: "The program needs the JIT compiler, for example because it calls a kfunc, and the JIT compiler is off.",
        fix: "Switch it on: `sysctl net.core.bpf_jit_enable=1`.",
        read: "glossary.md#jit",
    },
    Entry {
        id: "log-too-long",
        stage: Load,
        says: &[LAB.with(28), AYA.with(28), LIBBPF.with(28)],
        words: "The verifier refused the program, but its log did not fit into any buffer, and this error hides the true one. It is a long program, or one with long loops.",
        fix: "Load it with `VerifierLogLevel::STATS`: the log is then short, and holds the reason.",
        read: "glossary.md#verifier-log",
    },
    Entry {
        id: "load-permission",
        stage: Load,
        says: &[LAB.with(1), AYA.with(1), LIBBPF.with(1)],
        words: "The kernel does not let this user load programs of this type.",
        fix: "Run the loader as root, or with CAP_BPF and the right for the type: CAP_PERFMON for tracing, CAP_NET_ADMIN for packets.",
        read: "glossary.md#life-cycle",
    },
    Entry {
        id: "too-many-instructions",
        stage: Load,
        says: &[LAB.with(7)],
        words: "The program has more instructions than the kernel reads: 1,000,000, or 4096 without CAP_BPF.",
        fix: "Make it shorter: fewer unrolled loops, fewer `#[inline(always)]`.",
        read: "glossary.md#instruction",
    },
    Entry {
        id: "log-switched-off",
        stage: Load,
        says: &[says("…the BPF_PROG_LOAD syscall returned {error}. Verifier output: :").with(22)],
        words: "The kernel refused the program, and there is no log. Either the log is switched off, and then Aya gives this error whatever the true one is; or the kernel does not know the program's type.",
        fix: "Load it with `VerifierLogLevel::STATS`. If the log stays empty, see since which kernel there is this type.",
        read: "glossary.md#verifier-log",
    },
    Entry {
        id: "unknown-program-type",
        stage: Load,
        says: &[LAB.with(22), LIBBPF.with(22), EMPTY_LOG.with(22)],
        words: "The kernel refused the program without looking at its instructions. Most likely it does not know this type of program, or this kind of hook for it; programs for an LSM hook of one cgroup, for example, came with 6.0.",
        fix: "See since which kernel there is this type, or choose another type.",
        read: "glossary.md#program-type",
    },
    Entry {
        id: "unknown-typed-tracepoint",
        stage: Load,
        says: &[says("…unknown BTF type `btf_trace_{name}`")],
        words: "This kernel has no tracepoint `{name}`.",
        fix: "Compare the spelling with `ls /sys/kernel/tracing/events/*`; a BTF tracepoint has the name alone, without the category.",
        read: "glossary.md#tracepoint",
    },
    Entry {
        id: "unknown-lsm-hook",
        stage: Load,
        says: &[says("…unknown BTF type `bpf_lsm_{name}`")],
        words: "This kernel has no LSM hook `{name}`.",
        fix: "Compare the spelling with `grep bpf_lsm_ /proc/kallsyms`. The name goes without `bpf_lsm_`.",
        read: "glossary.md#lsm",
    },
    Entry {
        id: "unknown-iterator",
        stage: Load,
        says: &[says("…unknown BTF type `bpf_iter_{name}`")],
        words: "This kernel cannot iterate over `{name}`.",
        fix: "Compare the spelling. Some that there are: `task`, `task_file`, `bpf_map`, `bpf_prog`, `tcp`.",
        read: "glossary.md#btf",
    },
    Entry {
        id: "unknown-btf-name",
        stage: Load,
        says: &[says("…unknown BTF type `{name}`"), says("…failed to find kernel BTF type ID of '{name}'")],
        words: "There is no `{name}` in the BTF where it was looked for: the kernel's, or, for an extension, the other program's. The name is misspelt, or this kernel does not have the function, or has it without BTF.",
        fix: "Look for it: `grep -w {name} /proc/kallsyms`. If it is there, use a kprobe. If it is gone, choose a function that all your kernels have, or a tracepoint. An extension needs the name of a function of the other program.",
        read: "glossary.md#fentry",
    },
    Entry {
        id: "already-loaded",
        stage: Load,
        says: &[says("…the program is already loaded")],
        words: "The loader loads this program a second time.",
        fix: "Call `load` once for each program, and `attach` as often as you like.",
        read: "glossary.md#life-cycle",
    },
    Entry {
        id: "not-loaded",
        stage: Load,
        says: &[says("…the program is not loaded")],
        words: "The loader uses a program that it has not loaded.",
        fix: "Call `load` before `attach`, `fd` and `pin`.",
        read: "glossary.md#life-cycle",
    },
];
