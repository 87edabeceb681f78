//! The system's package manager: the only module that runs it.
//!
//! Two uses. A *private root* ([`Apt`]) in a folder of ours has its own sources, indexes and cache,
//! so that files of any suite can be fetched without touching the system's state and without rights;
//! signatures and hashes are checked by apt itself. And *the system's own* installation ([`system`]),
//! which set-up uses with the rights of root. It knows no package by name: that is its callers' part.

mod candidate;
mod command;
mod error;
mod failure;
mod mirrors;
mod progress;
mod root;
pub mod system;
#[cfg(test)]
mod tests;
mod version;

pub use candidate::Candidate;
pub use error::AptError;
pub use mirrors::{Mirrors, Overrides};
pub use root::{Apt, Names};
pub use system::{ExtraSource, Privilege, install, install_arguments, system_candidate};
pub use version::compare as compare_versions;
