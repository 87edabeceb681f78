//! A person's conversation with a program in a guest: what is typed goes in, what is said comes out, as it comes.
//!
//! It knows no terminal: whoever calls it has one, or has not. It is the one wait without a deadline: a session
//! lasts as long as the person wants. A guest that says nothing is asked now and then whether it is there, so a
//! dead one is noticed.

use std::{
    io,
    os::unix::net::UnixStream,
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        mpsc::{Receiver, Sender, channel},
    },
    thread,
    time::Duration,
};

use wire::{Event, Exit, INPUT_WINDOW, Request, Shell, Size, Stream, write_frame};

use crate::{
    deadline::{Deadline, Scale},
    error::VmError,
    guest::{Guest, NoEvent},
    record::Ending,
};

/// After so much silence a guest is asked whether it is there.
const PING: Duration = Duration::from_secs(2);

/// A guest that has not answered for so long, before scaling, is dead.
const SILENCE: Duration = Duration::from_secs(20);

/// What the program in the guest says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard<'a> {
    /// On its terminal, or on standard output if it has none.
    Out(&'a [u8]),
    /// On standard error, if it has no terminal.
    Err(&'a [u8]),
}

/// What a person says to the program. Clones speak to the same one; when it has ended, nobody listens.
#[derive(Debug, Clone)]
pub struct Voice {
    requests: Sender<Request>,
    credit: Arc<Credit>,
}

impl Voice {
    /// Types these bytes. Blocks while the guest has not taken what was typed before; says whether anybody
    /// listens still.
    pub fn say(&self, bytes: &[u8]) -> bool {
        bytes.chunks(INPUT_WINDOW / 2).all(|chunk| {
            self.credit.take(chunk.len()) && self.requests.send(Request::Input(chunk.to_vec())).is_ok()
        })
    }

    /// Says that nothing more will come. Only for a program without a terminal.
    pub fn end(&self) {
        // A session that is over needs no end.
        let _ = self.requests.send(Request::EndOfInput);
    }

    /// The terminal has another size.
    pub fn resize(&self, size: Size) {
        let _ = self.requests.send(Request::Resize(size));
    }

    fn ping(&self, number: u64) {
        let _ = self.requests.send(Request::Ping(number));
    }
}

impl Guest {
    /// Starts the program and carries what is said both ways until it ends, the guest ends or is dead, or the user
    /// asks to stop; then ends the guest. `begin` gets the voice before the program starts, `hear` is called with
    /// what is said. Returns how it ended, and what the guest's console showed.
    ///
    /// # Errors
    /// [`VmError::Interrupted`], [`VmError::Io`] with what `hear` could not do. Whatever happens to the guest is
    /// an [`Ending`].
    pub fn converse(
        mut self,
        shell: Shell,
        scale: Scale,
        begin: impl FnOnce(Voice),
        mut hear: impl FnMut(Heard<'_>) -> io::Result<()>,
    ) -> Result<(Ending, String), VmError> {
        let (requests, queue) = channel();
        let voice = Voice { requests, credit: Arc::default() };
        write_requests(self.writer()?, queue);
        // The receiver lives as long as the port.
        let _ = voice.requests.send(Request::Shell(shell));
        begin(voice.clone());
        let silence = Deadline::after(scale.apply(SILENCE), "the guest to say that it is still there");
        let heard = self.listen(&voice, silence.timeout(), &mut hear);
        voice.credit.close();
        let ending = match heard {
            Ok(ending) => self.settle(Ok(ending), &silence),
            Err(Lost::Guest(why)) => self.settle(Err(why), &silence),
            Err(Lost::Listener(source)) => Err(VmError::io("print what the guest says")(source)),
        };
        Ok((ending?, self.console()))
    }

    fn listen(
        &mut self,
        voice: &Voice,
        silence: Duration,
        hear: &mut dyn FnMut(Heard<'_>) -> io::Result<()>,
    ) -> Result<Ending, Lost> {
        let broken = |what: String| Ok(Ending::Broken { what });
        let (mut exit, mut unanswered): (Option<Exit>, u32) = (None, 0);
        loop {
            let event = match self.next_event(&Deadline::after(PING, "the guest to say something")) {
                Ok(event) => event,
                // Pings are counted, not the time: the runner itself may have been stopped, or held up by
                // whoever reads what it prints.
                Err(NoEvent::Timeout) if !crate::children::interrupted() && PING * unanswered < silence => {
                    unanswered += 1;
                    voice.ping(unanswered.into());
                    continue;
                }
                Err(why) => return Err(Lost::Guest(why)),
            };
            unanswered = 0;
            match event {
                Event::Screen(bytes) | Event::Diagnostic { stream: Stream::Out, bytes } => {
                    hear(Heard::Out(&bytes)).map_err(Lost::Listener)?;
                }
                Event::Diagnostic { stream: Stream::Err, bytes } => {
                    hear(Heard::Err(&bytes)).map_err(Lost::Listener)?;
                }
                Event::Taken(count) => voice.credit.give(count as usize),
                Event::Pong(_) => {}
                Event::Exited(how) => exit = Some(how),
                Event::Done => {
                    let unsaid =
                        || "the agent ended the session without saying how the program ended".to_owned();
                    return exit.map_or_else(|| broken(unsaid()), |exit| Ok(Ending::Done(exit)));
                }
                Event::Refused { what, why } => return broken(format!("cannot {what}: {why}")),
                other => return broken(format!("the agent said {other:?} in the middle of a session")),
            }
        }
    }
}

/// Why nothing more is heard.
enum Lost {
    /// The guest is silent or gone, or the user asked to stop.
    Guest(NoEvent),
    /// Who was to hear it takes nothing more.
    Listener(io::Error),
}

/// Starts the thread that writes to the agent's port. It ends with the port, or when everybody has said all.
fn write_requests(mut port: UnixStream, queue: Receiver<Request>) {
    thread::spawn(move || {
        for request in queue {
            // Whoever listens for events learns why.
            if write_frame(&mut port, &request).is_err() {
                return;
            }
        }
    });
}

/// How many bytes may still be typed before the guest has taken some.
#[derive(Debug)]
struct Credit {
    /// Nothing once the session is over.
    left: Mutex<Option<usize>>,
    changed: Condvar,
}

impl Default for Credit {
    fn default() -> Self {
        Self { left: Mutex::new(Some(INPUT_WINDOW)), changed: Condvar::new() }
    }
}

impl Credit {
    /// Waits until there are so many, and takes them. `false` if the session is over.
    fn take(&self, count: usize) -> bool {
        let left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let lacks = |left: &mut Option<usize>| left.is_some_and(|left| left < count);
        let mut left = self.changed.wait_while(left, lacks).unwrap_or_else(PoisonError::into_inner);
        *left = left.map(|left| left - count);
        left.is_some()
    }

    fn give(&self, count: usize) {
        self.change(|left| left.map(|left| (left + count).min(INPUT_WINDOW)));
    }

    fn close(&self) {
        self.change(|_| None);
    }

    fn change(&self, how: impl FnOnce(Option<usize>) -> Option<usize>) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = how(*left);
        self.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn voice() -> (Voice, Receiver<Request>) {
        let (requests, queue) = channel();
        (Voice { requests, credit: Arc::default() }, queue)
    }

    #[test]
    fn who_types_waits_until_the_guest_has_taken_something() {
        let (voice, queue) = voice();
        assert!(voice.say(&vec![b'x'; INPUT_WINDOW]));
        thread::scope(|scope| {
            let more = scope.spawn(|| voice.say(b"y"));
            let under_way: usize = queue.iter().take(2).map(|request| length(&request)).sum();
            assert_eq!(under_way, INPUT_WINDOW);
            assert!(queue.try_recv().is_err(), "the window is full");
            voice.credit.give(1);
            assert!(more.join().unwrap());
        });
        assert_eq!(queue.try_recv().unwrap(), Request::Input(b"y".to_vec()));
    }

    #[test]
    fn the_end_of_the_session_lets_who_waits_go() {
        let (voice, _queue) = voice();
        assert!(voice.say(&vec![b'x'; INPUT_WINDOW]));
        thread::scope(|scope| {
            let more = scope.spawn(|| voice.say(b"y"));
            voice.credit.close();
            assert!(!more.join().unwrap());
        });
    }

    fn length(request: &Request) -> usize {
        match request {
            Request::Input(bytes) => bytes.len(),
            other => panic!("{other:?}"),
        }
    }
}
