//! Where a learner goes on after a failure: which file, which line, which chapter.
//!
//! It looks at the exercise. It does not look at the verdict.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use crate::{catalog::Lab, judge::VerdictKind};

/// What stands where the learner is to write; in two pieces, because it stands whole only in exercises.
pub(crate) const MARK: &str = concat!("TODO", "(lab)");

/// The next step of a learner. Paths are relative to the course's root.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guidance {
    /// The file to edit.
    pub edit: PathBuf,
    /// The line of the first mark, counted from 1; `None` once it is gone.
    pub todo_line: Option<usize>,
    /// The chapter.
    pub chapter: PathBuf,
    /// The lab's first hint.
    pub hint: String,
    /// The command that brings the original back, if the exercise passes as it comes.
    #[serde(default)]
    pub reset: Option<String>,
}

impl Guidance {
    /// For a lab's own exercise. An unreadable file counts as one without the mark.
    #[must_use]
    pub fn for_exercise(lab: &Lab, root: &Path) -> Self {
        let source = fs::read_to_string(&lab.exercise).unwrap_or_default();
        let relative = |path: &Path| path.strip_prefix(root).unwrap_or(path).to_owned();
        Self {
            edit: relative(&lab.exercise),
            todo_line: source.lines().position(|line| line.contains(MARK)).map(|index| index + 1),
            chapter: relative(&lab.chapter),
            hint: lab.manifest.hints.first().cloned().unwrap_or_default(),
            reset: (lab.manifest.exercise == VerdictKind::Passed)
                .then(|| format!("cargo runner reset {}", lab.id)),
        }
    }
}
