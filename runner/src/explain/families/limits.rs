//! Loops and sizes.

use super::{Family, says};

/// A verifier that was interrupted says nothing but how far it had come: no line of a log is this family's.
pub(in crate::explain) static UNFINISHED: Family = Family {
    id: "unfinished",
    patterns: &[],
    rule: "The verifier follows every turn of a loop, up to 1,000,000 instructions over all paths. On some kernels (6.12 above all) turns that hardly differ take minutes, because each is compared with those before.",
    fix: "Give the loop a fixed and small end: `for step in 0..100 { … }`, with a `break` for the real condition; or give it to `bpf_loop` (5.17), whose body is followed only once.",
    read: "glossary.md#verifier",
};

pub(super) const FAMILIES: &[Family] = &[
    Family {
        id: "infinite-loop",
        patterns: &[says(
            "infinite loop detected at insn {insn}",
            "The program comes back to instruction {insn} with nothing changed, so the loop may never end.",
        )],
        rule: "The verifier must see each loop end. It follows the loop turn by turn and looks for something that moves towards the end.",
        fix: "Give the loop a fixed end: `for step in 0..100 { … }`, with a `break` for the real condition.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "program-too-large",
        patterns: &[
            says(
                "BPF program is too large. Processed {number} insn",
                "The verifier followed {number} instructions and gave up. It counts each turn of a loop and each path.",
            ),
            says("BPF program is too large", "The verifier followed too many instructions and gave up."),
        ],
        rule: "The verifier follows at most 1,000,000 instructions, over all paths and all turns of loops.",
        fix: "Make the loop shorter, take branches out of it, or give it to `bpf_loop` (5.17), whose body is followed only once.",
        read: "glossary.md#verifier",
    },
    Family {
        id: "too-complex",
        patterns: &[says(
            "The sequence of {number} jumps is too complex",
            "The program has too many branches in a row: {number} of them wait to be followed, and the verifier gave up.",
        )],
        rule: "At most 8192 branches may wait to be followed.",
        fix: "Take branches out of the loop: calculate instead of deciding, or make the loop shorter.",
        read: "glossary.md#verifier",
    },
];
