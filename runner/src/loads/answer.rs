//! What one kernel did with each program: the records of one guest, read.
//!
//! The object may be hostile, and through its kernel the guest: what cannot be read is left out, and a program without an
//! answer has none.

use std::collections::BTreeMap;

use channel::{Cost, Record, Study};
use vm::{Ending, RunRecord};
use wire::Exit;

/// What a kernel did with a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It accepted the program; more is known if it was asked for.
    Accepted(Cost, Option<Box<Study>>),
    /// It, or the loader on its behalf, refused the program.
    Rejected {
        /// The system's error, or the loader's.
        error: String,
        /// The verifier's log; empty if there is none.
        log: String,
    },
    /// Nobody knows.
    Undecided {
        /// Why.
        why: String,
    },
}

/// The answers of one kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KernelAnswers {
    /// The kernel's name: `6.1`.
    pub kernel: String,
    /// Why the loader could not open the object as a whole, if it could not.
    pub unopened: Option<String>,
    /// Why programs may be without an answer, if not all was said.
    pub broke_off: Option<String>,
    /// By the program's name.
    answers: BTreeMap<String, Answer>,
}

impl KernelAnswers {
    /// Reads what a guest has left.
    #[must_use]
    pub fn read(kernel: &str, record: &RunRecord) -> Self {
        let mut read = Self {
            kernel: kernel.to_owned(),
            unopened: None,
            broke_off: how_it_broke_off(&record.ending),
            answers: BTreeMap::new(),
        };
        let mut ended = false;
        for line in record.observations.split(|byte| *byte == b'\n') {
            match Record::from_line(&String::from_utf8_lossy(line)) {
                Ok(Record::End) => ended = true,
                Ok(record) => read.take(record),
                Err(_) => {}
            }
        }
        if !ended && read.broke_off.is_none() {
            read.broke_off = Some("the loader did not come to its end".to_owned());
        }
        read
    }

    /// A kernel that said nothing, because of this.
    #[must_use]
    pub fn none(kernel: &str, why: &str) -> Self {
        let broke_off = Some(why.to_owned());
        Self { kernel: kernel.to_owned(), unopened: None, broke_off, answers: BTreeMap::new() }
    }

    /// The name of the folder for what this kernel said; an image's path becomes one word.
    #[must_use]
    pub fn folder(&self) -> String {
        self.kernel.replace('/', "_")
    }

    /// The answer about a program, if there is one.
    #[must_use]
    pub fn known(&self, program: &str) -> Option<&Answer> {
        self.answers.get(program)
    }

    /// The answer about a program.
    #[must_use]
    pub fn of(&self, program: &str) -> Answer {
        let silent = || self.broke_off.as_deref().unwrap_or("the loader did not speak of it").to_owned();
        self.answers.get(program).cloned().unwrap_or_else(|| Answer::Undecided { why: silent() })
    }

    fn take(&mut self, record: Record) {
        let (program, answer) = match record {
            Record::Loaded { program, cost, study } => (program, Answer::Accepted(cost, study)),
            Record::Rejected { program, error, log } => (program, Answer::Rejected { error, log }),
            Record::Undecided { program, why } => (program, Answer::Undecided { why }),
            Record::OpenFailed { error, .. } => {
                self.unopened.get_or_insert(error);
                return;
            }
            _ => return,
        };
        self.answers.entry(program).or_insert(answer);
    }
}

/// The file for the log of a program. A name that would lead elsewhere has none.
#[must_use]
pub fn log_name(program: &str) -> Option<String> {
    /// Longer names are possible in an object, and not in a folder.
    const LONGEST: usize = 200;
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    (program.len() <= LONGEST && !program.starts_with('.') && program.chars().all(plain))
        .then(|| format!("{program}.log"))
}

/// Why not all programs were answered for; `None` if the guest came to its end well.
fn how_it_broke_off(ending: &Ending) -> Option<String> {
    Some(match ending {
        Ending::Done(Exit::Code(0)) => return None,
        Ending::Done(Exit::Code(code)) => format!("the loader ended with status {code}"),
        Ending::Done(Exit::Signal(signal)) => format!("the loader was killed by signal {signal}"),
        Ending::Done(Exit::TimedOut) => "the time was over".to_owned(),
        Ending::Done(Exit::TooMuchOutput) => "there was too much to say".to_owned(),
        Ending::KernelPanicked => "the guest's kernel panicked".to_owned(),
        Ending::PoweredOff { how } => format!("the guest was shut down from inside (`{how}`)"),
        Ending::ShutDown { reason } => format!("the guest was shut down from inside (`{reason}`)"),
        Ending::Silent { awaited, waited } => {
            format!("the guest is silent: waited {waited:.1?} for {awaited}")
        }
        Ending::Killed { status } => format!("QEMU was ended from outside ({status})"),
        Ending::Vanished { status } => format!("QEMU ended ({status})"),
        Ending::Broken { what } => format!("the connection to the guest broke: {what}"),
    })
}
