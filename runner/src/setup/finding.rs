//! One thing that is not as it should be, and its one fix. Finding it is the part of `findings`.

use std::fmt;

use serde::Serialize;

use super::Step;

/// Something that this machine lacks or has in a wrong form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable name, such as `qemu-missing`.
    pub id: &'static str,
    /// Whether work can start in spite of it.
    pub weight: Weight,
    /// What is wrong, in one line.
    pub what: String,
    /// The one fix, in one line.
    pub fix: String,
    /// The fix as something that set-up can do; nothing if only a person can.
    #[serde(skip)]
    pub step: Option<Step>,
}

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Weight {
    /// Without the fix the command cannot start.
    Stops,
    /// The command can start; something is slower or less sure.
    Advice,
}

impl Finding {
    /// A finding that a step mends.
    pub(super) fn mended(id: &'static str, weight: Weight, what: impl Into<String>, step: Step) -> Self {
        Self { id, weight, what: what.into(), fix: step.to_string(), step: Some(step) }
    }

    /// A finding that only a person can mend.
    #[must_use]
    pub fn by_hand(
        id: &'static str,
        weight: Weight,
        what: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self { id, weight, what: what.into(), fix: fix.into(), step: None }
    }
}

impl fmt::Display for Finding {
    /// One line: `qemu-missing: … · fix: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} · fix: {}", self.id, self.what, self.fix)
    }
}
