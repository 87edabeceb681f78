//! One job in a process of its own, with a time limit.
//!
//! Whatever the job does to its process, this one goes on. A verifier at work stops when its process is killed
//! (since Linux 5.0, commit c3494801cd17).

use std::{
    fs::File,
    io::{self, PipeReader, Read, Write},
    os::fd::AsRawFd,
    panic::{AssertUnwindSafe, catch_unwind},
    time::{Duration, Instant},
};

/// How a job ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    /// Well, with these bytes.
    Said(Vec<u8>),
    /// Not in time: it was killed.
    TooLate,
    /// By itself, without having come to its end: how.
    Crashed(String),
}

/// Does a job in a child of this process, which must have one thread only, and returns the bytes that the job returns.
///
/// # Errors
/// When there is no process to be had.
pub(crate) fn apart(limit: Duration, job: impl FnOnce() -> Vec<u8>) -> io::Result<Ended> {
    let deadline = Instant::now() + limit;
    let (reader, mut writer) = io::pipe()?;
    // SAFETY: this process has one thread, so the child may do whatever this process may.
    match unsafe { libc::fork() } {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            drop(reader);
            // SAFETY: takes two numbers. Without it the child would outlive a killed parent.
            unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
            let said = catch_unwind(AssertUnwindSafe(job));
            let told = said.is_ok_and(|bytes| writer.write_all(&bytes).is_ok());
            // SAFETY: ends the process at once, without the parent's destructors.
            unsafe { libc::_exit(if told { 0 } else { 101 }) }
        }
        child => {
            drop(writer);
            let heard = hear(reader, deadline);
            if !matches!(heard, Ok(Some(_))) {
                // SAFETY: the child is not reaped yet, so its id cannot belong to another process.
                unsafe { libc::kill(child, libc::SIGKILL) };
            }
            let status = reap(child)?;
            Ok(match heard? {
                None => Ended::TooLate,
                Some(bytes) if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0 => {
                    Ended::Said(bytes)
                }
                Some(_) if libc::WIFSIGNALED(status) => {
                    Ended::Crashed(format!("signal {}", libc::WTERMSIG(status)))
                }
                Some(_) => Ended::Crashed(format!("status {}", libc::WEXITSTATUS(status))),
            })
        }
    }
}

/// Everything that comes through the pipe until it is closed; `None` if that is not in time.
fn hear(reader: PipeReader, deadline: Instant) -> io::Result<Option<Vec<u8>>> {
    let mut reader = File::from(std::os::fd::OwnedFd::from(reader));
    let mut said = Vec::new();
    let mut piece = vec![0; 64 << 10];
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let mut poll = libc::pollfd { fd: reader.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let patience = i32::try_from(left.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: one structure, which outlives the call.
        match unsafe { libc::poll(&raw mut poll, 1, patience) } {
            0 => return Ok(None),
            -1 if io::Error::last_os_error().kind() == io::ErrorKind::Interrupted => continue,
            -1 => return Err(io::Error::last_os_error()),
            _ => {}
        }
        match reader.read(&mut piece)? {
            0 => return Ok(Some(said)),
            count => said.extend_from_slice(&piece[..count]),
        }
    }
}

fn reap(child: libc::pid_t) -> io::Result<libc::c_int> {
    let mut status = 0;
    // SAFETY: `status` outlives the call; the process is this one's child and reaped only here.
    match unsafe { libc::waitpid(child, &raw mut status, 0) } {
        reaped if reaped == child => Ok(status),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    // Tests have threads. The children here take no lock that another thread may hold.
    #[test]
    fn a_job_is_heard() {
        let bytes = vec![b'x'; 1 << 20];
        assert_eq!(apart(LONG, || bytes.clone()).unwrap(), Ended::Said(bytes.clone()));
    }

    #[test]
    fn a_job_that_takes_too_long_is_killed() {
        let short = Duration::from_millis(50);
        let endless = || loop {
            std::hint::spin_loop();
        };
        assert_eq!(apart(short, endless).unwrap(), Ended::TooLate);
    }

    #[test]
    fn a_job_that_kills_itself_is_told() {
        let suicide = || {
            // SAFETY: the process is the child.
            unsafe { libc::raise(libc::SIGKILL) };
            Vec::new()
        };
        assert_eq!(apart(LONG, suicide).unwrap(), Ended::Crashed("signal 9".to_owned()));
    }
}
