//! A program that talks with a person: on a terminal that is made for it, or through pipes.
//!
//! It has no timeout and no limits: the person ends it. The port is not touched here: what the program says goes
//! through the queue of events, what it is told comes from the loop that reads requests.

use std::{
    fs::{self, File},
    io::{self, Write},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
};

use rustix::{
    io::{FdFlags, fcntl_setfd},
    mount::{MountFlags, mount},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Winsize, tcsetwinsize},
};
use wire::{Event, Shell, Size};

use crate::{
    launcher::{Order, Streams},
    port::Events,
    run::{STREAMS, Stage, rest},
};

/// Where the kernel shows terminals that are made at run time.
const TERMINALS: &str = "/dev/pts";

/// A shell at work.
pub(crate) struct Conversation {
    /// Where its input goes; nothing once the input has ended.
    input: Option<Sender<Vec<u8>>>,
    /// Our side of its terminal.
    terminal: Option<File>,
}

impl Conversation {
    /// Starts the program and the threads that serve it. They send `Exited` and `Done` at its end.
    ///
    /// # Errors
    /// When there is no terminal to be had, or the program cannot be executed.
    pub(crate) fn begin(mut stage: Stage, shell: Shell, events: &Events) -> Result<Self, String> {
        let no_terminal = |error: io::Error| format!("cannot make a terminal: {error}");
        let made = shell.terminal.map(|size| make_terminal(size).map_err(no_terminal)).transpose()?;
        let (terminal, streams) = match made {
            Some((terminal, path)) => (Some(terminal), Streams::Terminal(path)),
            None => (None, Streams::Pipes),
        };
        let pipe = stage.launch(&Order { argv: shell.argv, env: shell.env, streams })?;
        let (input, told) = channel();
        let mut count = STREAMS;
        match &terminal {
            Some(terminal) => {
                count += 1;
                let ours = || terminal.try_clone().map_err(no_terminal);
                stage.forward_too(ours()?, events, Event::Screen);
                tell(told, ours()?, events.clone());
            }
            None => tell(told, pipe.ok_or("it has no standard input")?, events.clone()),
        }
        let events = events.clone();
        thread::spawn(move || {
            let done = stage.finish(None, count, &events);
            events.send(match done {
                Ok(()) => Event::Done,
                Err(why) => Event::Refused { what: "run a shell".into(), why },
            });
            rest();
        });
        Ok(Self { input: Some(input), terminal })
    }

    /// Passes on what was typed.
    pub(crate) fn input(&self, bytes: Vec<u8>) {
        if let Some(input) = &self.input {
            // Its reader only ends together with the input.
            let _ = input.send(bytes);
        }
    }

    /// No more input will come.
    pub(crate) fn end_of_input(&mut self) {
        self.input = None;
    }

    /// Gives the terminal another size; who is in its foreground gets SIGWINCH from the kernel.
    pub(crate) fn resize(&self, size: Size) {
        if let Some(terminal) = &self.terminal {
            // It only fails when the terminal is gone already.
            let _ = tcsetwinsize(terminal, window(size));
        }
    }
}

/// Starts the thread that writes the input. A program that does not read holds up only this thread.
fn tell(told: Receiver<Vec<u8>>, mut target: impl Write + Send + 'static, events: Events) {
    thread::spawn(move || {
        for bytes in told {
            // A program that reads no more is nothing to complain about: the rest is thrown away.
            let _ = target.write_all(&bytes);
            events.send(Event::Taken(bytes.len() as u32));
        }
        drop(target);
        rest();
    });
}

/// A new terminal of this size: our side, and the path of the other.
fn make_terminal(size: Size) -> io::Result<(File, String)> {
    // Only a shell needs it, so no other run has to mount it.
    fs::create_dir_all(TERMINALS)?;
    mount("devpts", TERMINALS, "devpts", MountFlags::empty(), None)?;
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    fcntl_setfd(&ours, FdFlags::CLOEXEC)?;
    grantpt(&ours)?;
    unlockpt(&ours)?;
    let path = ptsname(&ours, Vec::new())?.into_string().map_err(io::Error::other)?;
    tcsetwinsize(&ours, window(size))?;
    Ok((ours.into(), path))
}

fn window(size: Size) -> Winsize {
    Winsize { ws_row: size.rows, ws_col: size.columns, ws_xpixel: 0, ws_ypixel: 0 }
}
