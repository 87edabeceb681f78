//! Lab 10, the guest program: lets the exercise do one step of a loader's work after the other, and looks after each one at
//! what the kernel holds.
//!
//! It believes nothing that the exercise says. Programs, links, files and counters are the kernel's.

mod alone;
mod events;
mod folder;
mod look;
mod prepare;
mod show;
mod stage;
mod together;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::process::ExitCode;

use kit::Rights;
use stage::Stage;

fn main() -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == "--show") {
        return show::show();
    }
    kit::lab_with_exercise(lab_10_lifecycle::answer, Rights::LOAD_BPF, |lab, exercise| {
        prepare::lift_memory_limit();
        let mut stage = Stage::new()?;
        let mut counters = events::COUNTERS;
        lab.seed().shuffle(&mut counters);
        alone::fd(lab, exercise, &stage, counters[0])?;
        alone::pin(lab, exercise, &stage, counters[1])?;
        alone::unpin(lab, exercise, &stage, counters[2])?;
        let plan = together::Plan::draw(lab.seed());
        together::tail_call(lab, exercise, &stage, &plan)?;
        together::replace(lab, exercise, &mut stage, &plan)?;
        together::gone(lab, exercise, &stage, &plan)
    })
}
