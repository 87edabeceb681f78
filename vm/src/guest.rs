//! A running guest: the QEMU process, its control socket, and the conversation with the agent.

use std::{
    fmt,
    io::{self, ErrorKind, Write},
    os::{
        fd::AsRawFd,
        unix::{net::UnixStream, process::ExitStatusExt},
    },
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, sync_channel},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    process::{Pid, PidfdFlags, pidfd_open},
};
use wire::{Event, FrameError, Request, read_frame, write_frame};

use crate::{
    arguments::{Descriptors, Invocation, Memory, Origin, arguments},
    children::{Registration, contain, interrupted},
    console::Console,
    deadline::Deadline,
    error::VmError,
    machine::{Accelerator, Machine, Qemu},
    qmp::{Qmp, Shutdown},
    shelf::Shelf,
};

/// How many events may wait on the host before the guest is held up.
const QUEUE: usize = 256;

/// How long QEMU may take to put up its control socket.
const QMP_TIMEOUT: Duration = Duration::from_secs(20);

/// A guest with its QEMU. Dropping it ends both.
#[derive(Debug)]
pub struct Guest {
    child: Child,
    registration: Option<Registration>,
    readers: Vec<JoinHandle<()>>,
    console: Console,
    messages: Console,
    port: UnixStream,
    events: Receiver<Result<Event, FrameError>>,
    pub(crate) shelf: Shelf,
    pub(crate) qmp: Qmp,
    command_line: String,
    started: Instant,
}

/// Why no event came.
#[derive(Debug)]
pub(crate) enum NoEvent {
    /// The deadline passed.
    Timeout,
    /// The stream ended or broke.
    Broken(FrameError),
}

/// How QEMU came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    /// We did not do it.
    ByItself(ExitStatus),
    /// It went on without its guest's port, and we ended it.
    ByUs,
}

impl End {
    /// Whether a signal ended it that no program sends to itself when it crashes: somebody on the host did.
    pub(crate) fn is_foul_play(self) -> bool {
        let foreign =
            [libc::SIGHUP, libc::SIGINT, libc::SIGQUIT, libc::SIGKILL, libc::SIGTERM, libc::SIGXCPU];
        matches!(self, Self::ByItself(status) if status.signal().is_some_and(|signal| foreign.contains(&signal)))
    }
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ByItself(status) => write!(f, "{status}"),
            Self::ByUs => f.write_str("it went on and had to be ended"),
        }
    }
}

impl Guest {
    /// Starts QEMU and opens its control socket. The guest's processors may not run yet.
    ///
    /// # Errors
    /// [`VmError::NoQemu`] when it does not start, [`VmError::Ended`] when it ends at once,
    /// [`VmError::Timeout`] when it says nothing, [`VmError::Interrupted`].
    pub(crate) fn start(
        qemu: &Qemu,
        accelerator: Accelerator,
        machine: &Machine,
        memory: Memory<'_>,
        origin: Origin<'_>,
        deadline: &Deadline,
    ) -> Result<Self, VmError> {
        let started = Instant::now();
        let pair = || UnixStream::pair().map_err(VmError::io("make a socket pair"));
        let ((port, agent_end), (control, qmp_end)) = (pair()?, pair()?);
        let shelf = Shelf::new()?;
        let fds = Descriptors { agent: agent_end.as_raw_fd(), qmp: qmp_end.as_raw_fd(), shelf: shelf.fd() };
        let list = arguments(&Invocation { qemu, accelerator, machine, memory, origin, fds });
        let mut command = Command::new(&qemu.path);
        command.args(&list).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        contain(&mut command, &[fds.agent, fds.qmp, fds.shelf]);
        let mut child =
            command.spawn().map_err(|source| VmError::NoQemu { program: qemu.path.clone(), source })?;
        let registration = Some(Registration::of(child.id()));
        drop((agent_end, qmp_end));
        let (console, messages) = (Console::default(), Console::default());
        let mut readers = Vec::new();
        readers.extend(child.stdout.take().map(|out| console.follow(out)));
        readers.extend(child.stderr.take().map(|err| messages.follow(err)));
        let events = follow_events(&port)?;
        let words = list.iter().map(|word| word.to_string_lossy().into_owned());
        let command_line =
            std::iter::once(qemu.path.display().to_string()).chain(words).collect::<Vec<_>>().join(" ");
        let timeout = deadline.left().unwrap_or_default().min(QMP_TIMEOUT);
        let deadline = Deadline::after(timeout, "QEMU to open its control socket");
        match Qmp::open(control, &deadline) {
            Ok(qmp) => Ok(Self {
                child,
                registration,
                readers,
                console,
                messages,
                port,
                events,
                shelf,
                qmp,
                command_line,
                started,
            }),
            Err(error) => {
                drop(registration);
                let status = child.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
                readers.into_iter().for_each(|reader| drop(reader.join()));
                let console = messages.text() + &console.text();
                let awaited = deadline.awaited().to_owned();
                match error {
                    _ if interrupted() => Err(VmError::Interrupted),
                    VmError::Io { .. } => Err(VmError::Ended { status, awaited, console }),
                    VmError::Timeout { .. } => Err(VmError::Timeout { awaited, waited: timeout, console }),
                    other => Err(other),
                }
            }
        }
    }

    /// QEMU's whole command line, for the evidence folder.
    #[must_use]
    pub fn command_line(&self) -> &str {
        &self.command_line
    }

    /// The process id of QEMU.
    #[must_use]
    pub fn qemu_pid(&self) -> u32 {
        self.child.id()
    }

    /// When QEMU was started.
    #[must_use]
    pub fn started(&self) -> Instant {
        self.started
    }

    /// What the guest has printed on its console so far, after QEMU's own messages.
    #[must_use]
    pub fn console(&self) -> String {
        self.messages.text() + &self.console.text()
    }

    /// Sends a request without waiting for the answer.
    ///
    /// # Errors
    /// [`NoEvent::Timeout`] when the guest does not take it in time.
    pub(crate) fn send(&mut self, request: &Request, deadline: &Deadline) -> Result<(), NoEvent> {
        match write_frame(&mut Punctual { port: &self.port, deadline }, request) {
            Err(FrameError::Io(error))
                if matches!(error.kind(), ErrorKind::TimedOut | ErrorKind::WouldBlock) =>
            {
                Err(NoEvent::Timeout)
            }
            sent => sent.map_err(NoEvent::Broken),
        }
    }

    /// The agent's port, for a thread that does nothing but write to it. Who writes otherwise must not do so
    /// any more.
    pub(crate) fn writer(&self) -> Result<UnixStream, VmError> {
        let shared = self.port.try_clone().and_then(|port| port.set_write_timeout(None).map(|()| port));
        shared.map_err(VmError::io("share the agent's socket"))
    }

    /// Waits for the next event.
    pub(crate) fn next_event(&mut self, deadline: &Deadline) -> Result<Event, NoEvent> {
        /// How often the wait looks whether the user has asked to stop.
        const LOOK: Duration = Duration::from_millis(200);
        loop {
            let Some(left) = deadline.left() else { return Err(NoEvent::Timeout) };
            match self.events.recv_timeout(left.min(LOOK)) {
                Ok(Ok(event)) => return Ok(event),
                Ok(Err(error)) => return Err(NoEvent::Broken(error)),
                Err(RecvTimeoutError::Disconnected) => return Err(NoEvent::Broken(FrameError::Ended)),
                Err(RecvTimeoutError::Timeout) if interrupted() => return Err(NoEvent::Timeout),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Sends a request and waits for an answer that `accept` understands.
    pub(crate) fn ask<T>(
        &mut self,
        request: &Request,
        deadline: &Deadline,
        accept: impl Fn(Event) -> Option<T>,
    ) -> Result<T, VmError> {
        if let Err(why) = self.send(request, deadline) {
            return Err(self.lost(why, deadline));
        }
        self.expect(deadline, accept)
    }

    /// Waits for an event that `accept` understands. Any other event is an error.
    pub(crate) fn expect<T>(
        &mut self,
        deadline: &Deadline,
        accept: impl Fn(Event) -> Option<T>,
    ) -> Result<T, VmError> {
        match self.next_event(deadline) {
            Ok(Event::Refused { what, why }) => Err(VmError::Agent(format!("cannot {what}: {why}"))),
            Ok(event) => {
                let said = format!("{event:?}");
                accept(event).ok_or_else(|| {
                    let said: String = said.chars().take(80).collect();
                    VmError::Agent(format!("said `{said}` instead of {}", deadline.awaited()))
                })
            }
            Err(why) => Err(self.lost(why, deadline)),
        }
    }

    /// The error for a QEMU whose control socket failed: if it is gone, how it ended says more.
    pub(crate) fn explain(&mut self, error: VmError, deadline: &Deadline) -> VmError {
        match error {
            _ if interrupted() => VmError::Interrupted,
            VmError::Io { .. } => self.lost(NoEvent::Broken(FrameError::Ended), deadline),
            other => other,
        }
    }

    /// The error for a guest that does not answer.
    fn lost(&mut self, why: NoEvent, deadline: &Deadline) -> VmError {
        let awaited = deadline.awaited().to_owned();
        match why {
            _ if interrupted() => VmError::Interrupted,
            NoEvent::Timeout => {
                VmError::Timeout { awaited, waited: deadline.timeout(), console: self.console() }
            }
            NoEvent::Broken(_) => {
                let status = self.end().to_string();
                VmError::Ended { status, awaited, console: self.console() }
            }
        }
    }

    /// Waits briefly for QEMU to end by itself, then ends it; returns how it ended. All that it
    /// printed has been read afterwards.
    pub(crate) fn end(&mut self) -> End {
        /// A guest that panics or powers off needs this long under emulation.
        const GRACE: Duration = Duration::from_millis(500);
        let by_itself = self.registration.is_none() || self.wait_for_exit(GRACE);
        match self.kill() {
            Some(status) if by_itself => End::ByItself(status),
            _ => End::ByUs,
        }
    }

    /// Why the machine was shut down, if QEMU said so. To be called after [`Guest::end`].
    pub(crate) fn shutdown(&mut self) -> Option<Shutdown> {
        /// All that there is to read lies in the socket's buffer.
        const TIMEOUT: Duration = Duration::from_secs(2);
        self.qmp.shutdown(&Deadline::after(TIMEOUT, "QEMU's last words"))
    }

    /// Waits until the QEMU process has ended, at most this long; says whether it has.
    pub(crate) fn wait_for_exit(&self, timeout: Duration) -> bool {
        let Some(pid) = Pid::from_raw(self.child.id() as i32) else { return false };
        let Ok(process) = pidfd_open(pid, PidfdFlags::empty()) else { return false };
        let timeout =
            Timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: i64::from(timeout.subsec_nanos()) };
        // An error only shortens the wait.
        poll(&mut [PollFd::new(&process, PollFlags::IN)], Some(&timeout)).is_ok_and(|ended| ended > 0)
    }

    /// Ends QEMU at once.
    pub(crate) fn kill(&mut self) -> Option<ExitStatus> {
        // A QEMU that has ended by itself keeps its own status: the signal comes too late for it.
        self.registration = None;
        let status = self.child.wait().ok();
        self.readers.drain(..).for_each(|reader| drop(reader.join()));
        status
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The agent's port as a stream that gives up at a deadline: a guest that reads nothing would hold
/// us up as soon as the socket's buffer is full.
struct Punctual<'a> {
    port: &'a UnixStream,
    deadline: &'a Deadline,
}

impl Write for Punctual<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let left = self.deadline.left().ok_or(ErrorKind::TimedOut)?;
        self.port.set_write_timeout(Some(left))?;
        self.port.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts the thread that reads the agent's events.
fn follow_events(port: &UnixStream) -> Result<Receiver<Result<Event, FrameError>>, VmError> {
    let mut incoming = port.try_clone().map_err(VmError::io("share the agent's socket"))?;
    let (sender, receiver) = sync_channel(QUEUE);
    thread::spawn(move || {
        loop {
            let event = read_frame(&mut incoming);
            let last = event.is_err();
            if sender.send(event).is_err() || last {
                break;
            }
        }
    });
    Ok(receiver)
}
