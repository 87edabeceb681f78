//! Lab 13, the guest program: switches the JIT compiler and its blinding, and asks the exercise about constants.
//!
//! What is right it learns from the kernel: from the code itself, and from what the programs return.

mod sums;
mod switches;
mod undo;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::{process::ExitCode, time::Duration};

use job::{Answer, Question};
use kit::{Exercise, NoAnswer, Rights};

/// How long the exercise may take for one check's questions.
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_13_jit_harden::answer, Rights::NONE, |lab, exercise| {
        switches::check(lab, exercise)?;
        undo::places(lab, exercise)?;
        undo::constants(lab, exercise)
    })
}

/// Asks, and says what the exercise was at if no answer comes.
fn ask(exercise: &Exercise, question: &Question) -> anyhow::Result<Result<Answer, String>> {
    match exercise.ask_within(LIMIT, question) {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) => {
            let NoAnswer { why, place } = error.downcast()?;
            let part = place.map_or_else(String::new, |[_, part]| format!("at question {}: ", part + 1));
            Ok(Err(format!("{part}the exercise {why}")))
        }
    }
}
