//! The decision on one job, with everything that a person needs to act on it.
//!
//! A failing lab is a value of this type, never an `Err`. How it is shown is `report`'s matter.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::{DiffLine, VerdictKind};

/// The decision on one job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind")]
pub enum Verdict {
    /// The run ended as it should and every check is equal to what was expected.
    Passed,
    /// At least one check is not what was expected.
    Differs {
        /// The checks that differ, in the manifest's order, then undeclared ones.
        checks: Vec<CheckDifference>,
    },
    /// The verifier (or the loader before it) refused a program.
    Rejected {
        /// The program's name in the object.
        program: String,
        /// The system's error.
        error: String,
        /// The verifier's whole log; empty if the kernel gave none.
        log: String,
    },
    /// The object could not be opened: not eBPF, or without a program or map that the lab needs.
    OpenFailed {
        /// What was opened or looked for.
        what: String,
        /// The error with its causes.
        error: String,
    },
    /// The learner's file does not compile.
    DoesNotCompile {
        /// What rustc wrote, unchanged.
        text: String,
    },
    /// A loaded program could not be attached.
    AttachFailed {
        /// The program's name in the object.
        program: String,
        /// What it was to be attached to.
        hook: String,
        /// The error with its causes.
        error: String,
    },
    /// The guest program did not go through to its end, or the kernel complained.
    Crashed {
        /// How: a signal, a status, an end without the end record, too much output.
        how: String,
        /// What the program wrote to standard output and standard error.
        diagnostics: String,
    },
    /// The guest's kernel panicked.
    KernelPanicked {
        /// The lines of the console that say why, in order.
        last_words: Vec<String>,
    },
    /// Something did not happen in time.
    TimedOut {
        /// What was awaited.
        awaited: String,
        /// For how long.
        #[serde(rename = "waited_ms", with = "milliseconds")]
        waited: Duration,
    },
    /// The lab does not run on this kernel, as its manifest says.
    Skipped {
        /// Why.
        reason: String,
    },
    /// Nothing could be decided, and it is not the learner's doing.
    Infrastructure {
        /// What happened.
        what: String,
        /// What to do next.
        hint: String,
    },
}

/// One check that is not what was expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckDifference {
    /// The check's name.
    pub check: String,
    /// What the check proves; empty for an undeclared one.
    pub what: String,
    /// In which way it differs.
    pub nature: Nature,
    /// Expected against observed, in order.
    pub lines: Vec<DiffLine>,
}

/// In which way a check differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// Other lines were observed.
    Lines,
    /// The check is declared but never began.
    NeverObserved,
    /// The check was observed but no manifest declares it.
    Undeclared,
}

impl Verdict {
    /// The verdict's name.
    #[must_use]
    pub fn kind(&self) -> VerdictKind {
        match self {
            Self::Passed => VerdictKind::Passed,
            Self::Differs { .. } => VerdictKind::Differs,
            Self::Rejected { .. } => VerdictKind::Rejected,
            Self::OpenFailed { .. } => VerdictKind::OpenFailed,
            Self::DoesNotCompile { .. } => VerdictKind::DoesNotCompile,
            Self::AttachFailed { .. } => VerdictKind::AttachFailed,
            Self::Crashed { .. } => VerdictKind::Crashed,
            Self::KernelPanicked { .. } => VerdictKind::KernelPanicked,
            Self::TimedOut { .. } => VerdictKind::TimedOut,
            Self::Skipped { .. } => VerdictKind::Skipped,
            Self::Infrastructure { .. } => VerdictKind::Infrastructure,
        }
    }
}

/// Durations as whole milliseconds.
mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(duration: &Duration, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u64(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
        u64::deserialize(from).map(Duration::from_millis)
    }
}
