//! Lab 09: ask the kernel which helpers a program may call, and understand the answer. You edit this file.

use kit::raw::Insn;

use crate::job::{Outcome, Verdict};

// ANCHOR: calls
/// `r0 = NUMBER`.
const fn r0_is(number: i32) -> Insn {
    Insn::new(0xb7, 0, 0, 0, number)
}

/// `exit`.
const EXIT: Insn = Insn::new(0x95, 0, 0, 0, 0);

/// A program that calls a helper, whatever its arguments are, and returns 0.
pub(crate) fn calls(helper: u32) -> Vec<Insn> {
    // TODO(lab): a call has opcode 0x85, and the helper's number is its immediate.
    let _ = helper;
    vec![r0_is(0), EXIT]
}
// ANCHOR_END: calls

// ANCHOR: verdict
/// What the kernel's answer to such a program means for the helper.
pub(crate) fn verdict(outcome: &Outcome) -> Verdict {
    match outcome {
        Outcome::Loaded => Verdict::Allowed,
        // TODO(lab): a refusal has four possible reasons, and only three of them are about
        // the helper. The log says which one it is; two of the sentences have changed
        // between kernels.
        Outcome::Refused { .. } => Verdict::NotForThisType,
    }
}
// ANCHOR_END: verdict

// ANCHOR: functions
/// A program that calls kernel functions by their numbers in BTF, one after the other, and returns `value`.
pub(crate) fn calls_functions(ids: &[u32], value: i32) -> Vec<Insn> {
    // TODO(lab): these are calls of helpers that happen to have such large numbers. What
    // makes a call one of a kernel function stands in the field `src`: 2.
    let mut program: Vec<Insn> = ids.iter().map(|id| Insn::new(0x85, 0, 0, 0, *id as i32)).collect();
    program.extend([r0_is(value), EXIT]);
    program
}
// ANCHOR_END: functions
