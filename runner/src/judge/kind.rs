//! The verdicts' names, without what belongs to them.
//!
//! Manifests and mutants declare these names; `verdict` has the details.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A verdict's name, as manifests, mutants and reports write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is described at the variant of `Verdict` of the same name")]
pub enum VerdictKind {
    Passed,
    Differs,
    Rejected,
    OpenFailed,
    DoesNotCompile,
    AttachFailed,
    Crashed,
    KernelPanicked,
    TimedOut,
    Skipped,
    Infrastructure,
}

impl VerdictKind {
    /// All of them, in the order of the design.
    pub const ALL: [Self; 11] = [
        Self::Passed,
        Self::Differs,
        Self::Rejected,
        Self::OpenFailed,
        Self::DoesNotCompile,
        Self::AttachFailed,
        Self::Crashed,
        Self::KernelPanicked,
        Self::TimedOut,
        Self::Skipped,
        Self::Infrastructure,
    ];

    /// The name in a sentence: `does not compile`.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Differs => "differs",
            Self::Rejected => "rejected",
            Self::OpenFailed => "open failed",
            Self::DoesNotCompile => "does not compile",
            Self::AttachFailed => "attach failed",
            Self::Crashed => "crashed",
            Self::KernelPanicked => "kernel panicked",
            Self::TimedOut => "timed out",
            Self::Skipped => "skipped",
            Self::Infrastructure => "infrastructure",
        }
    }

    /// The name in a cell of the matrix, at most eight letters.
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Passed => "pass",
            Self::Differs => "differs",
            Self::Rejected => "rejected",
            Self::OpenFailed => "open",
            Self::DoesNotCompile => "compile",
            Self::AttachFailed => "attach",
            Self::Crashed => "crashed",
            Self::KernelPanicked => "panicked",
            Self::TimedOut => "timeout",
            Self::Skipped => "skip",
            Self::Infrastructure => "infra",
        }
    }
}

impl fmt::Display for VerdictKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl FromStr for VerdictKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.to_string() == text).ok_or_else(|| {
            let names: Vec<String> = Self::ALL.iter().map(Self::to_string).collect();
            format!("`{text}` is no verdict: {}", names.join(", "))
        })
    }
}
