//! The process that will become the program: it exists, with its session and its descriptors, before
//! the checkpoint is taken, and waits for what to execute.
//!
//! A fork costs a guest under emulation as much as a short lab; so no run has to pay for it.

use std::{
    convert::Infallible,
    env,
    ffi::{CString, c_char},
    fs::{File, OpenOptions},
    io::{self, PipeReader, PipeWriter, Read, Write, pipe},
    os::{
        fd::{AsRawFd, RawFd},
        unix::fs::OpenOptionsExt,
    },
    ptr,
};

use serde::{Deserialize, Serialize};
use wire::{read_frame, write_frame};

/// The descriptor on which the program finds its observation channel.
const CHANNEL_FD: RawFd = 3;

/// A waiting process, and our ends of its pipes.
pub(crate) struct Launcher {
    /// Its process id.
    pub(crate) pid: i32,
    /// What the program will say; taken by whoever forwards it.
    pub(crate) readers: Option<Readers>,
    /// What becomes its standard input, if it is ordered with [`Streams::Pipes`].
    pub(crate) input: Option<PipeWriter>,
    /// Where it is told what to execute.
    orders: PipeWriter,
    /// Where it says why it cannot; ends without a word when the program begins.
    refusals: PipeReader,
}

/// What the process is told.
#[derive(Serialize, Deserialize)]
pub(crate) struct Order {
    /// The absolute path and the arguments.
    pub(crate) argv: Vec<String>,
    /// The whole environment.
    pub(crate) env: Vec<(String, String)>,
    /// What its standard streams are.
    pub(crate) streams: Streams,
}

/// What the standard streams of a program are, and its observation channel.
#[derive(Serialize, Deserialize)]
pub(crate) enum Streams {
    /// It reads nothing, and all that it writes is forwarded.
    Forwarded,
    /// It reads a pipe. Observations are shown as standard output is: a person wants to see them.
    Pipes,
    /// This terminal, for everything.
    Terminal(String),
}

/// Our ends of what a program writes.
pub(crate) struct Readers {
    /// Its observation channel.
    pub(crate) channel: PipeReader,
    /// Its standard output.
    pub(crate) out: PipeReader,
    /// Its standard error.
    pub(crate) err: PipeReader,
}

/// The process's own ends.
struct Ends {
    channel: PipeWriter,
    out: PipeWriter,
    err: PipeWriter,
    input: PipeReader,
    orders: PipeReader,
    refusals: PipeWriter,
}

impl Launcher {
    /// Starts the process. To be called while this one has only one thread.
    ///
    /// # Errors
    /// When there is no pipe or no process to be had.
    pub(crate) fn start() -> Result<Self, String> {
        let failed = |error: io::Error| format!("cannot start a process: {error}");
        let pipe = || pipe().map_err(failed);
        let ((channel, channel_end), (out, out_end), (err, err_end)) = (pipe()?, pipe()?, pipe()?);
        let ((orders_end, orders), (refusals, refusals_end)) = (pipe()?, pipe()?);
        let (input_end, input) = pipe()?;
        // SAFETY: this process has one thread, so the child may use all of its memory. It never
        // returns from `serve`.
        match unsafe { libc::fork() } {
            0 => {
                drop((channel, out, err, orders, refusals, input));
                serve(Ends {
                    channel: channel_end,
                    out: out_end,
                    err: err_end,
                    input: input_end,
                    orders: orders_end,
                    refusals: refusals_end,
                })
            }
            pid @ 1.. => {
                let readers = Some(Readers { channel, out, err });
                Ok(Self { pid, readers, input: Some(input), orders, refusals })
            }
            _ => Err(failed(io::Error::last_os_error())),
        }
    }

    /// Tells the process what to execute. When this returns, the program runs.
    ///
    /// # Errors
    /// Why it cannot be executed.
    pub(crate) fn launch(&mut self, order: &Order) -> Result<(), String> {
        write_frame(&mut self.orders, order).map_err(|error| error.to_string())?;
        let mut why = String::new();
        self.refusals.read_to_string(&mut why).map_err(|error| error.to_string())?;
        if why.is_empty() { Ok(()) } else { Err(why) }
    }
}

/// The process's side: waits for its order and becomes the program.
fn serve(ends: Ends) -> ! {
    let Err(why) = become_program(&ends);
    let _ = (&ends.refusals).write_all(why.to_string().as_bytes());
    // SAFETY: ends the process at once, without the agent's destructors.
    unsafe { libc::_exit(127) }
}

/// Does everything that can be done beforehand, waits, and executes. What comes after the wait is paid for by
/// every run.
fn become_program(ends: &Ends) -> io::Result<Infallible> {
    // SAFETY: the calls take numbers only. A program expects the default action for a broken pipe; Rust's
    // runtime has changed it for this process.
    unsafe {
        libc::setsid();
        libc::signal(libc::SIGPIPE, libc::SIG_DFL);
    }
    env::set_current_dir("/tmp")?;
    let null = File::open("/dev/null")?;
    put(null.as_raw_fd(), 0)?;
    put(ends.out.as_raw_fd(), 1)?;
    put(ends.err.as_raw_fd(), 2)?;
    // Of our ends none is 3: the parent's end of the first pipe was opened before them.
    put(ends.channel.as_raw_fd(), CHANNEL_FD)?;
    let order: Order = read_frame(&mut &ends.orders).map_err(io::Error::other)?;
    match order.streams {
        Streams::Forwarded => {}
        Streams::Pipes => {
            put(ends.input.as_raw_fd(), 0)?;
            put(1, CHANNEL_FD)?;
        }
        Streams::Terminal(path) => take_terminal(&path)?,
    }
    let arguments = strings(order.argv)?;
    let environment = strings(order.env.into_iter().map(|(name, value)| format!("{name}={value}")))?;
    let path = arguments.first().ok_or_else(|| io::Error::other("an empty command"))?;
    // SAFETY: both lists end with a null pointer, and the strings outlive the call.
    unsafe { libc::execve(path.as_ptr(), pointers(&arguments).as_ptr(), pointers(&environment).as_ptr()) };
    Err(io::Error::last_os_error())
}

/// Makes a terminal the controlling one of this session, and all of its streams.
fn take_terminal(path: &str) -> io::Result<()> {
    let terminal = OpenOptions::new().read(true).write(true).custom_flags(libc::O_NOCTTY).open(path)?;
    // SAFETY: the call takes numbers only; the descriptor is open, and this process leads a session without
    // a terminal.
    if unsafe { libc::ioctl(terminal.as_raw_fd(), libc::TIOCSCTTY as libc::Ioctl, 0) } < 0 {
        return Err(io::Error::last_os_error());
    }
    (0..=CHANNEL_FD).try_for_each(|fd| put(terminal.as_raw_fd(), fd))
}

fn strings(list: impl IntoIterator<Item = String>) -> io::Result<Vec<CString>> {
    list.into_iter().map(|text| Ok(CString::new(text)?)).collect()
}

fn pointers(strings: &[CString]) -> Vec<*const c_char> {
    strings.iter().map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}

/// Makes `theirs` the same as `ours`, to stay open in the program.
fn put(ours: RawFd, theirs: RawFd) -> io::Result<()> {
    // SAFETY: both calls take numbers only; what `theirs` was before is closed on purpose.
    let status = unsafe {
        // dup2 onto itself would keep close-on-exec, so that case needs fcntl.
        if ours == theirs { libc::fcntl(ours, libc::F_SETFD, 0) } else { libc::dup2(ours, theirs) }
    };
    if status < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}
