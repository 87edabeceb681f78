//! Runs one program in a guest and collects everything that it leaves.

use std::time::{Duration, Instant};

use wire::{Event, Exit, FrameError, Program, Request};

use crate::{
    console::{shows_panic, shows_power_off},
    deadline::Deadline,
    error::VmError,
    guest::{Guest, NoEvent},
    qmp::{Shutdown, Wish},
    record::{Ending, RunRecord, Times},
};

/// What the host waits beyond the program's own timeout, before scaling: the agent must have time
/// to kill, to drain the pipes and to say so.
pub const PATIENCE: Duration = Duration::from_secs(5);

/// The largest file that can be handed over, in bytes: two of them and some tools fit where files are laid.
pub const LARGEST_FILE: usize = 48 << 20;

/// How many kernel log lines are kept at most. The agent sends fewer; a hostile one might not.
const MOST_LOG_LINES: usize = 50_000;

/// A file to hand over before the run.
#[derive(Debug, Clone, Copy)]
pub struct GuestFile<'a> {
    /// Absolute path in the guest.
    pub path: &'a str,
    /// Permission bits.
    pub mode: u32,
    /// The contents.
    pub contents: &'a [u8],
}

/// What a run collects on its way.
#[derive(Default)]
struct Collected {
    observations: Vec<u8>,
    diagnostics: Vec<u8>,
    kernel_log: Vec<String>,
    exit: Option<Exit>,
}

impl Guest {
    /// Hands a file over.
    ///
    /// # Errors
    /// [`VmError::TooLarge`] before anything is sent, if it has more than [`LARGEST_FILE`] bytes, or too many
    /// lie there already; when the
    /// guest refuses, is silent or gone.
    pub fn put_file(&mut self, file: GuestFile<'_>, deadline: &Deadline) -> Result<(), VmError> {
        let size = file.contents.len();
        let too_large = || VmError::TooLarge { path: file.path.to_owned(), size };
        if size > LARGEST_FILE {
            return Err(too_large());
        }
        let begin = self.shelf.lay(file.contents)?.ok_or_else(too_large)?;
        let (path, mode) = (file.path.to_owned(), file.mode);
        let request = Request::PutFile { path, mode, begin: begin as u32, size: size as u32 };
        self.ask(&request, deadline, |event| matches!(event, Event::Stored).then_some(()))
    }

    /// Runs a program to its end, the guest's end, or the deadline, and ends the guest.
    /// `times.run` is filled in; the caller knows the other two.
    ///
    /// # Errors
    /// Only [`VmError::Interrupted`]: whatever else happens is an [`Ending`].
    pub fn run(self, release: &str, program: &Program, patience: Duration) -> Result<RunRecord, VmError> {
        self.run_heard(release, program, patience, &mut |_| {})
    }

    /// The same, and `hear` is called with each event as it comes, before it is collected.
    ///
    /// # Errors
    /// As [`Guest::run`].
    pub fn run_heard(
        mut self,
        release: &str,
        program: &Program,
        patience: Duration,
        hear: &mut dyn FnMut(&Event),
    ) -> Result<RunRecord, VmError> {
        let started = Instant::now();
        let timeout = Duration::from_millis(program.timeout_ms) + patience;
        let deadline = Deadline::after(timeout, format!("the end of `{}`", program.argv.join(" ")));
        let mut collected = Collected::default();
        let ending = match self.send(&Request::Run(program.clone()), &deadline) {
            Ok(()) => self.collect(program, &deadline, &mut collected, hear),
            Err(why) => Err(why),
        };
        let run = started.elapsed();
        let ending = self.settle(ending, &deadline)?;
        Ok(RunRecord {
            release: release.to_owned(),
            observations: collected.observations,
            diagnostics: collected.diagnostics,
            kernel_log: collected.kernel_log,
            console: self.console(),
            ending,
            times: Times { run, ..Times::default() },
        })
    }

    /// Takes events until the end message. The guest is not trusted: each kind is bounded.
    fn collect(
        &mut self,
        program: &Program,
        deadline: &Deadline,
        into: &mut Collected,
        hear: &mut dyn FnMut(&Event),
    ) -> Result<Ending, NoEvent> {
        let broken = |what: &str| Ok(Ending::Broken { what: what.to_owned() });
        loop {
            let event = self.next_event(deadline)?;
            hear(&event);
            match event {
                Event::Observation(bytes) => into.observations.extend(bytes),
                Event::Diagnostic { bytes, .. } => into.diagnostics.extend(bytes),
                Event::KernelLog(line) => into.kernel_log.push(line),
                Event::Exited(exit) => into.exit = Some(exit),
                Event::Done => {
                    return into.exit.map_or_else(
                        || broken("the agent ended the run without saying how the program ended"),
                        |exit| Ok(Ending::Done(exit)),
                    );
                }
                Event::Refused { what, why } => return broken(&format!("cannot {what}: {why}")),
                other => return broken(&format!("the agent said {other:?} in the middle of a run")),
            }
            if into.observations.len() as u64 > program.observations_limit
                || into.diagnostics.len() as u64 > program.diagnostics_limit
                || into.kernel_log.len() > MOST_LOG_LINES
            {
                return broken("the guest sent more than its limits allow");
            }
        }
    }

    /// Ends the guest and finds out what its silence or its end meant.
    pub(crate) fn settle(
        &mut self,
        ending: Result<Ending, NoEvent>,
        deadline: &Deadline,
    ) -> Result<Ending, VmError> {
        let found = match ending {
            Ok(ending) => {
                self.kill();
                return Ok(ending);
            }
            Err(_) if crate::children::interrupted() => return Err(VmError::Interrupted),
            Err(NoEvent::Timeout) => {
                self.kill();
                Ending::Silent { awaited: deadline.awaited().to_owned(), waited: deadline.timeout() }
            }
            Err(NoEvent::Broken(error)) => self.post_mortem(&error),
        };
        // A panic explains every kind of silence, and so does a guest that was told to stop.
        let console = self.console();
        Ok(match shows_power_off(&console) {
            _ if shows_panic(&console) => Ending::KernelPanicked,
            Some(how) => Ending::PoweredOff { how: how.to_owned() },
            None => found,
        })
    }

    /// Ends the guest whose port ended or broke, and says who did it, as far as QEMU knows. What the guest
    /// itself says is not asked here: it may have silenced its kernel.
    fn post_mortem(&mut self, error: &FrameError) -> Ending {
        let end = self.end();
        match (self.shutdown(), error) {
            (Some(Shutdown { wish: Wish::Guests, reason }), _) => Ending::ShutDown { reason },
            (Some(Shutdown { wish: Wish::Hosts, reason }), _) => {
                Ending::Killed { status: format!("{end}, {reason}") }
            }
            (None, _) if end.is_foul_play() => Ending::Killed { status: end.to_string() },
            (None, FrameError::Ended | FrameError::Io(_)) => Ending::Vanished { status: end.to_string() },
            (None, other) => Ending::Broken { what: other.to_string() },
        }
    }
}
