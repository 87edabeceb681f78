//! The user's terminal while a program in a guest has it: every key goes there, and it is given back on every way out.
//!
//! Only Ctrl-] stays here: it ends the guest, whatever that is doing.

use std::{
    io::{self, Read, Stdin},
    os::unix::net::UnixStream,
    panic,
    sync::{Mutex, Once, PoisonError},
    thread,
};

use rustix::{
    event::{PollFd, PollFlags, poll},
    termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr},
};
use signal_hook::{consts::SIGWINCH, low_level::pipe};
use vm::Voice;
use wire::Size;

/// Ctrl-], as `telnet` and `virsh console` have it.
const LEAVE: u8 = 0x1d;

/// The terminal as it was, while it is not.
static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

/// A terminal that interprets no key. Dropping it gives it back as it was.
#[derive(Debug)]
pub struct RawTerminal(());

impl RawTerminal {
    /// Takes the terminal on standard input. A panic gives it back before it is reported.
    ///
    /// # Errors
    /// When standard input is no terminal.
    pub fn take() -> io::Result<Self> {
        static HOOK: Once = Once::new();
        HOOK.call_once(|| {
            let report = panic::take_hook();
            panic::set_hook(Box::new(move |info| {
                give_back();
                report(info);
            }));
        });
        let before = tcgetattr(io::stdin())?;
        let mut raw = before.clone();
        raw.make_raw();
        *BEFORE.lock().unwrap_or_else(PoisonError::into_inner) = Some(before);
        let this = Self(());
        tcsetattr(io::stdin(), OptionalActions::Now, &raw)?;
        Ok(this)
    }
}

impl Drop for RawTerminal {
    fn drop(&mut self) {
        give_back();
    }
}

/// Gives the terminal back, if it was taken: for whoever ends the process without unwinding.
pub fn give_back() {
    if let Some(before) = BEFORE.lock().unwrap_or_else(PoisonError::into_inner).take() {
        // Nothing can be done about a terminal that is gone.
        let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
    }
}

/// The size of the terminal on standard output; the usual one if it does not know its own.
#[must_use]
pub fn size() -> Size {
    let known = tcgetwinsize(io::stdout()).ok().filter(|size| size.ws_row > 0 && size.ws_col > 0);
    known.map_or(Size { rows: 24, columns: 80 }, |size| Size { rows: size.ws_row, columns: size.ws_col })
}

/// Starts the thread that passes on keys and the terminal's size, until nobody listens.
///
/// # Errors
/// When there is no descriptor left to hear of another size with.
pub fn follow_keys(voice: Voice) -> io::Result<()> {
    let (resized, wake) = UnixStream::pair()?;
    pipe::register(SIGWINCH, wake)?;
    // It changed before anybody listened.
    voice.resize(size());
    thread::spawn(move || {
        let input = io::stdin();
        let mut bytes = [0; 4096];
        loop {
            let mut both = [PollFd::new(&input, PollFlags::IN), PollFd::new(&resized, PollFlags::IN)];
            if poll(&mut both, None).is_err_and(|error| error != rustix::io::Errno::INTR) {
                return;
            }
            if !both[1].revents().is_empty() {
                // Several changes are one: only the last size counts.
                let _ = (&resized).read(&mut bytes);
                voice.resize(size());
            }
            if !both[0].revents().is_empty() && !pass_on(&input, &mut bytes, &voice) {
                return;
            }
        }
    });
    Ok(())
}

/// Passes on what was typed; says whether more may come.
fn pass_on(input: &Stdin, bytes: &mut [u8], voice: &Voice) -> bool {
    let count = rustix::io::read(input, &mut *bytes).unwrap_or_default();
    let typed = &bytes[..count];
    // No bytes: the terminal is gone, and with it who could end the session.
    if count == 0 || typed.contains(&LEAVE) {
        crate::interrupt::on_ctrl_c();
        return false;
    }
    voice.say(typed)
}

/// Starts the thread that passes on standard input, which is no terminal, to its end.
pub fn follow_input(voice: Voice) {
    thread::spawn(move || {
        let mut bytes = [0; 16 << 10];
        let mut input = io::stdin().lock();
        while let Ok(count @ 1..) = input.read(&mut bytes) {
            if !voice.say(&bytes[..count]) {
                return;
            }
        }
        voice.end();
    });
}
