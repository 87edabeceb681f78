//! Colour, which only adds: every text says the same without it. And lines, which a screen reader gets whole.

use std::{ffi::OsStr, io::IsTerminal};

use crate::judge::VerdictKind;

/// Whether and how to colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// No escape sequences at all.
    Plain,
    /// ANSI colours.
    Colour,
    /// For ears: no escape sequences, no marks under a line, and each sentence or fact on one line of its own.
    Spoken,
}

/// What the user has asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wish {
    /// What fits the stream.
    Fitting,
    /// `--plain`.
    Spoken,
}

impl Paint {
    /// For a stream: colours on a terminal, unless `NO_COLOR` is set and not empty (no-color.org) or
    /// `TERM` is `dumb`.
    #[must_use]
    pub fn of(stream: &impl IsTerminal) -> Self {
        let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
        Self::decide(&variable("NO_COLOR"), &variable("TERM"), stream.is_terminal())
    }

    /// For a stream, unless the user wants one line per event.
    #[must_use]
    pub fn wished(wish: Wish, stream: &impl IsTerminal) -> Self {
        match wish {
            Wish::Fitting => Self::of(stream),
            Wish::Spoken => Self::Spoken,
        }
    }

    /// How wide prose may be.
    pub(super) fn width(self, width: usize) -> usize {
        if self == Self::Spoken { usize::MAX } else { width }
    }

    /// The rule of [`Paint::of`]; a variable that is not set is empty.
    pub(super) fn decide(no_color: &OsStr, term: &OsStr, is_terminal: bool) -> Self {
        if is_terminal && no_color.is_empty() && term != "dumb" { Self::Colour } else { Self::Plain }
    }

    /// A text that belongs to a verdict: green, red, yellow.
    #[must_use]
    pub fn verdict(self, kind: VerdictKind, text: &str) -> String {
        match kind {
            VerdictKind::Passed => self.wrap("32", text),
            VerdictKind::Skipped | VerdictKind::Infrastructure => self.wrap("33", text),
            _ => self.wrap("31", text),
        }
    }

    /// What is right.
    #[must_use]
    pub fn good(self, text: &str) -> String {
        self.wrap("32", text)
    }

    /// What is wrong.
    #[must_use]
    pub fn bad(self, text: &str) -> String {
        self.wrap("31", text)
    }

    /// A heading.
    #[must_use]
    pub fn strong(self, text: &str) -> String {
        self.wrap("1", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        match self {
            Self::Plain | Self::Spoken => text.to_owned(),
            Self::Colour => format!("\u{1b}[{code}m{text}\u{1b}[0m"),
        }
    }
}
