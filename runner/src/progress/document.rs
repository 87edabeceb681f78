//! The document: as it is kept, exported and imported.
//!
//! Reading and merging are pure. Where the file lies and who may write it is [`super::store`]'s matter.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The form of the document. A newer one is refused, not guessed at.
pub const SCHEMA: u32 = 1;

/// Larger than any honest document, in bytes: it is neither read nor written.
pub(super) const LARGEST: usize = 4 << 20;

/// Everything a learner has done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Document {
    /// The form of the document.
    pub schema: u32,
    /// By the lab's stable id: `lab-03`.
    #[serde(default)]
    pub labs: BTreeMap<String, LabProgress>,
}

impl Default for Document {
    fn default() -> Self {
        Self { schema: SCHEMA, labs: BTreeMap::new() }
    }
}

/// What was done in one lab.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabProgress {
    /// The highest hint that was read: 0 is none, 3 the last.
    #[serde(default)]
    pub hint: u8,
    /// The latest pass by kernel: `6.1`.
    #[serde(default)]
    pub passed: BTreeMap<String, Pass>,
}

/// One pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pass {
    /// The SHA-256 of the `exercise.rs` that passed.
    pub content: String,
    /// When, in seconds since 1970.
    pub unix_s: u64,
    /// The workload's seed.
    #[serde(default)]
    pub seed: u64,
}

/// Why a document cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// A newer runner wrote it.
    #[error("a newer runner wrote it: its schema is {0}, this runner knows {SCHEMA}")]
    Newer(u32),
    /// It is no document of this kind, or half of one.
    #[error("{0}")]
    Broken(String),
}

/// Only the schema, to tell a newer document from a broken one.
#[derive(Deserialize)]
struct Head {
    schema: u32,
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// [`Unusable`], with the place where it breaks off.
    pub fn parse(bytes: &[u8]) -> Result<Self, Unusable> {
        if bytes.len() > LARGEST {
            return Err(Unusable::Broken(format!("it has {} bytes, more than any progress", bytes.len())));
        }
        if bytes.trim_ascii().is_empty() {
            return Err(Unusable::Broken("it is empty".into()));
        }
        let broken = |error: serde_json::Error| Unusable::Broken(error.to_string());
        let head: Head = serde_json::from_slice(bytes).map_err(broken)?;
        if head.schema > SCHEMA {
            return Err(Unusable::Newer(head.schema));
        }
        let mut document: Self = serde_json::from_slice(bytes).map_err(broken)?;
        document.schema = SCHEMA;
        Ok(document)
    }

    /// The document as text, for people to read and for `import`.
    #[must_use]
    pub fn text(&self) -> String {
        // Maps with text keys and plain values always have a JSON form.
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    /// Takes over what another document has and this one lacks: later passes, further hints.
    pub fn merge(&mut self, other: &Self) {
        for (id, theirs) in &other.labs {
            let ours = self.labs.entry(id.clone()).or_default();
            ours.hint = ours.hint.max(theirs.hint);
            for (kernel, pass) in &theirs.passed {
                ours.record(kernel, pass.clone());
            }
        }
    }

    /// What was done in a lab.
    #[must_use]
    pub fn lab(&self, id: &str) -> LabProgress {
        self.labs.get(id).cloned().unwrap_or_default()
    }
}

impl LabProgress {
    /// Notes a pass, unless a later one on this kernel is known.
    pub fn record(&mut self, kernel: &str, pass: Pass) {
        let known = self.passed.get(kernel);
        if known.is_none_or(|known| known.unix_s <= pass.unix_s) {
            self.passed.insert(kernel.to_owned(), pass);
        }
    }

    /// Whether it passed on any kernel: then the learner may go on.
    #[must_use]
    pub fn is_done(&self) -> bool {
        !self.passed.is_empty()
    }

    /// The texts that passed.
    #[must_use]
    pub fn contents(&self) -> BTreeSet<&str> {
        self.passed.values().map(|pass| pass.content.as_str()).collect()
    }
}
