//! What the user types, read so that Ctrl-C ends the waiting. It does not know what was asked.

use std::io::{self, Read};

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Standard input. A plain read would go on waiting after Ctrl-C: the handler is another thread, and the
/// system starts an interrupted read again.
pub(super) struct Typed;

/// How often the wait looks whether the user has asked to stop.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 100_000_000 };

impl Read for Typed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let input = io::stdin();
        loop {
            if vm::children::interrupted() {
                // Not of the kind `Interrupted`: that would only be tried again.
                return Err(io::Error::other("interrupted"));
            }
            match poll(&mut [PollFd::new(&input, PollFlags::IN)], Some(&LOOK)) {
                Ok(0) | Err(rustix::io::Errno::INTR) => {}
                Ok(_) => return rustix::io::read(&input, buffer).map_err(Into::into),
                Err(error) => return Err(error.into()),
            }
        }
    }
}
