//! What crosses between the guest program and the exercise: words go in, texts come back.

use serde::{Deserialize, Serialize};

use crate::insn::{Insn, Refusal};

/// Eight bytes.
pub type Word = [u8; 8];

/// Something to do for the exercise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Question {
    /// Take a word apart.
    Fields(Word),
    /// Put fields together.
    Bytes(Insn),
    /// Write down a word, which may need the one behind it.
    Text(Word, Option<Word>),
}

/// What it came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Question::Fields`].
    Fields(Insn),
    /// To [`Question::Bytes`].
    Bytes(Word),
    /// To [`Question::Text`].
    Text(Result<String, Refusal>),
}
