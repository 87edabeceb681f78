//! Turns course sources into eBPF objects and guest programs, by cargo.
//!
//! It decides nothing about labs: a learner's file that does not compile is an [`Outcome`], not an
//! error. [`cargo`] is the only module of the workspace that runs cargo to build a course.

mod broken_off;
pub mod cargo;
pub(crate) mod cargo_install;
mod freshness;
mod lint;
mod messages;
mod side_by_side;
mod tree;
mod unit;
mod watchdog;

pub use cargo::{BuildError, Kind, Toolchain};
pub use lint::Lint;
pub use messages::Notice;
pub use unit::{Alone, Built, Each, Outcome, Unit, build, build_each, build_object, build_program};
pub use watchdog::SILENCE;
