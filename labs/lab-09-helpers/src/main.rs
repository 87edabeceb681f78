//! Lab 09, the guest program: loads programs of one call, and asks the exercise what the kernel's answers mean.
//!
//! What is right it decides by its own reading of the verifier's log, from its own programs.

mod calls;
mod functions;
mod kernel;
mod table;
mod verdicts;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::{process::ExitCode, time::Duration};

use job::{Answer, Question};
use kit::{Exercise, NoAnswer, Rights};

/// How long the exercise may take for one check's questions.
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_09_helpers::answer, Rights::NONE, |lab, exercise| {
        calls::check(lab, exercise)?;
        verdicts::types(lab, exercise)?;
        verdicts::licence(lab, exercise)?;
        table::check(lab, exercise)?;
        functions::check(lab, exercise)
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
