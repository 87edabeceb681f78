//! The observation channel: what a lab's guest program may say to the judge, one record a line.
//!
//! The guest side is `labs/kit`, the host side is `runner::transcript`. Nothing in a record is a
//! verdict: the judge on the host compares observations and decides.

mod task;

use serde::{Deserialize, Serialize};

pub use task::{Study, StudyLine, StudyMap, StudyRun, TASK_PATH, Task, Wanted};

/// The environment variable that carries the seed to the guest program, as a decimal `u64`.
pub const SEED_VARIABLE: &str = "LAB_SEED";

/// The environment variable that says for how long the verifier may look at one program, in milliseconds.
pub const LOAD_TIMEOUT_VARIABLE: &str = "LAB_LOAD_TIMEOUT_MS";

/// The file descriptor of the observation channel in the guest program.
pub const CHANNEL_FD: i32 = 3;

/// Where the guest program finds the eBPF object of its lab.
pub const OBJECT_PATH: &str = "/lab/object.o";

/// Where the guest program itself lies.
pub const PROGRAM_PATH: &str = "/lab/program";

/// One record. On the wire: one line of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// From here on, observations belong to this check.
    Check(String),
    /// One observation: one line of text. Values that legitimately vary are marked
    /// `<kind=value>` (see `kit::mask`); the judge replaces them by `<kind#1>`, `<kind#2>` …
    Observe(String),
    /// The verifier (or the loader before it) refused a program.
    Rejected {
        /// The program's name in the object.
        program: String,
        /// The system's error, for example `Permission denied (os error 13)`.
        error: String,
        /// The whole verifier log; empty if the kernel gave none.
        log: String,
    },
    /// An observation: the verifier refused a program that the lab only tries, and may well be meant to be refused. The
    /// host names the cause, so that it is the same on every kernel, whatever the verifier's words are.
    Refused {
        /// The program's name in the object.
        program: String,
        /// The system's error.
        error: String,
        /// The whole verifier log.
        log: String,
    },
    /// The object could not be opened: not eBPF, a missing program, a wrong program type, a map the kernel refuses.
    OpenFailed {
        /// What was opened or looked for.
        what: String,
        /// The error with its causes.
        error: String,
    },
    /// A loaded program could not be attached.
    AttachFailed {
        /// The program's name in the object.
        program: String,
        /// What it was to be attached to, for example `tracepoint syscalls/sys_enter_getppid`.
        hook: String,
        /// The error with its causes.
        error: String,
    },
    /// The kernel has accepted a program.
    Loaded {
        /// The program's name in the object.
        program: String,
        /// What the kernel says of it.
        cost: Cost,
        /// More, where the task wants it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        study: Option<Box<Study>>,
    },
    /// Nobody knows what the kernel would say to a program: the loader does not know its type, or the time was over.
    /// Only the program in `labs/load` writes this.
    Undecided {
        /// The program's name in the object.
        program: String,
        /// Why nobody knows.
        why: String,
    },
    /// The guest program went through to its end. Without it nothing counts.
    End,
}

/// What a loaded program costs, as the kernel says it (`struct bpf_prog_info` of `linux/bpf.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Instructions after the kernel has rewritten them.
    pub translated: u32,
    /// Instructions that the verifier looked at, over all paths; `None` before 5.16, which does not tell.
    pub verified: Option<u32>,
    /// Machine code, in bytes; 0 if the JIT compiler is off.
    pub jited: u32,
}

impl Record {
    /// The record as one line of JSON, with its newline.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut line =
            serde_json::to_string(self).unwrap_or_else(|error| format!("unprintable record: {error}"));
        line.push('\n');
        line
    }

    /// Reads one line.
    ///
    /// # Errors
    /// What serde_json says when the line is not a record.
    pub fn from_line(line: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(line)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_is_one_line_whatever_it_holds() {
        let record = Record::Rejected { program: "p".into(), error: "e".into(), log: "a\nb\u{0}\"".into() };
        let line = record.to_line();
        assert_eq!(line.matches('\n').count(), 1);
        assert_eq!(Record::from_line(line.trim_end()).unwrap(), record);
        assert_eq!(Record::End.to_line(), "\"end\"\n");
        assert_eq!(Record::Check("count".into()).to_line(), "{\"check\":\"count\"}\n");
    }
}
