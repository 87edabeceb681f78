//! Builds the book of the workbook: mdBook in this process, with directives and checks of our own.
//!
//! It is a crate apart from the runner, so that a learner's first build does not compile mdBook. It runs no lab.

pub mod card;
pub mod checks;
pub mod cli;
pub mod course;
pub mod directive;
pub mod expand;
pub mod finding;
#[cfg(test)]
mod fixture;
pub mod log;
pub mod pages;
pub mod panel;
pub mod preprocessor;
pub mod press;
pub mod see;
pub mod serve;
pub mod snapshot;
pub mod tables;
pub mod trace;
pub mod watch;
