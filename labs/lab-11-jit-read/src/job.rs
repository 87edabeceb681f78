//! What crosses between the guest program and the exercise: machine code goes in, what was found in it comes back.

use serde::{Deserialize, Serialize};

// ANCHOR: code
/// The code of a loaded program, byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// After the verifier and its passes, eight bytes an instruction.
    pub translated: Vec<u8>,
    /// Machine code.
    pub jited: Vec<u8>,
}
// ANCHOR_END: code

/// What the exercise is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// The code of the programs with these ids.
    Fetch(Vec<u32>),
    /// Into which register the code moves each of these values.
    Registers {
        /// Machine code.
        jited: Vec<u8>,
        /// The values.
        values: Vec<u64>,
    },
    /// Which bytes lie between the moves of two values.
    Pieces {
        /// Machine code.
        jited: Vec<u8>,
        /// The two values, for each piece.
        marks: Vec<[u64; 2]>,
    },
}

/// What the exercise says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// For each id, what was read.
    Code(Vec<Code>),
    /// For each value, the name of the whole register.
    Registers(Vec<Option<String>>),
    /// For each pair of marks, the first byte and the first one behind it.
    Pieces(Vec<Option<[usize; 2]>>),
}
