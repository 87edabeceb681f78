//! A rule and what it finds.

use std::fmt;

use crate::Tree;

/// Something that the repository keeps.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// What holds, as one sentence.
    pub holds: &'static str,
    /// How to mend it where it does not.
    pub mend: &'static str,
    /// All places where it does not.
    pub find: fn(&Tree) -> Vec<Finding>,
}

impl Rule {
    /// Looks for places where the rule does not hold.
    ///
    /// # Errors
    /// A message that names them all and says how to mend them.
    pub fn check(&self, tree: &Tree) -> Result<(), String> {
        let findings = (self.find)(tree);
        if findings.is_empty() {
            return Ok(());
        }
        let places: String = findings.iter().map(|finding| format!("\n  {finding}")).collect();
        Err(format!("{}, but not here:{places}\nhint: {}", self.holds, self.mend))
    }
}

/// One place where a rule does not hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file or folder, from the root.
    pub file: String,
    /// The line, counted from 1, if it is about one.
    pub line: Option<usize>,
    /// What is wrong there.
    pub what: String,
}

impl Finding {
    /// About a whole file or folder.
    pub fn file(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), line: None, what: what.into() }
    }

    /// About one line, counted from 1.
    pub fn line(file: impl Into<String>, line: usize, what: impl Into<String>) -> Self {
        Self { file: file.into(), line: Some(line), what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.what),
            None => write!(f, "{}: {}", self.file, self.what),
        }
    }
}

/// Asserts that a rule holds in a good tree and finds exactly this in a broken one.
#[cfg(test)]
pub(crate) fn bites(rule: &Rule, broken: &Tree, expected: &str) {
    assert_eq!(rule.check(&crate::sample::good()), Ok(()), "the good tree must keep the rule");
    let findings: Vec<String> = (rule.find)(broken).iter().map(ToString::to_string).collect();
    assert_eq!(findings, [expected]);
    let message = rule.check(broken).unwrap_err();
    assert!(message.contains(rule.holds) && message.contains("\nhint: "), "{message}");
}
