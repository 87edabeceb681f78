//! The learner's side of lab 10: the exercise, what it speaks in, and what it returned.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod job;
mod loader;

use std::cell::RefCell;

use job::Step;
use loader::Held;

thread_local! {
    /// What the exercise has returned and the lab has not let go yet.
    static HELD: RefCell<Option<Held>> = const { RefCell::new(None) };
}

// ANCHOR: answer
/// Does one step with the exercise's function for it.
///
/// # Errors
/// Those of the exercise.
pub fn answer(step: Step) -> anyhow::Result<()> {
    match step {
        Step::Attach(program) => hold(exercise::attach(&program)?),
        Step::TakeBack(link) => hold(exercise::take_back(&link)?),
        Step::LetGo => drop(HELD.take()),
        Step::Pin { program, link } => exercise::pin(&program, &link)?,
        Step::Dispatch { targets, pins } => exercise::dispatch(&targets, &pins)?,
        Step::Replace { pins, target } => exercise::replace(&pins, &target)?,
        Step::Remove(pins) => exercise::remove(&pins)?,
    }
    Ok(())
}

fn hold(what: Held) {
    HELD.set(Some(what));
}
// ANCHOR_END: answer
