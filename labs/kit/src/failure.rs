//! The ways in which a learner's object can fail before anything was observed.
//!
//! A [`Failure`] is an error for `?` and a record for the judge. Failures of the lab program itself
//! (a fork, a file) are plain `anyhow` errors and never blamed on the learner.

use std::{error::Error, fmt};

use channel::Record;

/// An error that is a record: [`crate::lab`] writes it to the observation channel as it is.
#[derive(Debug)]
pub struct Failure(Record);

impl Failure {
    /// The object could not be opened, or does not hold what the lab needs.
    #[must_use]
    pub fn open(what: impl Into<String>, error: impl Into<String>) -> Self {
        Self(Record::OpenFailed { what: what.into(), error: error.into() })
    }

    /// The verifier, or the loader before it, refused the program.
    #[must_use]
    pub fn rejected(program: &str, error: impl Into<String>, log: impl Into<String>) -> Self {
        Self(Record::Rejected { program: program.into(), error: error.into(), log: log.into() })
    }

    /// The loaded program could not be attached to its hook.
    #[must_use]
    pub fn attach(program: &str, hook: &str, error: impl Into<String>) -> Self {
        Self(Record::AttachFailed { program: program.into(), hook: hook.into(), error: error.into() })
    }

    /// The record that the judge reads.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.0
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Record::OpenFailed { what, error } => write!(formatter, "cannot open {what}: {error}"),
            Record::Rejected { program, error, .. } => write!(formatter, "`{program}` was rejected: {error}"),
            Record::AttachFailed { program, hook, error } => {
                write!(formatter, "cannot attach `{program}` to {hook}: {error}")
            }
            other => write!(formatter, "{other:?}"),
        }
    }
}

impl Error for Failure {}

/// An error with all its causes on one line, each said once.
///
/// aya's errors often repeat their source in their own text; repeating it again helps nobody.
#[must_use]
pub fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chain_says_every_cause_once() {
        let inner = std::io::Error::from_raw_os_error(2);
        let error = anyhow::Error::from(inner).context("cannot read `x`");
        assert_eq!(chain(error.as_ref()), "cannot read `x`: No such file or directory (os error 2)");
        let repeating = anyhow::anyhow!("b").context("a: b");
        assert_eq!(chain(repeating.as_ref()), "a: b");
    }
}
