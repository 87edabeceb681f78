//! Accepted observations on disk, in insta's file format, so that `cargo insta review` works on them.
//!
//! It reads, plans and writes files. It does not decide whether an observation is right.

mod accept;
mod error;
mod file;
mod load;
mod plan;

#[cfg(test)]
mod tests;

pub use accept::{Accepted, accept, withdraw, write_new};
pub use error::SnapshotError;
pub use file::{SnapshotKey, read as lines_of};
pub use load::Snapshots;
pub use plan::{FileChange, Observed, plan_changes, plan_files};
