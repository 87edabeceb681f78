//! A terminal of our own, on which the runner runs as if a person sat before it.

use std::{
    fs::File,
    io::{self, Read, Write},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::process::CommandExt,
    },
    process::{Child, Command},
    ptr::null_mut,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    termios::{InputModes, LocalModes, OutputModes, Winsize, tcgetattr, tcsetwinsize},
};
use vm::Deadline;

/// A terminal; this side is the person's.
pub struct Terminal {
    ours: File,
    theirs: OwnedFd,
}

impl Terminal {
    /// Opens a new one.
    ///
    /// # Panics
    /// If the system has none left.
    pub fn open() -> Self {
        let (mut ours, mut theirs) = (-1, -1);
        // SAFETY: openpty writes two integers; the other pointers may be null. The descriptors are ours alone.
        unsafe {
            let status = libc::openpty(&mut ours, &mut theirs, null_mut(), null_mut(), null_mut());
            assert_eq!(status, 0, "no terminal: {}", io::Error::last_os_error());
            for fd in [ours, theirs] {
                libc::fcntl(fd, libc::F_SETFD, libc::FD_CLOEXEC);
            }
            Self { ours: File::from_raw_fd(ours), theirs: OwnedFd::from_raw_fd(theirs) }
        }
    }

    /// Starts a command in a session of its own, with this as its controlling terminal and all of its streams.
    ///
    /// # Panics
    /// If it does not start.
    pub fn start(&self, mut command: Command) -> Child {
        let theirs = || self.theirs.try_clone().expect("a descriptor");
        let fd = self.theirs.as_raw_fd();
        command.stdin(theirs()).stdout(theirs()).stderr(theirs());
        // SAFETY: between fork and exec only these two async-signal-safe calls are made.
        unsafe {
            command.pre_exec(move || {
                if libc::setsid() < 0 || libc::ioctl(fd, libc::TIOCSCTTY, 0) < 0 {
                    return Err(io::Error::last_os_error());
                }
                Ok(())
            });
        }
        command.spawn().expect("the runner starts")
    }

    /// Reads what is shown until this text has appeared; returns all of it.
    ///
    /// # Panics
    /// At the deadline, with what was shown instead.
    #[track_caller]
    pub fn read_until(&self, timeout: Duration, text: &str) -> String {
        let deadline = Deadline::after(timeout, text);
        let mut shown = String::new();
        while !shown.contains(text) {
            let left = deadline.left().unwrap_or_else(|| panic!("`{text}` did not appear:\n{shown}"));
            let left = Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() };
            if poll(&mut [PollFd::new(&self.ours, PollFlags::IN)], Some(&left)).expect("a poll") > 0 {
                let mut bytes = [0; 4096];
                let count = (&self.ours).read(&mut bytes).unwrap_or_else(|_| panic!("it ended:\n{shown}"));
                shown += &String::from_utf8_lossy(&bytes[..count]);
            }
        }
        shown
    }

    /// Types this.
    pub fn type_text(&self, text: &str) {
        (&self.ours).write_all(text.as_bytes()).expect("a terminal takes what is typed");
    }

    /// Gives it another size; whoever is in its foreground hears of it.
    pub fn resize(&self, rows: u16, columns: u16) {
        let size = Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.ours, size).expect("a terminal takes another size");
    }

    /// How it treats what is typed and shown.
    pub fn modes(&self) -> (InputModes, OutputModes, LocalModes) {
        let modes = tcgetattr(&self.theirs).expect("a terminal");
        (modes.input_modes, modes.output_modes, modes.local_modes)
    }

    /// Presses Ctrl-C: the terminal sends SIGINT to everybody in the foreground.
    pub fn type_ctrl_c(&self) {
        (&self.ours).write_all(&[3]).expect("a terminal takes what is typed");
    }

    /// Reads the rest, once nobody has the terminal any more.
    pub fn read_to_end(self) -> String {
        drop(self.theirs);
        let mut bytes = Vec::new();
        // The end is told by an error (EIO).
        let _ = (&self.ours).read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
