// fails: Differs in licence: not for this licence
//! Lab 09, wrong on purpose: it never looks for the licence.

use kit::raw::Insn;

use crate::job::{Outcome, Verdict};

/// `r0 = NUMBER`.
const fn r0_is(number: i32) -> Insn {
    Insn::new(0xb7, 0, 0, 0, number)
}

/// `exit`.
const EXIT: Insn = Insn::new(0x95, 0, 0, 0, 0);

/// A program that calls a helper, whatever its arguments are, and returns 0.
pub(crate) fn calls(helper: u32) -> Vec<Insn> {
    vec![Insn::new(0x85, 0, 0, 0, helper as i32), r0_is(0), EXIT]
}

/// What the kernel's answer to such a program means for the helper.
pub(crate) fn verdict(outcome: &Outcome) -> Verdict {
    let Outcome::Refused { log } = outcome else { return Verdict::Allowed };
    let says = |words: &str| log.contains(words);
    if says("invalid func") {
        Verdict::Unknown
    } else if says("unknown func") || says("cannot use helper") {
        Verdict::NotForThisType
    } else if says("not under the GPL") {
        Verdict::NotForThisLicence
    } else {
        // It complains of something else: so it has let the call itself pass.
        Verdict::Allowed
    }
}

/// A program that calls kernel functions by their numbers in BTF, one after the other, and returns `value`.
pub(crate) fn calls_functions(ids: &[u32], value: i32) -> Vec<Insn> {
    let mut program: Vec<Insn> = ids.iter().map(|id| Insn::new(0x85, 0, 2, 0, *id as i32)).collect();
    program.extend([r0_is(value), EXIT]);
    program
}
