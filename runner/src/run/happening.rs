//! What happens while a plan is carried out, for whoever shows it. Nothing is decided by it.

use std::time::Duration;

use channel::Record;
use wire::Event;

use super::{live::Lines, matrix::Observed};
use crate::plan::Job;

/// Something that happened, told as it happens, from any thread.
#[derive(Debug, Clone, Copy)]
pub enum Happening<'a> {
    /// Something begins that takes time: a build step, a checkpoint.
    Begun(&'a str),
    /// Everything is compiled; it took so long.
    Built(Duration),
    /// The kernel has accepted a program of this job.
    Loaded {
        /// The job.
        job: &'a Job<'a>,
        /// The program's name in the object.
        program: &'a str,
    },
    /// A job is decided.
    Decided {
        /// The job.
        job: &'a Job<'a>,
        /// What it came to.
        observed: &'a Observed,
    },
}

/// Hears which programs a run loads, each once.
pub(super) struct Loads<F> {
    lines: Lines,
    told: Vec<String>,
    tell: F,
}

/// How many programs are told of at most: a hostile guest could name a million.
const MOST: usize = crate::transcript::MOST_LOADED;

impl<F: FnMut(&str)> Loads<F> {
    /// Calls `tell` with the name of each program.
    pub(super) fn new(tell: F) -> Self {
        Self { lines: Lines::default(), told: Vec::new(), tell }
    }

    /// Takes what the guest says.
    pub(super) fn hear(&mut self, event: &Event) {
        let Event::Observation(bytes) = event else { return };
        if self.told.len() == MOST {
            return;
        }
        for line in self.lines.push(bytes) {
            // Most lines are observations: they need not be read twice.
            if !line.starts_with("{\"loaded\"") {
                continue;
            }
            if let Ok(Record::Loaded { program, .. }) = Record::from_line(&line)
                && !self.told.contains(&program)
                && self.told.len() < MOST
            {
                (self.tell)(&program);
                self.told.push(program);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use channel::Cost;

    use super::*;

    #[test]
    fn each_program_is_told_once_when_its_line_is_whole() {
        let mut told = Vec::new();
        let mut loads = Loads::new(|program: &str| told.push(program.to_owned()));
        let line = |program: &str| {
            Record::Loaded { program: program.into(), cost: Cost::default(), study: None }
                .to_line()
                .into_bytes()
        };
        let (head, tail) = (line("a")[..9].to_vec(), line("a")[9..].to_vec());
        for bytes in [head, tail, line("a"), Record::Check("loaded".into()).to_line().into_bytes(), line("b")]
        {
            loads.hear(&Event::Observation(bytes));
        }
        assert_eq!(told, ["a", "b"]);
    }
}
