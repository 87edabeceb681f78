//! What the host may ask of the agent, and what the agent reports.

use serde::{Deserialize, Serialize};

/// What the host asks of the agent. The agent answers each with the event named in its description.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Request {
    /// "Are you there?" Answer: [`Event::Pong`] with the same number.
    Ping(u64),
    /// The first request after a restore: set the clock and stir fresh randomness into the pool,
    /// because all guests restored from one checkpoint start identical. Answer: [`Event::Awake`].
    Wake {
        /// Nanoseconds since the Unix epoch.
        epoch_ns: u64,
        /// Fresh random bytes from the host.
        entropy: [u8; 32],
    },
    /// The last request before a checkpoint is taken: wait until the kernel has done what it puts off until
    /// after a boot. Answer: [`Event::Settled`].
    Settle,
    /// Write a file in the guest (parents are created). Its contents lie in the memory of the guest's
    /// `ivshmem-plain` device. Answer: [`Event::Stored`].
    PutFile {
        /// Absolute path in the guest.
        path: String,
        /// Permission bits, for example `0o755`.
        mode: u32,
        /// Where the contents begin in that memory, in bytes.
        begin: u32,
        /// How many bytes they are.
        size: u32,
    },
    /// Run a program to its end; a guest runs one program. Answer: any number of observations, diagnostics and kernel log
    /// lines, then [`Event::Exited`], then [`Event::Done`].
    Run(Program),
    /// Start a program that talks with a person; it counts as the one program of this guest, and the agent goes on
    /// taking requests meanwhile. Answer: any number of [`Event::Screen`] or [`Event::Diagnostic`], then
    /// [`Event::Exited`], then [`Event::Done`].
    Shell(Shell),
    /// Bytes for the shell's terminal or standard input. Answer: [`Event::Taken`], when they are written. At most
    /// [`crate::INPUT_WINDOW`] bytes may be under way without an answer.
    Input(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The shell's standard input ends. A terminal's does not end: the person types Ctrl-D. No answer.
    EndOfInput,
    /// The shell's terminal has another size now. No answer.
    Resize(Size),
    /// Power the guest off. No answer.
    PowerOff,
}

/// A program to run in the guest, with its limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// The absolute path and the arguments.
    pub argv: Vec<String>,
    /// The whole environment: nothing is inherited.
    pub env: Vec<(String, String)>,
    /// How long the program may run, in milliseconds of guest time.
    pub timeout_ms: u64,
    /// How many bytes may come out of standard output and standard error together.
    pub diagnostics_limit: u64,
    /// How many bytes may come out of the observation channel (file descriptor 3).
    pub observations_limit: u64,
}

/// A program that talks with a person, for as long as the person likes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shell {
    /// The absolute path and the arguments.
    pub argv: Vec<String>,
    /// The whole environment: nothing is inherited.
    pub env: Vec<(String, String)>,
    /// The size of its terminal; without one it has pipes, and standard output and standard error are kept apart.
    pub terminal: Option<Size>,
}

/// The size of a terminal, in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Size {
    /// How many lines.
    pub rows: u16,
    /// How many characters a line.
    pub columns: u16,
}

/// What the agent tells the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// The guest has booted and the agent listens.
    Ready {
        /// [`crate::VERSION`] of the agent.
        version: u16,
        /// What `uname -r` says.
        release: String,
        /// Guest uptime in milliseconds.
        uptime_ms: u64,
    },
    /// The answer to [`Request::Ping`].
    Pong(u64),
    /// The answer to [`Request::Wake`].
    Awake,
    /// The answer to [`Request::Settle`].
    Settled,
    /// The answer to [`Request::PutFile`].
    Stored,
    /// Bytes that the program wrote to the observation channel, as they came.
    Observation(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Bytes that the program wrote to standard output or standard error.
    Diagnostic {
        /// Which of the two.
        stream: Stream,
        /// The bytes, not necessarily UTF-8, not necessarily whole lines.
        #[serde(with = "serde_bytes")]
        bytes: Vec<u8>,
    },
    /// Bytes that appeared on the shell's terminal.
    Screen(#[serde(with = "serde_bytes")] Vec<u8>),
    /// So many bytes of [`Request::Input`] were written to the shell, or thrown away because it reads no more.
    Taken(u32),
    /// One line of the kernel's log since the run began.
    KernelLog(String),
    /// How the program ended.
    Exited(Exit),
    /// Everything about this run has been said. Without it no run counts.
    Done,
    /// A request could not be carried out.
    Refused {
        /// What was asked.
        what: String,
        /// Why it failed, as the guest's system gave it.
        why: String,
    },
}

/// The two diagnostic streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// How a program in the guest ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Exit {
    /// It returned this status.
    Code(i32),
    /// This signal killed it.
    Signal(i32),
    /// It ran longer than its timeout and was killed.
    TimedOut,
    /// It wrote more than a limit allows and was killed.
    TooMuchOutput,
}
