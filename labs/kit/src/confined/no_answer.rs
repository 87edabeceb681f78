//! Why a confined process did not answer.

use std::{fmt, time::Duration};

use super::cage::NOT_CONFINED;

/// A question to which no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoAnswer {
    /// What happened instead.
    pub why: Why,
    /// Where the exercise said that it was: see [`super::here`].
    pub place: Option<[u32; 2]>,
}

/// What happened instead of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// The exercise returned this error.
    Error(String),
    /// It panicked; the message is in what it printed.
    Panicked,
    /// A signal ended it: 11 for memory that is not its own, 4 for an instruction that there is not.
    Signal(i32),
    /// It ended by itself, with this code.
    Exit(i32),
    /// It was not done after this time, and was ended.
    TooLate(Duration),
    /// It answered what cannot be read; this is its beginning.
    Unreadable(String),
    /// Its answer is longer than so many MiB.
    TooLong(u64),
    /// It could not be confined, so it did not run.
    NotConfined,
}

impl Why {
    /// What an exit status of waitpid(2) means that is no success, of a process that has `said` so much.
    pub(super) fn of_status(status: libc::c_int, said: &[u8]) -> Option<Self> {
        if libc::WIFSIGNALED(status) {
            return Some(Self::Signal(libc::WTERMSIG(status)));
        }
        match libc::WEXITSTATUS(status) {
            0 if !said.is_empty() => None,
            NOT_CONFINED if said.is_empty() => Some(Self::NotConfined),
            101 => Some(Self::Panicked),
            code => Some(Self::Exit(code)),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "returned an error: {error}"),
            Self::Panicked => write!(f, "panicked; its message is in what the program printed"),
            Self::Signal(signal) => {
                write!(f, "was ended by signal {signal}{}, without an answer", signal_name(*signal))
            }
            Self::Exit(code) => write!(f, "ended with exit code {code}, without an answer"),
            Self::TooLate(limit) => {
                write!(f, "was not done after {:.1} s, and was ended", limit.as_secs_f64())
            }
            Self::Unreadable(begin) => write!(f, "answered what cannot be read; it begins with `{begin}`"),
            Self::TooLong(most) => write!(f, "answered with more than {most} MiB"),
            Self::NotConfined => write!(f, "could not be confined"),
        }
    }
}

/// What a signal that a processor raises means.
pub(crate) fn signal_name(signal: i32) -> &'static str {
    match signal {
        libc::SIGSEGV => " (memory that is not its own)",
        libc::SIGILL => " (an instruction that there is not)",
        libc::SIGFPE => " (a division that has no result)",
        libc::SIGTRAP => " (a breakpoint)",
        libc::SIGSYS => " (a system call that it has given up)",
        _ => "",
    }
}

impl fmt::Display for NoAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the exercise {}", self.why)
    }
}

impl std::error::Error for NoAnswer {}
