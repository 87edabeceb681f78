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

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use crate::explain::{SizedFunction, sizes_of};

    /// Up to 6.18 the verifier writes how far each function of a program reached when it stopped: `stack depth 16+8`. It may
    /// stop before the deepest place, so ours is never less; where it saw everything, they are equal.
    #[test]
    fn the_verifier_finds_the_same_stack() {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/verifier");
        let sizes = sizes_of(&fs::read(data.join("rejected.o")).unwrap()).unwrap();
        let depth = |function: &SizedFunction| super::stack::deepest(std::slice::from_ref(function));
        let (mut equal, mut less) = (0, Vec::new());
        for size in &sizes {
            let folder = data.join(size.name.replace('_', "-"));
            let Ok(log) = fs::read_to_string(folder.join("6.18.log")) else { continue };
            let Some(line) = log.lines().find_map(|line| line.strip_prefix("stack depth ")) else { continue };
            let line = line.split(' ').next().unwrap_or_default();
            let theirs: Vec<u64> = line.split('+').map(|depth| depth.parse().unwrap()).collect();
            let ours: Vec<u64> = size
                .functions
                .iter()
                .map(|function| depth(&SizedFunction { callees: Vec::new(), ..function.clone() }))
                .collect();
            equal += usize::from(ours == theirs);
            if ours.iter().zip(&theirs).any(|(ours, theirs)| ours < theirs) {
                less.push((size.name.clone(), ours, theirs));
            }
        }
        assert_eq!(less, []);
        assert!(equal >= 20, "only {equal} are equal");
    }
}
