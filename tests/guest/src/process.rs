//! Faults of the program's own process: it hangs, hears nothing, leaves others behind.

use std::io;

/// Waits for ever without a word.
pub(crate) fn silent() -> io::Result<()> {
    loop {
        std::thread::park();
    }
}

/// Ignores every signal that can be ignored, and computes for ever.
pub(crate) fn deaf() -> io::Result<()> {
    for signal in 1..=64 {
        // SAFETY: ignoring a signal installs no handler; refusals are of no interest.
        unsafe { libc::signal(signal, libc::SIG_IGN) };
    }
    loop {
        std::hint::spin_loop();
    }
}

/// Sends a signal; 0 is this process. Returns an error if it has no effect.
pub(crate) fn signal(pid: i32, signal: i32) -> io::Result<()> {
    let pid = if pid == 0 { std::process::id() as i32 } else { pid };
    // SAFETY: takes no pointer.
    if unsafe { libc::kill(pid, signal) } != 0 {
        return Err(io::Error::last_os_error());
    }
    silent()
}

/// Closes everything that it could say something on, and waits for ever.
pub(crate) fn mute() -> io::Result<()> {
    for fd in 0..1024 {
        // SAFETY: nothing in this process uses a descriptor afterwards.
        unsafe { libc::close(fd) };
    }
    silent()
}

/// Leaves a process behind that has left the session and holds all of the program's pipes.
pub(crate) fn daemon() -> io::Result<()> {
    // SAFETY: this process has one thread, so the child may do anything.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            // SAFETY: takes no pointer.
            unsafe { libc::setsid() };
            deaf()
        }
        _ => Ok(()),
    }
}
