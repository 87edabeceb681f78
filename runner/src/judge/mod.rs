//! From a transcript to a verdict: pure functions of values.
//!
//! Nothing here boots, builds, prints or asks the clock. Nothing that the guest says about itself
//! counts: only an explicit end and observations that are equal to the expected ones are a pass.

mod compare;
mod console;
mod decide;
mod expectation;
mod kernel_log;
mod kind;
mod normalise;
pub mod oracle;
mod verdict;

#[cfg(test)]
mod tests;

pub use compare::{DiffLine, compare};
pub use console::last_words;
pub use decide::{break_of, broke_every_run, judge, observe};
pub use expectation::{Expectation, ExpectedCheck};
pub use kernel_log::complaint;
pub use kind::VerdictKind;
pub use normalise::{normalise, unmarked, visible};
pub use verdict::{CheckDifference, Nature, Verdict};
