//! Wrong usage: what was typed, or a file that a person wrote, cannot be meant. Exit code 2.

/// The text tells what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUsage(pub String);
