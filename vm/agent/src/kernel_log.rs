//! Follows the kernel's log from a moment on, read from /dev/kmsg as it grows.
//!
//! Reading it only at the end would lose what a flood has overwritten in the kernel's buffer: the
//! line with the complaint may be the first one. It judges no line.

use std::{
    fs::{File, OpenOptions},
    io::{self, ErrorKind, PipeReader, PipeWriter, Read, Seek, SeekFrom},
    os::{
        fd::{AsFd, BorrowedFd},
        unix::fs::OpenOptionsExt,
    },
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    io::Errno,
};
use wire::Event;

use crate::{port::Events, run::rest};

/// The longest record that the kernel hands out in one read.
const RECORD: usize = 8192;

/// How many lines of one run are forwarded at most: a chatty kernel must not drown the observations.
const MOST_LINES: usize = 20_000;

/// A thread that forwards the kernel's log from the moment it is told to begin until it is told to stop.
pub(crate) struct KernelLog {
    /// The same open file as the follower's: they share its position.
    log: File,
    /// Sending tells the thread to begin.
    begin: SyncSender<()>,
    /// Dropping it tells the thread to read what is there and end.
    _stop: PipeWriter,
}

impl KernelLog {
    /// Starts the thread, which waits. `too_much` is called once, if there is more to forward than the limit
    /// allows, and `drained` when all is forwarded.
    ///
    /// # Errors
    /// When there is no log or no pipe to be had.
    pub(crate) fn prepare(
        events: Events,
        too_much: impl FnOnce() + Send + 'static,
        drained: impl FnOnce() + Send + 'static,
    ) -> Result<Self, String> {
        let (begin, begun) = sync_channel(1);
        let open = || OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open("/dev/kmsg");
        let both = open().and_then(|log| Ok((log.try_clone()?, log)));
        let (log, shared) = both.map_err(|error| format!("cannot open /dev/kmsg: {error}"))?;
        let (stopped, stop) = io::pipe().map_err(|error| format!("no pipe: {error}"))?;
        let mut follower = Follower { log, events, lines: 0, too_much: Some(too_much) };
        thread::spawn(move || {
            if begun.recv().is_ok() {
                follower.run(&stopped);
            }
            drained();
            rest();
        });
        Ok(Self { log: shared, begin, _stop: stop })
    }

    /// From now on every line of the log is forwarded.
    pub(crate) fn begin(&mut self) {
        // Without it, the follower would begin with the boot: more lines, none lost.
        let _ = self.log.seek(SeekFrom::End(0));
        let _ = self.begin.try_send(());
    }

    /// Asks for what is left. `drained` is called when that is forwarded, or at once if nobody told it to begin.
    pub(crate) fn stop(self) {}
}

struct Follower<F> {
    log: File,
    events: Events,
    lines: usize,
    too_much: Option<F>,
}

impl<F: FnOnce()> Follower<F> {
    fn run(&mut self, stopped: &PipeReader) {
        // Past the limit there is nothing to wait for but the end.
        while self.too_much.is_some() {
            // Whoever is told to stop still reads what came before.
            let stop = wait(self.log.as_fd(), stopped.as_fd());
            self.drain();
            if stop {
                return;
            }
        }
    }

    fn drain(&mut self) {
        let mut record = [0; RECORD];
        while self.lines < MOST_LINES {
            match self.log.read(&mut record) {
                Ok(0) => return,
                Ok(length) => {
                    self.lines += 1;
                    self.events.send(Event::KernelLog(message(&String::from_utf8_lossy(&record[..length]))));
                }
                // EPIPE: older records were overwritten; go on with the oldest that is left.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => return,
            }
        }
        if let Some(too_much) = self.too_much.take() {
            too_much();
        }
    }
}

/// Waits until the log grows or nobody holds the other end of `stopped`; says whether the latter is so.
fn wait(log: BorrowedFd<'_>, stopped: BorrowedFd<'_>) -> bool {
    let mut both =
        [PollFd::from_borrowed_fd(log, PollFlags::IN), PollFd::from_borrowed_fd(stopped, PollFlags::IN)];
    match poll(&mut both, None) {
        Ok(_) => !both[1].revents().is_empty(),
        // A signal that means nothing: look again.
        Err(Errno::INTR) => false,
        // Another error ends the following: a loop without a wait would take the guest's only processor.
        Err(_) => true,
    }
}

/// `6,339,5140900,-;text\n KEY=value\n` → `text`. The format is described in the kernel's
/// Documentation/ABI/testing/dev-kmsg.
fn message(record: &str) -> String {
    let text = record.split_once(';').map_or(record, |(_, text)| text);
    text.lines().next().unwrap_or_default().to_owned()
}
