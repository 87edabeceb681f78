//! The shape of a program: its end, its jumps, its instructions.

use super::{Family, says};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "reachable-panic",
        patterns: &[
            says(
                "last insn is not an exit or jmp",
                "The program can reach a panic. The course's panic handler never returns, and such a function has no end, so the verifier refuses the whole program.",
            ),
            says(
                "no exit in subprogram",
                "The program can reach a panic, or another function that never returns.",
            ),
            says(
                "subprog doesn't have ret",
                "The program can reach a panic, or another function that never returns.",
            ),
        ],
        rule: "Each function must end with a return. In the kernel nobody can handle a panic.",
        fix: "Look for what may panic: an index `a[i]` (use `a.get(i)`), `unwrap` and `expect` (use `let … else`), a division (check the divisor), a slice, an addition that may overflow in a debug build.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "unreachable-instruction",
        patterns: &[says("unreachable insn {insn}", "No path of the program leads to instruction {insn}.")],
        rule: "Every instruction must be reachable.",
        fix: "The compiler removes dead code, so this comes from `asm!` with `exit` or `goto` in it, or from undefined behaviour. Use `options(noreturn)` if the assembly never comes back.",
        read: "glossary.md#instruction",
    },
    Family {
        id: "jump-out-of-range",
        patterns: &[
            says(
                "jump out of range from insn {insn} to {to}",
                "Instruction {insn} jumps to instruction {to}, which is outside of its function.",
            ),
            says(
                "jump into the middle of ldimm64 insn {insn}",
                "A jump leads into the middle of instruction {insn}, which has two halves.",
            ),
            says("invalid bpf_ld_imm64 insn", "An instruction with a large constant has only one half."),
        ],
        rule: "Jumps stay inside of their function and hit the beginning of an instruction.",
        fix: "From Rust this comes from `asm!`. Otherwise the object is damaged: build it again.",
        read: "glossary.md#instruction",
    },
    Family {
        id: "unsupported-atomic",
        patterns: &[
            says(
                "BPF_STX uses reserved fields",
                "The program has an atomic operation that this kernel does not know yet.",
            ),
            says(
                "BPF_XADD uses reserved fields",
                "The program has an atomic operation that this kernel does not know yet.",
            ),
            says(
                "BPF_ATOMIC uses invalid atomic opcode {opcode}",
                "The program has an atomic operation ({opcode}) that this kernel does not know.",
            ),
        ],
        rule: "Up to 5.11 the only atomic operation is an addition whose result is not used. The others came with 5.12.",
        fix: "Do not use what `fetch_add` returns, or use a per-CPU map.",
        read: "glossary.md#instruction",
    },
    Family {
        id: "unknown-instruction",
        patterns: &[
            says(
                "unknown opcode {opcode}",
                "The program has an instruction (opcode {opcode}) that this kernel does not know.",
            ),
            says(
                "invalid BPF_{what}",
                "The program has an instruction that this kernel does not know: invalid BPF_{what}.",
            ),
            says(
                "BPF_{what} uses reserved fields",
                "The program has an instruction (BPF_{what}) that this kernel does not know.",
            ),
        ],
        rule: "New instructions come with new kernels and new compilers.",
        fix: "Build for an older instruction set (`-C target-cpu=v2`).",
        read: "glossary.md#instruction",
    },
    Family {
        id: "division-by-zero",
        patterns: &[says("div by zero", "The program divides by the constant 0.")],
        rule: "A division by a constant 0 is refused. A division by a variable that is 0 gives 0.",
        fix: "Look at the constant: in Rust the compiler would have found it, so this comes from `asm!`.",
        read: "glossary.md#instruction",
    },
    Family {
        id: "invalid-shift",
        patterns: &[says(
            "invalid shift {number}",
            "The program shifts by {number} bits, which is more than the register has.",
        )],
        rule: "A shift by a constant must be smaller than the width: 32 or 64.",
        fix: "Look at the constant: in Rust the compiler would have found it, so this comes from `asm!`.",
        read: "glossary.md#instruction",
    },
];
