//! What crosses between the guest program and the exercise: what a kernel said goes in, what that means comes back.

use kit::raw::Insn;
use serde::{Deserialize, Serialize};

// ANCHOR: outcome
/// What the kernel said to a program of one call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It was loaded.
    Loaded,
    /// It was refused.
    Refused {
        /// The verifier's log.
        log: String,
    },
}

/// What that means for the helper that it calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// Programs of this type and licence may call it. That this call has wrong arguments is another matter.
    Allowed,
    /// The kernel has it, for other types of programs.
    NotForThisType,
    /// It is for programs under the GPL only.
    NotForThisLicence,
    /// The kernel has no helper of this number.
    Unknown,
}
// ANCHOR_END: outcome

/// What the exercise is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// For each helper, a program that calls it.
    Calls(Vec<u32>),
    /// What each outcome means.
    Verdicts(Vec<Outcome>),
    /// A program that calls kernel functions, by their numbers in the kernel's BTF, and returns a value.
    Functions {
        /// The numbers.
        ids: Vec<u32>,
        /// The value.
        value: i32,
    },
}

/// What the exercise says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// A program for each helper.
    Calls(Vec<Vec<Insn>>),
    /// A verdict for each outcome.
    Verdicts(Vec<Verdict>),
    /// One program.
    Functions(Vec<Insn>),
}
