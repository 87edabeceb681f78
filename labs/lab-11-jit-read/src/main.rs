//! Lab 11, the guest program: loads programs, and asks the exercise what the JIT compiler made of them.
//!
//! What is right it learns from the kernel: the code as it reads it itself, and the kernel's table of places.

mod fetched;
mod machine;
mod pieces;
mod registers;
mod show;
mod stack;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::{process::ExitCode, time::Duration};

use anyhow::anyhow;
use job::{Answer, Question};
use kit::{
    Exercise, NoAnswer, Rights,
    raw::{Insn, Kind, Program},
};

/// How long the exercise may take for one check's questions.
const LIMIT: Duration = Duration::from_secs(2);

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "--show") {
        return show::show();
    }
    kit::lab_with_exercise(lab_11_jit_read::answer, Rights::READ_CODE, |lab, exercise| {
        fetched::check(lab, exercise)?;
        registers::check(lab, exercise)?;
        stack::check(lab, exercise)?;
        pieces::check(lab, exercise)
    })
}

/// Loads a program of which the kernel notes where each instruction went.
fn load(name: &str, program: &[Insn]) -> anyhow::Result<Program> {
    Program::load_with_lines(Kind::Classifier, name, program)
        .map_err(|refusal| anyhow!("the kernel refuses `{name}`: {}\n{}", refusal.error, refusal.log))
}

/// Asks, and says what the exercise was at if no answer comes. `what` names the question's parts.
fn ask(exercise: &Exercise, question: &Question, what: &[String]) -> anyhow::Result<Result<Answer, String>> {
    match exercise.ask_within(LIMIT, question) {
        Ok(answer) => Ok(Ok(answer)),
        Err(error) => {
            let NoAnswer { why, place } = error.downcast()?;
            let part = place.and_then(|[_, part]| what.get(part as usize));
            let part = part.map_or_else(String::new, |part| format!("{part}: "));
            Ok(Err(format!("{part}the exercise {why}")))
        }
    }
}
