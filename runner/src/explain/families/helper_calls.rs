//! Calls of helpers and of kernel functions: whether they may be called, and with what.

use super::{Family, says};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "sleepable-helper",
        patterns: &[
            says(
                "unknown func bpf_copy_from_user",
                "The helper `bpf_copy_from_user` may sleep, and this program runs where the kernel must not sleep.",
            ),
            says(
                "program of this type cannot use helper bpf_copy_from_user",
                "The helper `bpf_copy_from_user` may sleep, and this program runs where the kernel must not sleep.",
            ),
            says(
                "sleepable helper {what} in non-sleepable prog",
                "The helper `{what}` may sleep, and this program runs where the kernel must not sleep.",
            ),
            says(
                "helper call might sleep in a non-sleepable prog",
                "The helper may sleep, and this program runs where the kernel must not sleep.",
            ),
            says(
                "kernel func {what} is sleepable within",
                "The kernel function `{what}` may sleep, and the program is at a place where it must not.",
            ),
        ],
        rule: "Only programs that are marked as sleepable may call helpers that wait for memory.",
        fix: "Use `bpf_probe_read_user`, which never waits. Or mark the program: `#[fentry(sleepable, …)]`, `#[lsm(sleepable, …)]`, where the hook allows it.",
        read: "glossary.md#helper",
    },
    Family {
        id: "gpl-only",
        patterns: &[
            says(
                "cannot call GPL-restricted function from non-GPL compatible program",
                "The helper is reserved for programs under a GPL-compatible licence, and this object has another one.",
            ),
            says(
                "LSM programs must have a GPL compatible license",
                "LSM programs are reserved for GPL-compatible licences, and this object has another one.",
            ),
            says(
                "cannot call kernel function from non-GPL compatible program",
                "Kernel functions are reserved for programs under a GPL-compatible licence, and this object has another one.",
            ),
        ],
        rule: "The `license` section of the object says which licence it has. Some helpers may be called only if it is compatible with the GPL.",
        fix: "Let `main.rs` say `Dual MIT/GPL` in the section `license`, or do without this helper.",
        read: "glossary.md#gpl-only",
    },
    Family {
        id: "helper-unknown",
        patterns: &[
            says("invalid func unknown#{number}", "This kernel has no helper number {number}."),
            says("invalid func {what}", "This kernel does not know the helper `{what}`."),
        ],
        rule: "Helpers came with kernel versions. A program that calls one that the kernel does not have is refused.",
        fix: "Look up since when the helper exists, and choose an older way. In particular: `ctx.ret()` of fexit (184) and `bpf_loop` (181) need 5.17; dynptrs (201) need 5.19.",
        read: "glossary.md#helper",
    },
    Family {
        id: "helper-not-allowed",
        patterns: &[
            says("unknown func {what}", "Programs of this type may not call the helper `{what}`."),
            says(
                "program of this type cannot use helper {what}",
                "Programs of this type may not call the helper `{what}`.",
            ),
            says("helper {what} is not supported in", "The helper `{what}` may not be called here."),
        ],
        rule: "Each type of program has its own list of helpers. Helpers for packets are not there for tracing programs, and the other way round.",
        fix: "Choose a helper of this type, or do the work in a program of another type and share the data by a map.",
        read: "glossary.md#program-type",
    },
    Family {
        id: "map-and-helper",
        patterns: &[
            says(
                "cannot pass map_type {number} into func {what}",
                "The helper `{what}` does not work with a map of this type (number {number}).",
            ),
            says("prog doesn't support map", "Programs of this type cannot use this type of map."),
        ],
        rule: "Each type of map has its own helpers: lookup and update for arrays and hash maps, push and pop for queues, reserve and submit for ring buffers.",
        fix: "Use the methods that Aya has for the type of your map, and do not cast maps.",
        read: "glossary.md#map",
    },
    Family {
        id: "dynptr",
        patterns: &[
            says(
                "Expected an initialized dynptr as {what}",
                "The helper wants a dynptr that was made before, as {what}, and gets something else.",
            ),
            says(
                "Dynptr has to be an uninitialized dynptr",
                "The helper is to make a new dynptr, in a place where there is one already.",
            ),
            says("…dynptr", "A dynptr is not used as the rules want it."),
        ],
        rule: "A dynptr is made by a helper, used only by helpers, and handed back, on every path.",
        fix: "Make the dynptr first (`bpf_dynptr_from_mem`, `bpf_ringbuf_reserve_dynptr`), and check that this worked.",
        read: "glossary.md#helper",
    },
    Family {
        id: "helper-size",
        patterns: &[
            says(
                "R{reg} min value is negative, either use unsigned or 'var &= const'",
                "R{reg} is a length for a helper, and it may be negative.",
            ),
            says(
                "R{reg} unbounded memory access, use 'var &= const' or 'if (var < const)'",
                "R{reg} is a length for a helper, and it has no upper limit.",
            ),
            says(
                "R{reg} invalid zero-sized read",
                "R{reg} is a length for a helper, and it may be 0, which is not allowed here.",
            ),
            says("invalid zero-sized read", "A length for a helper may be 0, which is not allowed here."),
            says("R{reg} is not a known constant", "R{reg} must be a constant for this helper."),
        ],
        rule: "The verifier must know how many bytes a helper touches at least and at most: more than 0, not more than the buffer.",
        fix: "Cut the length off before the call: `let length = length.min(LIMIT)`; if the compiler removes that, `length & (LIMIT - 1)`. Use an unsigned type.",
        read: "glossary.md#helper",
    },
    Family {
        id: "spin-lock",
        patterns: &[
            says(
                "map '{what}' has to have BTF in order to use bpf_spin_lock",
                "The map `{what}` has no BTF for its value, so the verifier does not know where in it a lock lies.",
            ),
            says(
                "map '{what}' has no valid bpf_spin_lock",
                "The value of the map `{what}` has no `bpf_spin_lock`.",
            ),
            says("…bpf_spin_lock", "A spin lock is not used as the rules want it."),
            says(
                "function calls are not allowed while holding a lock",
                "The program calls a function while it holds a spin lock.",
            ),
            says("map '{what}' has no", "The value of the map `{what}` does not hold what the helper wants."),
        ],
        rule: "A `bpf_spin_lock` must be a field of a map's value, described by BTF. One lock at a time, no calls while it is held, and it is given back on every path.",
        fix: "Use an atomic addition or a per-CPU map: for counters no lock is needed. Else declare the map with `aya_ebpf::btf_maps`.",
        read: "glossary.md#map",
    },
    Family {
        id: "unreleased-reference",
        patterns: &[
            says(
                "Unreleased reference id={id} alloc_insn={insn}",
                "What the program took at instruction {insn} (a record of a ring buffer, a socket) is not given back on this path.",
            ),
            says("reference leak", "What the program took is not given back on this path."),
            says(
                "BPF_EXIT instruction{where} would lead to reference leak",
                "What the program took is not given back on this path.",
            ),
            says(
                "tail_call would lead to reference leak",
                "What the program took is not given back before a tail call.",
            ),
        ],
        rule: "What is taken must be given back on every path: a ring buffer's record by `submit` or `discard`.",
        fix: "Call `entry.submit(0)` or `entry.discard(0)` on every path, also on those that return early. Aya's entry does not do it by itself.",
        read: "glossary.md#ring-buffer",
    },
    Family {
        id: "kernel-function",
        patterns: &[
            says(
                "kernel btf_id {id} is not a function",
                "The program calls a kernel function by a number ({id}) that is no function of this kernel.",
            ),
            says(
                "calling kernel function {what} is not allowed",
                "The kernel function `{what}` is not open to programs of this type.",
            ),
            says(
                "calling invalid kernel function",
                "The kernel function is not open to programs of this type.",
            ),
            says(
                "BPF_CALL uses reserved fields",
                "The program calls a kernel function, and this kernel does not know such calls yet (they came with 5.13).",
            ),
            says(
                "kernel function {what} ",
                "The kernel function `{what}` is not called as the verifier wants it.",
            ),
            says(
                "arg#{number} expected pointer to {what}",
                "Argument {number} of the function must be a pointer to {what}.",
            ),
            says("arg#{number} {what}", "Argument {number} of the function is not what it wants: {what}."),
            says(
                "R{reg} must be referenced or trusted",
                "R{reg} is a pointer that may be out of date, and the function wants one that is known to be good.",
            ),
            says(
                "calling kernel function is not supported",
                "This kernel cannot call kernel functions from programs.",
            ),
        ],
        rule: "Kernel functions (kfuncs) are called by their number in this kernel's BTF. Each is open to some types of programs only, and checks its arguments by type.",
        fix: "Aya 0.14 cannot call kernel functions by name. Use a helper instead, or set the number from the BTF of the kernel that runs.",
        read: "glossary.md#kfunc",
    },
    Family {
        id: "helper-argument",
        patterns: &[
            says(
                "R{reg} type=inv expected={what}",
                "R{reg} is only a number, and the helper wants one of: {what}.",
            ),
            says(
                "R{reg} type=scalar expected={what}",
                "R{reg} is only a number, and the helper wants one of: {what}.",
            ),
            says(
                "R{reg} type={type} expected={what}",
                "R{reg} is a `{type}`, and the helper wants one of: {what}.",
            ),
            says(
                "R{reg} is of type {type} but {what} is expected",
                "R{reg} is a `{type}`, and the helper wants a `{what}`.",
            ),
            says("type mismatch: {what}", "An argument is of another type than the helper wants: {what}."),
        ],
        rule: "The verifier knows for each helper what kind of value each argument must be. Arguments are in R1 to R5, in order.",
        fix: "Look at the argument with this number (R1 is the first). A result that may be null needs its check first. A record that was handed in is a mere number afterwards.",
        read: "glossary.md#helper",
    },
];
