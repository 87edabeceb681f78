//! An entry of the tables of causes: what it says, and how its errors look.

use super::Stage;

/// One cause, and how its errors look.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) id: &'static str,
    pub(super) stage: Stage,
    pub(super) says: &'static [Says],
    pub(super) words: &'static str,
    pub(super) fix: &'static str,
    pub(super) read: &'static str,
}

/// One way in which it is said. See [`super::super::pattern`].
#[derive(Debug)]
pub(super) struct Says {
    pub(super) line: &'static str,
    /// The system's number of the error; 0 if it does not matter.
    pub(super) errno: i32,
}

pub(super) const fn says(line: &'static str) -> Says {
    Says { line, errno: 0 }
}

impl Says {
    pub(super) const fn with(self, errno: i32) -> Self {
        Self { errno, ..self }
    }
}
