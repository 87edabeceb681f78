//! Carries out a plan: builds, starts guests, hands labs over, and has the judge decide.
//!
//! The shell around the pure parts: everything that takes time or can fail outside of a lab
//! happens here. It prints nothing.

mod control;
mod evidence;
mod guest;
mod job;
mod matrix;
mod size;

pub use guest::{Boot, Guests, Tool};
pub use matrix::{Finished, Observed, Purpose, Run, RunError, run};
