//! What can go wrong with a virtual machine. None of these is ever the learner's fault.

use std::{io, path::PathBuf, time::Duration};

use crate::advice;

/// An error of the machinery. A program that fails in the guest is not one: see [`crate::Ending`].
#[derive(Debug, thiserror::Error)]
pub enum VmError {
    /// QEMU did not start.
    #[error("`{}` does not start: {source}\nhint: run `cargo runner doctor`; it names what is missing and how to install it", program.display())]
    NoQemu {
        /// The program that was tried.
        program: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Something was awaited and did not come.
    #[error("waited {waited:.1?} for {awaited}, in vain{}", excerpt(console))]
    Timeout {
        /// What was awaited.
        awaited: String,
        /// For how long.
        waited: Duration,
        /// The end of the guest's console.
        console: String,
    },
    /// QEMU ended before the guest was ready.
    #[error("QEMU ended ({status}) while waiting for {awaited}{}", excerpt(console))]
    Ended {
        /// How QEMU ended.
        status: String,
        /// What was awaited.
        awaited: String,
        /// The end of QEMU's messages and the guest's console.
        console: String,
    },
    /// The agent refused a request or broke the protocol.
    #[error("the agent in the guest: {0}")]
    Agent(String),
    /// A file that does not fit into the memory in which files are handed over.
    #[error(
        "cannot hand `{path}` over to the guest: it has {size} bytes, and the limit is {}\nhint: make it smaller; data that it embeds can be made in the guest",
        crate::program::LARGEST_FILE
    )]
    TooLarge {
        /// Its path in the guest.
        path: String,
        /// In bytes.
        size: usize,
    },
    /// Another process holds a lock for too long.
    #[error("waited {waited:.1?} for another runner that holds `{}`, in vain\nhint: if no other runner is at work, find the process that holds the file (`lslocks` shows it) and end it; else run the same command when that one is done", path.display())]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// For how long.
        waited: Duration,
    },
    /// QEMU's control socket refused a command.
    #[error("QEMU refused `{command}`: {why}")]
    Refused {
        /// The QMP command.
        command: String,
        /// What QEMU said.
        why: String,
    },
    /// A file or a socket failed.
    #[error("cannot {act}: {source}\nhint: {}", advice::for_io(source))]
    Io {
        /// What was tried, with the path.
        act: String,
        /// What the system said.
        source: io::Error,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

impl VmError {
    /// An [`VmError::Io`] from what was tried.
    pub(crate) fn io(act: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let act = act.into();
        move |source| Self::Io { act, source }
    }
}

/// The last lines of a console, as an indented block; nothing for an empty one.
fn excerpt(console: &str) -> String {
    let lines: Vec<_> = console.lines().filter(|line| !line.trim().is_empty()).collect();
    let tail = &lines[lines.len().saturating_sub(8)..];
    tail.iter().map(|line| format!("\n    {line}")).collect()
}
