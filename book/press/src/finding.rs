//! One thing that is wrong with the book, in four parts: what, where, why, and what to do next.
//!
//! It does not decide what is wrong: the checks do.

use std::fmt;
use std::path::{Path, PathBuf};

/// One fault of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: the file, relative to the course's root.
    pub file: PathBuf,
    /// Where in the file, counted from 1; `None` if the file as a whole is meant.
    pub line: Option<usize>,
    /// What happened, as one clause in lower case.
    pub what: String,
    /// The cause, or the rule that is broken.
    pub why: String,
    /// What to do next.
    pub hint: String,
}

/// A finding that does not know its place yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What happened, as one clause in lower case.
    pub what: String,
    /// The cause, or the rule that is broken.
    pub why: String,
    /// What to do next.
    pub hint: String,
}

impl Fault {
    /// The fault as a finding about the whole of `file`.
    #[must_use]
    pub fn in_file(self, file: &Path) -> Finding {
        Finding::in_file(file, self.what, self.why, self.hint)
    }
}

impl Finding {
    /// A finding about a whole file.
    pub fn in_file(
        file: &Path,
        what: impl Into<String>,
        why: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Finding { file: file.to_owned(), line: None, what: what.into(), why: why.into(), hint: hint.into() }
    }

    /// The same finding, pinned to the line that holds byte `offset` of `text`.
    #[must_use]
    pub fn at(self, text: &str, offset: usize) -> Self {
        Finding { line: Some(line_of(text, offset)), ..self }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}\n  why: {}\nhint: {}", self.what, self.why, self.hint)
    }
}

/// All findings as one text, with a blank line between them.
pub fn listing(findings: &[Finding]) -> String {
    findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}

/// The number, from 1, of the line that holds byte `offset` of `text`.
pub fn line_of(text: &str, offset: usize) -> usize {
    1 + text.as_bytes()[..offset.min(text.len())].iter().filter(|byte| **byte == b'\n').count()
}

/// Names as a reader wants them: in backticks, with commas; `none` if there are none.
pub fn quoted<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

/// The hint for a wrong name: the near names if there are any, else all right names.
pub fn name_hint<'n>(wrong: &str, right: impl IntoIterator<Item = &'n str>) -> String {
    let right: Vec<&str> = right.into_iter().collect();
    let near = |name: &&str| strsim::damerau_levenshtein(wrong, name) <= 1 + wrong.len() / 4;
    let close: Vec<&str> = right.iter().copied().filter(near).collect();
    if right.is_empty() {
        "there is none yet".to_owned()
    } else if close.is_empty() {
        format!("write one of these: {}", quoted(right))
    } else {
        format!("did you mean {}?", quoted(close))
    }
}
