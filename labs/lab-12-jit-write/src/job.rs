//! What crosses between the guest program and the exercise: programs go in and machine code comes back; machine code
//! goes in and registers come back.

use kit::machine_code::Fault;
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
    /// How far to jump, in instructions.
    pub offset: i16,
    /// A number.
    pub immediate: i32,
}
// ANCHOR_END: insn

/// What the exercise's process is asked. Who compiles does not know with which registers the code will begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Compile these programs.
    Compile(Vec<Vec<Insn>>),
    /// Run this machine code.
    Run(Vec<Run>),
}

/// Machine code to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its bytes.
    pub code: Vec<u8>,
    /// R0 to R10 at the beginning.
    pub start: [u64; REGISTERS],
    /// How often to run it, always from the same beginning.
    pub times: u32,
    /// Whether to look for its pages in `/proc/self/maps`.
    pub look: bool,
}

/// The answer to a question, program by program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Answer {
    /// Machine code, or why there is none.
    Compiled(Vec<Result<Vec<u8>, String>>),
    /// What came of machine code.
    Ran(Vec<Ran>),
}

/// What came of machine code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// What was allowed with its pages, one after the other, in the way of `/proc/self/maps`.
    pub allowed: Vec<String>,
    /// What that file says about them, if it was wanted.
    pub maps: String,
    /// How it ended.
    pub end: End,
    /// How long all runs have taken.
    pub nanoseconds: u64,
}

/// How machine code ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum End {
    /// It returned, with these registers.
    Returned([u64; REGISTERS]),
    /// It was stopped.
    Stopped(Fault),
    /// It was never called: it did not come to lie on pages.
    NoPages(String),
    /// It was never called: the code before it came to no end, and that is enough to see.
    NotCalled,
}
