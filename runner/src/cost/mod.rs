//! What a program costs: its size and stack from the object, what the kernel says from the run.
//!
//! It measures no time, and nothing here is judged: a learner sees it after a pass, beside the reference's.

mod reference;
mod stack;

use serde::{Deserialize, Serialize};

pub use reference::{FILE, Recorded, ReferenceError, of_reference, write};

use crate::{explain, transcript::LoadedProgram};

/// What one program costs on one kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramCost {
    /// Its name in the object.
    pub program: String,
    /// Instructions in the object, with the functions that it calls.
    pub instructions: u64,
    /// Stack of its deepest chain of calls, in bytes, as the object shows it.
    pub stack: u64,
    /// Instructions that the verifier looked at, over all paths; `None` if the kernel does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verified: Option<u32>,
    /// Machine code, in bytes; 0 if the JIT compiler is off.
    pub jited: u32,
}

impl ProgramCost {
    /// What does not depend on the kernel: the program, its instructions, its stack.
    #[must_use]
    pub fn of_object(&self) -> (&str, u64, u64) {
        (&self.program, self.instructions, self.stack)
    }
}

/// The costs of the programs that a run loaded, in that order. Empty if the object cannot be read.
#[must_use]
pub fn costs(object: &[u8], loaded: &[LoadedProgram]) -> Vec<ProgramCost> {
    let Ok(sizes) = explain::sizes_of(object) else { return Vec::new() };
    let cost = |loaded: &LoadedProgram| {
        let size = sizes.iter().find(|size| size.name == loaded.program)?;
        Some(ProgramCost {
            program: loaded.program.clone(),
            instructions: size.instructions,
            stack: stack::deepest(&size.functions),
            verified: loaded.cost.verified,
            jited: loaded.cost.jited,
        })
    };
    loaded.iter().filter_map(cost).collect()
}
