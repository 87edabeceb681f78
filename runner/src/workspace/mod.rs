//! A learner's own folder: what it holds, how it is written, and how a newer course comes in.
//!
//! The course that is written is the one that the binary carries. What a learner has done in the folder is
//! `progress`' matter.

mod chapter;
mod contents;
pub mod embedded;
mod file;
mod hash;
pub mod init;
mod marker;
mod marks;
mod panel;
mod reduced;
pub mod reference;
pub mod update;
mod written;

pub use contents::contents;
pub use file::{free_name, write as write_file, write_durably};
pub use hash::sha256;
pub use marker::{MARKER, Marker};
pub use marks::{is_mark, without_marks};
pub use written::Written;
