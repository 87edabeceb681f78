//! The learner's side of lab 12: the exercise, what it is told about the two machines, and the calls of its code.
//!
//! It reports nothing. It runs in two processes of its own: one compiles, the other one runs what the first has
//! compiled. `unsafe` is closed to it: see `kit::confined`.
#![forbid(unsafe_code)]

pub mod bpf;
mod exercise;
pub mod job;
mod run;
pub mod x86;

use job::{Answer, Question};

/// Compiles programs with the exercise's `compile`, or runs machine code on pages of its `install`.
///
/// # Errors
/// If the process cannot give up its system calls: then no machine code runs.
pub fn answer(question: Question) -> anyhow::Result<Answer> {
    match question {
        Question::Compile(programs) => {
            let compile = |(number, program): (usize, &Vec<_>)| {
                kit::here([number as u32, 0]);
                exercise::compile(program)
            };
            Ok(Answer::Compiled(programs.iter().enumerate().map(compile).collect()))
        }
        Question::Run(runs) => run::all(&runs).map(Answer::Ran),
    }
}
