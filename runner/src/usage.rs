//! Wrong usage: what was typed, or a file that a person wrote, cannot be meant. Exit code 2.

/// The text tells what is wrong, where, and what to do.
#[derive(Debug, thiserror::Error)]
#[error("{text}")]
pub struct WrongUsage {
    /// Its name, which never changes: `unknown-part`.
    pub id: &'static str,
    /// What is wrong, where, why; then what to do, on lines that begin with `hint: `.
    pub text: String,
}

impl WrongUsage {
    /// Says what is wrong.
    #[must_use]
    pub fn new(id: &'static str, text: impl Into<String>) -> Self {
        Self { id, text: text.into() }
    }
}
