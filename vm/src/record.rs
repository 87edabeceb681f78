//! What a run in a guest left behind, whole and unjudged.

use std::time::Duration;

use wire::Exit;

/// Everything that one run of one program left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// What `uname -r` said in the guest.
    pub release: String,
    /// The bytes of the observation channel, in order.
    pub observations: Vec<u8>,
    /// Standard output and standard error of the program, interleaved as they came.
    pub diagnostics: Vec<u8>,
    /// The kernel's log since the run began, one entry a line.
    pub kernel_log: Vec<String>,
    /// Everything that came over the serial console since QEMU started.
    pub console: String,
    /// How it ended.
    pub ending: Ending,
    /// How long each step took.
    pub times: Times,
}

/// How a run ended. Only [`Ending::Done`] means that the agent said so itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The agent reported the program's end and then the end of the run.
    Done(Exit),
    /// The guest's kernel panicked; the console holds its last words.
    KernelPanicked,
    /// The guest said nothing for too long.
    Silent {
        /// What was awaited: "the end of the program", "an answer to a ping".
        awaited: String,
        /// For how long.
        waited: Duration,
    },
    /// Something in the guest powered it off, rebooted or halted it before the run's end.
    PoweredOff {
        /// The kernel's words: `Power down`, `Restarting system`, `System halted`.
        how: String,
    },
    /// Something in the guest shut the machine down without a word of its kernel: a reset port, a triple
    /// fault, a silenced log. QEMU itself bears witness.
    ShutDown {
        /// QEMU's reason: `guest-reset`, `guest-shutdown`.
        reason: String,
    },
    /// QEMU was ended from outside the guest: by a signal or over its control socket.
    Killed {
        /// How QEMU ended, with its reason if it gave one: `signal: 9 (SIGKILL)`, `exit status: 0, host-signal`.
        status: String,
    },
    /// QEMU ended for no reason that is known: it crashed.
    Vanished {
        /// How QEMU ended: `exit status: 1`, `signal: 11 (SIGSEGV)`.
        status: String,
    },
    /// The agent's side of the port broke: half a frame, rubbish, a refused request.
    Broken {
        /// What was wrong.
        what: String,
    },
}

/// How long the steps of a run took on the host's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// From starting QEMU to the agent's first answer.
    pub start: Duration,
    /// Handing over the files.
    pub handover: Duration,
    /// From the order to run to the end message.
    pub run: Duration,
}
