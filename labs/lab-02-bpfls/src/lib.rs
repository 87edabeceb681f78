//! The learner's side of lab 02: the exercise, and the types that it speaks in.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod listing;
pub mod names;
pub mod pins;

use listing::Row;
use pins::Pin;

/// What the exercise lists, told what is pinned.
///
/// # Errors
/// Those of the exercise.
pub fn list(pins: Vec<Pin>) -> anyhow::Result<Vec<Row>> {
    exercise::list(&pins)
}
