//! A run's record, read: checks with their observations, what was refused, and every oddity.
//!
//! Nothing is lost and nothing is judged here; what the oddities mean is `judge`'s matter.

use std::borrow::Cow;

use channel::{Cost, Record};
use serde::{Deserialize, Serialize};
use vm::{Ending, RunRecord, Times};

use crate::explain;

/// How many malformed lines are kept whole; a flood of more is only counted.
pub const MOST_MALFORMED: usize = 32;

/// How many checks one run may name: no lab has so many, and looking one up must stay cheap when
/// a hostile program names a million.
pub const MOST_CHECKS: usize = 64;

/// How many loaded programs one run may name: what a hostile guest says beyond that is not kept.
pub const MOST_LOADED: usize = 64;

/// Everything a run left, in the runner's words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Transcript {
    /// What `uname -r` said in the guest.
    pub release: String,
    /// The observed checks, in order of first appearance.
    pub checks: Vec<ObservedCheck>,
    /// The programs that the kernel accepted, with what it says of them: the first [`MOST_LOADED`], in order.
    pub loaded: Vec<LoadedProgram>,
    /// The programs whose refusal was observed: the first [`MOST_LOADED`], in order.
    pub refused: Vec<RefusedProgram>,
    /// The first thing that the kernel or the loader refused, if the guest program reported one.
    pub refusal: Option<Refusal>,
    /// Whether [`Record::End`] was said.
    pub ended: bool,
    /// What is wrong with the channel itself: the first [`MOST_MALFORMED`] lines, in order.
    pub malformed: Vec<Malformed>,
    /// How many such lines there were in all.
    pub malformed_count: usize,
    /// What was changed while reading, without changing the meaning.
    pub notes: Vec<String>,
    /// Standard output and standard error; bytes that are not UTF-8 became U+FFFD.
    pub diagnostics: String,
    /// The kernel's log since the run began.
    pub kernel_log: Vec<String>,
    /// The serial console since QEMU started.
    pub console: String,
    /// How it ended.
    pub ending: Ending,
    /// How long each step took.
    pub times: Times,
    /// How many bytes came over the observation channel.
    pub observation_bytes: usize,
    /// How many bytes of diagnostics came.
    pub diagnostic_bytes: usize,
}

/// One check with its observations.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObservedCheck {
    /// The check's name.
    pub name: String,
    /// One observation each.
    pub lines: Vec<String>,
}

/// A program that the kernel accepted: see [`Record::Loaded`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedProgram {
    /// The program's name in the object.
    pub program: String,
    /// What the kernel says of it.
    pub cost: Cost,
}

/// A program whose refusal is an observation: see [`Record::Refused`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedProgram {
    /// The program's name in the object.
    pub program: String,
    /// The verifier's whole log.
    pub log: String,
}

/// What the guest program said was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// See [`Record::Rejected`].
    Rejected {
        /// The program's name in the object.
        program: String,
        /// The system's error.
        error: String,
        /// The verifier's whole log.
        log: String,
    },
    /// See [`Record::OpenFailed`].
    OpenFailed {
        /// What was opened or looked for.
        what: String,
        /// The error with its causes.
        error: String,
    },
    /// See [`Record::AttachFailed`].
    AttachFailed {
        /// The program's name in the object.
        program: String,
        /// What it was to be attached to.
        hook: String,
        /// The error with its causes.
        error: String,
    },
}

/// A line of the observation channel that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed {
    /// Counted from 1.
    pub line: usize,
    /// The line itself.
    pub text: String,
    /// What is wrong with it.
    pub why: String,
}

impl Transcript {
    /// Reads a record. Never fails: what cannot be read is kept in `malformed`.
    #[must_use]
    pub fn from_record(record: RunRecord) -> Self {
        let mut reader = Reader::default();
        let mut number = 0;
        for line in record.observations.split_inclusive(|byte| *byte == b'\n') {
            number += 1;
            reader.line(number, line);
        }
        if std::str::from_utf8(&record.diagnostics).is_err() {
            reader
                .notes
                .push("the diagnostics hold bytes that are not UTF-8, shown as `\u{fffd}`".to_owned());
        }
        Self {
            release: record.release,
            checks: reader.checks,
            loaded: reader.loaded,
            refused: reader.refused,
            refusal: reader.refusal,
            ended: reader.ended,
            malformed: reader.malformed,
            malformed_count: reader.malformed_count,
            notes: reader.notes,
            diagnostics: String::from_utf8_lossy(&record.diagnostics).into_owned(),
            kernel_log: record.kernel_log,
            console: record.console,
            ending: record.ending,
            times: record.times,
            observation_bytes: record.observations.len(),
            diagnostic_bytes: record.diagnostics.len(),
        }
    }
}

/// The observation of a refusal: the cause's name, which is the same on every kernel. What nobody knows stays in the
/// verifier's own words.
fn refused(program: &str, error: &str, log: &str) -> String {
    let explanation = explain::explain(log, None);
    match (explanation.family, explanation.reason) {
        (Some(family), _) => format!("{program}: refused: {}", family.id),
        (None, Some(reason)) => format!("{program}: refused: {reason}"),
        (None, None) => format!("{program}: refused: {error}"),
    }
}

/// What was read so far.
#[derive(Default)]
struct Reader {
    checks: Vec<ObservedCheck>,
    current: Option<usize>,
    loaded: Vec<LoadedProgram>,
    refused: Vec<RefusedProgram>,
    refusal: Option<Refusal>,
    ended: bool,
    malformed: Vec<Malformed>,
    malformed_count: usize,
    notes: Vec<String>,
}

impl Reader {
    fn line(&mut self, number: usize, bytes: &[u8]) {
        let text = String::from_utf8_lossy(bytes);
        let line = text.trim_end_matches('\n');
        if matches!(text, Cow::Owned(_)) && self.notes.is_empty() {
            let note = "of the observations holds bytes that are not UTF-8, shown as `\u{fffd}`";
            self.notes.push(format!("line {number} {note}"));
        }
        if !text.ends_with('\n') {
            return self.malformed(number, line, "it is the last line and has no end");
        }
        if self.ended {
            return self.malformed(number, line, "it came after the end record");
        }
        match (Record::from_line(line), self.current) {
            (Err(error), _) => self.malformed(number, line, &format!("it is no record: {error}")),
            (Ok(Record::Observe(_)), None) => {
                self.malformed(number, line, "it is an observation before the first check");
            }
            (Ok(Record::Refused { .. }), None) => {
                self.malformed(number, line, "it is an observation before the first check");
            }
            (Ok(Record::Observe(observation)), Some(check)) => self.checks[check].lines.push(observation),
            (Ok(Record::Refused { program, error, log }), Some(check)) => {
                self.checks[check].lines.push(refused(&program, &error, &log));
                if self.refused.len() < MOST_LOADED {
                    self.refused.push(RefusedProgram { program, log });
                }
            }
            (Ok(Record::Check(name)), _) if self.is_one_too_many(&name) => {
                self.malformed(number, line, &format!("a lab has at most {MOST_CHECKS} checks"));
            }
            (Ok(record), _) => self.record(record),
        }
    }

    fn is_one_too_many(&self, name: &str) -> bool {
        self.checks.len() >= MOST_CHECKS && !self.checks.iter().any(|check| check.name == name)
    }

    fn malformed(&mut self, line: usize, text: &str, why: &str) {
        self.malformed_count += 1;
        if self.malformed.len() < MOST_MALFORMED {
            self.malformed.push(Malformed { line, text: text.to_owned(), why: why.to_owned() });
        }
    }

    fn record(&mut self, record: Record) {
        let refusal = match record {
            Record::Check(name) => return self.check(name),
            Record::End => return self.ended = true,
            // `labs/load` says the last, which no lab has asked for.
            Record::Observe(_) | Record::Refused { .. } | Record::Undecided { .. } => return,
            Record::Loaded { program, cost, .. } => return self.loaded(LoadedProgram { program, cost }),
            Record::Rejected { program, error, log } => Refusal::Rejected { program, error, log },
            Record::OpenFailed { what, error } => Refusal::OpenFailed { what, error },
            Record::AttachFailed { program, hook, error } => Refusal::AttachFailed { program, hook, error },
        };
        self.refusal.get_or_insert(refusal);
    }

    /// A program that is loaded again counts once: the last time.
    fn loaded(&mut self, loaded: LoadedProgram) {
        self.loaded.retain(|known| known.program != loaded.program);
        if self.loaded.len() < MOST_LOADED {
            self.loaded.push(loaded);
        }
    }

    /// A check that is named again goes on where it stopped.
    fn check(&mut self, name: String) {
        let known = self.checks.iter().position(|check| check.name == name);
        self.current = Some(known.unwrap_or_else(|| {
            self.checks.push(ObservedCheck { name, lines: Vec::new() });
            self.checks.len() - 1
        }));
    }
}

#[cfg(test)]
pub(crate) mod samples;
#[cfg(test)]
mod tests;
