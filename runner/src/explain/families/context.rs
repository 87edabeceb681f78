//! The context, typed arguments, and what a program returns.

use super::{Family, Only, says};

const CONTEXT_READ: &str = "The program uses {size} bytes at offset {off} of its context, and there is no field that may be used like that.";

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "function-argument",
        patterns: &[says("func '{what}' doesn't have {number}-th argument", "The program reads argument number {number} of the kernel's function `{what}`, which has fewer arguments.")],
        rule: "A program at a kernel function gets the arguments that BTF lists for it, counted here from 1. An exit program gets the result behind the last one.",
        fix: "`ctx.arg(n)` counts from 0. Look the function up: `bpftool btf dump file /sys/kernel/btf/vmlinux format raw`. Arguments differ between kernels.",
        read: "glossary.md#fentry",
    },
    Family {
        id: "context-write",
        patterns: &[
            says("invalid bpf_context access off={off} size={size}", "The program writes {size} bytes at offset {off} of its context, and this field may not be written.").only(Only::Store),
            says("invalid tracepoint access off={off} size={size}", "The program writes to its context, which is read-only.").only(Only::Store),
        ],
        rule: "The context belongs to the kernel. A program may write only those fields that its type allows; a tracepoint program may write none.",
        fix: "Copy the field into a variable and change the copy.",
        read: "glossary.md#context",
    },
    Family {
        id: "context-bounds",
        patterns: &[
            says("invalid bpf_context access off={off} size={size}", CONTEXT_READ),
            says("invalid bpf_context access off={off}", "The program uses offset {off} of its context, and there is no field that may be used like that."),
        ],
        rule: "The context has a fixed layout for each type of program, and each field must be read with its own size. The first eight bytes of a tracepoint's context may not be read.",
        fix: "Use Aya's methods of the context. For a tracepoint, take offset and size of a field from its `format` file in `/sys/kernel/tracing/events`.",
        read: "glossary.md#context",
    },
    Family {
        id: "modified-context",
        patterns: &[
            says("dereference of modified ctx ptr R{reg} off={off} disallowed", "R{reg} is the context, moved by {off} bytes. The context may only be used as it was given."),
            says("dereference of modified ctx ptr", "The context was moved. It may only be used as it was given."),
            says("variable ctx access var_off={what} disallowed", "The context is read at an offset that is not a constant."),
            says("R{reg} variable ctx access", "The context is read at an offset that is not a constant."),
        ],
        rule: "Fields of the context are found by constant offsets from the pointer that the program got.",
        fix: "Do not calculate with the context pointer. Use a constant offset in `ctx.read_at(…)`, or `match` over the few that are possible. An offset in a `Global` of the loader is a constant for the verifier.",
        read: "glossary.md#context",
    },
    Family {
        id: "callback-return",
        patterns: &[
            says("At callback return the register R0 has smin={low} smax={high} should have been in {range}", "A callback returns a number from {low} to {high}, and it must be in {range}."),
            says("At callback return the register R0 has value ({known}; 0x0) should have been in", "A callback returns {known}, and that is not allowed."),
            says("At callback return the register R0 has ", "A callback may return numbers that are not allowed."),
        ],
        rule: "A callback of `bpf_loop` or `bpf_for_each_map_elem` answers 0 to go on or 1 to stop.",
        fix: "Return 0 or 1 from the callback on every path.",
        read: "glossary.md#helper",
    },
    Family {
        id: "return-not-a-number",
        patterns: &[
            says("At program exit the register R0 is not a known value", "The program returns something that is not a number, for example a pointer."),
            says("R{reg} leaks addr as return value", "The program returns a pointer. That would tell user space an address of the kernel."),
        ],
        rule: "The return value must be a number, because the kernel acts on it.",
        fix: "Return one of the constants of the program's type: `xdp_action::XDP_PASS`, 0, 1.",
        read: "glossary.md#program-type",
    },
    Family {
        id: "return-range",
        patterns: &[
            says("At program exit the register R0 has value ({known}; 0x0) should have been in", "The program returns {known}, and that is not allowed."),
            says("At program exit the register R0 has value {what} should have been in", "The program may return numbers that are not allowed."),
            says("At program exit the register R0 has unknown scalar value should have been in {range}", "The program may return any number, but it must be in {range}."),
            says("At program exit the register R0 has smin={low} smax={high} should have been in {range}", "The program returns a number from {low} to {high}, and it must be in {range}."),
            says("At program exit the register R0 has {what} should have been in {range}", "The program returns a number ({what}) that is not allowed: it must be in {range}."),
            says("At subprogram exit the register R0 is not a scalar value", "A function of the program returns something that is not a number."),
        ],
        rule: "For some types the verifier checks the return value, because the kernel acts on it: 0 or 1 for cgroup programs, 0 or a negative error for LSM programs.",
        fix: "Return one of the allowed numbers on every path. A number from elsewhere needs a comparison first.",
        read: "glossary.md#program-type",
    },
    Family {
        id: "attach-target",
        patterns: &[
            says(
                "Attaching {what} to __noreturn functions is rejected",
                "The function never returns, so a program at its exit would never run.",
            ),
            says("Attaching {what} to __noreturn function '{function}' is rejected", "`{function}` never returns, so a program at its exit would never run."),
            says("attach_btf_id {id} is {what}", "The function or type to which the program is to be attached cannot be used for that: attach_btf_id {id} is {what}."),
            says("Attach to unsupported member", "This member of a kernel structure cannot be implemented by a program."),
            says("{what} is not modifiable", "`{what}` is no function whose result a program may change."),
            says("{what} is not sleepable", "`{what}` is no place at which a program may sleep."),
            says("The address of function {what} cannot be found", "This kernel does not have the function `{what}`."),
            says("Tracing programs must provide btf_id", "The program has no target: the loader did not say to which kernel function it belongs."),
            says("FENTRY/FEXIT program can only be attached", "Fentry and fexit programs cannot be attached to this kind of target."),
        ],
        rule: "Programs with typed arguments name their target when they are loaded, and the verifier checks whether it fits.",
        fix: "Choose another function, or another type of program: a kprobe, for example.",
        read: "glossary.md#fentry",
    },
];
