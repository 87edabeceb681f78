//! The learner's side of lab 06: the exercise, the machine that it drives, and the loop around it.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod job;
pub mod machine;

use job::{Job, Moment, Outcome};
use machine::Machine;

/// More steps than any program of this lab takes.
const STEPS: usize = 20_000;

/// More steps are not told.
const MOMENTS: usize = 300;

/// Runs each program with the exercise's `step`.
///
/// # Errors
/// None: what a program comes to is its outcome.
pub fn run(jobs: Vec<Job>) -> anyhow::Result<Vec<Outcome>> {
    Ok(jobs.iter().enumerate().map(|(number, job)| one(number, job)).collect())
}

// ANCHOR: loop
fn one(number: usize, job: &Job) -> Outcome {
    let mut machine = Machine::new(job);
    let mut trace = Vec::new();
    let mut at = 0;
    for _ in 0..STEPS {
        kit::here([number as u32, at as u32]);
        match exercise::step(&mut machine, &job.program, at) {
            Ok(next) => {
                if job.trace && trace.len() < MOMENTS {
                    let (registers, stack) = (machine.registers, machine.top_of_stack());
                    trace.push(Moment { at, registers, stack });
                }
                let Some(next) = next else { return Outcome { end: Ok(machine.registers), trace } };
                at = next;
            }
            Err(why) => return Outcome { end: Err((at, why)), trace },
        }
        if at >= job.program.len() {
            return Outcome { end: Err((at, "the program has no such instruction".to_owned())), trace };
        }
    }
    Outcome { end: Err((at, format!("not at its end after {STEPS} steps"))), trace }
}
// ANCHOR_END: loop
