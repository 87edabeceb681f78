//! What crosses between the guest program and the exercise: programs go in, registers come back.

use serde::{Deserialize, Serialize};

/// How many registers there are: R0 to R10.
pub const REGISTERS: usize = 11;

// ANCHOR: insn
/// One instruction, in its fields. A wide load takes two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Insn {
    /// What to do.
    pub opcode: u8,
    /// The register that is written.
    pub dst: u8,
    /// The register that is read.
    pub src: u8,
    /// Where in memory, in bytes; or how far to jump, in instructions.
    pub offset: i16,
    /// A number.
    pub immediate: i32,
}
// ANCHOR_END: insn

/// A program to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// Its instructions.
    pub program: Vec<Insn>,
    /// R0 to R9 at the beginning; R10 is the interpreter's matter.
    pub start: Vec<u64>,
    /// The first field of the context, for a program that begins with its address in R1.
    pub context: Option<u32>,
    /// Whether every step is wanted, not only the end.
    pub trace: bool,
}

/// What came of a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The registers at the end; or at which instruction it could not go on, and why.
    pub end: Result<[u64; REGISTERS], (usize, String)>,
    /// The steps, if they were wanted.
    pub trace: Vec<Moment>,
}

/// What one instruction has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// The instruction's number.
    pub at: usize,
    /// The registers after it.
    pub registers: [u64; REGISTERS],
    /// The last four words of the stack after it, from the top downwards.
    pub stack: [u64; 4],
}
