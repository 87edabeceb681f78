//! Mutants: wrong solutions, and what their first line promises.
//!
//! It reads the promise. Whether a verdict keeps it is [`Mutant::kept_by`]'s pure decision;
//! nothing is built here.

use std::path::PathBuf;

use super::CatalogError;
use crate::judge::{Verdict, VerdictKind};

/// A wrong solution that must fail for the reason in its first line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The file's name without `.rs`.
    pub name: String,
    /// The file.
    pub path: PathBuf,
    /// The verdict it must get.
    pub expected: VerdictKind,
    /// The check that must differ, if the verdict is to name one.
    pub check: Option<String>,
    /// The seed with which it must fail: a hard-coded answer is only caught by another workload.
    pub seed: u64,
    /// A text that must occur in the rendered details.
    pub text: String,
}

/// How the first line of a mutant must look.
pub(super) const FORM: &str = "// fails: VERDICT[ in CHECK][ with seed N]: TEXT";

impl Mutant {
    /// Reads the first line: `// fails: Differs in count: after attach: 0`.
    ///
    /// # Errors
    /// [`CatalogError::MutantLine`]: another form, an unknown verdict, an undeclared check, an empty text.
    pub fn parse(name: &str, path: PathBuf, source: &str, checks: &[&str]) -> Result<Self, CatalogError> {
        let line = source.lines().next().unwrap_or_default();
        let wrong = |why: String| CatalogError::MutantLine { file: path.clone(), line: line.to_owned(), why };
        let promise = line.strip_prefix("// fails: ").ok_or_else(|| wrong(format!("it is not `{FORM}`")))?;
        let (head, text) = promise.split_once(": ").ok_or_else(|| wrong(format!("it is not `{FORM}`")))?;
        let (head, seed) = match head.split_once(" with seed ") {
            Some((head, seed)) => {
                (head, seed.parse().map_err(|_| wrong(format!("`{seed}` is no seed, which is a number")))?)
            }
            None => (head, 0),
        };
        let (kind, check) = match head.split_once(" in ") {
            Some((kind, check)) => (kind, Some(check)),
            None => (head, None),
        };
        let expected: VerdictKind = kind.parse().map_err(wrong)?;
        if expected == VerdictKind::Passed {
            return Err(wrong("a mutant must not pass".to_owned()));
        }
        if let Some(check) = check.filter(|check| !checks.contains(check)) {
            return Err(wrong(format!("`{check}` is no check of this lab: {}", checks.join(", "))));
        }
        if text.trim().is_empty() {
            return Err(wrong("the text that must occur in the details is empty".to_owned()));
        }
        let text = text.trim().to_owned();
        Ok(Self { name: name.to_owned(), expected, check: check.map(str::to_owned), seed, text, path })
    }

    /// Whether a verdict is the promised one; `details` are its rendered details.
    #[must_use]
    pub fn kept_by(&self, verdict: &Verdict, details: &str) -> bool {
        let names_check = self.check.as_ref().is_none_or(|check| match verdict {
            Verdict::Differs { checks } => checks.iter().any(|difference| difference.check == *check),
            _ => false,
        });
        verdict.kind() == self.expected && names_check && details.contains(&self.text)
    }
}
