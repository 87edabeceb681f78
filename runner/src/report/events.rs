//! A check as it goes on, one JSON document a line: for `watch`, and for editors.
//!
//! The last line is the whole report. Whoever reads no further than a line has read what is true so far.

use std::io::{self, Write};

use serde::{Deserialize, Serialize};

use super::{JobReport, Report};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CheckEvent {
    /// Something begins that takes time: a build step, a checkpoint.
    Step {
        /// What.
        what: String,
    },
    /// Everything is compiled.
    Built {
        /// How long it took, in milliseconds.
        took_ms: u64,
    },
    /// The kernel has accepted a program: nothing is decided by it.
    Loaded {
        /// The lab's name.
        lab: String,
        /// The kernel's name.
        kernel: String,
        /// The program's name in the object.
        program: String,
    },
    /// One job is decided. The jobs come in the order in which they are.
    Decided {
        /// The job; its build time is not known yet.
        job: Box<JobReport>,
    },
    /// Everything is decided.
    Report {
        /// The report.
        report: Report,
    },
}

impl CheckEvent {
    /// Writes it as a line, and lets nobody wait for it.
    ///
    /// # Errors
    /// What the stream says.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        out.write_all(&line)?;
        out.flush()
    }
}
