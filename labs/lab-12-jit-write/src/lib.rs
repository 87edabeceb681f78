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

use job::{Answer, Insn, Question};

/// More bytes of machine code than any program of this lab needs.
const LONGEST: usize = 64 << 10;

/// Compiles programs with the exercise's `compile`, or runs machine code on pages of its `install`.
///
/// # Errors
/// If the process cannot give up its system calls: then no machine code runs.
pub fn answer(question: Question) -> anyhow::Result<Answer> {
    match question {
        Question::Compile(programs) => {
            let programs = programs.iter().enumerate();
            Ok(Answer::Compiled(programs.map(|(number, program)| compile(number, program)).collect()))
        }
        Question::Run(runs) => run::all(&runs).map(Answer::Ran),
    }
}

fn compile(number: usize, program: &[Insn]) -> Result<Vec<u8>, String> {
    kit::here([number as u32, 0]);
    let code = exercise::compile(program)?;
    if code.len() > LONGEST {
        return Err(format!("{} bytes of code for {} instructions", code.len(), program.len()));
    }
    Ok(code)
}
