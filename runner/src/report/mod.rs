//! One model of what happened, rendered for people and for machines.
//!
//! Renderings are functions of the model. They decide nothing: verdicts come from `judge`.

mod afterwards;
pub(crate) mod comparison;
mod details;
mod disagreement;
mod events;
mod exit_code;
mod groups;
pub(crate) mod guidance;
pub mod json;
mod matrix;
mod model;
mod paint;
pub mod progress;
mod survey;
pub mod terminal;
pub mod text;
mod verifier;

#[cfg(test)]
mod tests;

pub use afterwards::Afterwards;
pub use details::details;
pub use events::CheckEvent;
pub use exit_code::exit_code;
pub use guidance::Guidance;
pub use model::{JobReport, JobTimes, Lack, Report, SCHEMA};
pub use paint::{Paint, Wish};
pub use progress::Progress;
