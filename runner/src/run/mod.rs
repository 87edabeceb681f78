//! Carries out a plan: builds, starts guests, hands labs over, and has the judge decide.
//!
//! The shell around the pure parts: everything that takes time or can fail outside of a lab
//! happens here. It prints nothing, but for a shell and a run that somebody watches.

mod control;
mod cores;
mod evidence;
mod guest;
mod happening;
mod job;
pub mod live;
mod load;
mod matrix;
mod size;
pub mod terminal;
pub mod tools;
mod visit;

pub use guest::{Boot, Guests, Tool};
pub use happening::Happening;
pub use load::{LOADER, Load};
pub use matrix::{Finished, Observed, Purpose, Run, RunError, run};
pub use visit::{Prepared, Visit};
