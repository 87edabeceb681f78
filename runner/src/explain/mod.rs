//! Says in plain words why a kernel refused a program, and marks the line of Rust that it is about.
//!
//! Pure functions of a verifier log or an error's text, of the object that was loaded, and of the source files beside it. It
//! starts nothing and decides nothing: verdicts come from `judge`, and `report` shows what is said here.

pub mod causes;
mod class;
mod explanation;
pub mod families;
pub mod features;
mod guess;
pub mod lines;
pub mod log;
mod named;
mod object;
mod pattern;
mod place;
pub mod registers;
mod render;
mod walk;
mod words;

#[cfg(test)]
mod tests;

pub use causes::{Cause, attach_error, cause_text, load_error, open_error, render_cause};
pub use explanation::{Explanation, RegisterState, explain, unfinished};
pub use families::Family;
pub use guess::program_of;
pub use lines::{LinesError, SourceMap};
pub use log::VerifierLog;
pub use named::named;
pub use object::{ObjectPrograms, ProgramSize, SizedFunction, programs_of, sizes_of};
pub use place::{Place, Source, SourceLine};
pub use render::{render, text};
pub use walk::{Walked, walk};
