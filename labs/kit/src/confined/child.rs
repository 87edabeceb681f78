//! The confined process: how it starts, what goes in, what comes out, how it ends.
//!
//! It carries bytes. What they mean is the caller's matter, and what the process may do the cage's.

use std::{
    ffi::{CString, c_char},
    fs::File,
    io::{self, BufRead, BufReader, Read, Write, pipe},
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    process::ExitCode,
    ptr,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use serde::{Serialize, de::DeserializeOwned};

use super::{
    Reply,
    cage::{self, Cage},
    trail::{self, Trail},
};

/// The descriptor from which the exercise's process reads its question.
pub(super) const QUESTION_FD: i32 = 8;

/// The descriptor on which it answers.
pub(super) const ANSWER_FD: i32 = 9;

/// A process that was asked. Dropping it kills and reaps it.
pub(super) struct Child {
    pid: libc::pid_t,
    question: Option<File>,
    answer: File,
    trail: Trail,
}

/// What a process said until its end.
pub(super) enum Said {
    /// These bytes.
    Bytes(Vec<u8>),
    /// It had not come to its end after this time.
    TooLate(Duration),
}

impl Child {
    /// Starts `command`, its first word being the path; in the cage, if there is one.
    pub(super) fn start(command: &[CString], cage: Option<&Cage>) -> anyhow::Result<Self> {
        let (question_reader, question_writer) = pipe().context("cannot make a pipe")?;
        let (answer_reader, answer_writer) = pipe().context("cannot make a pipe")?;
        let trail = Trail::new().context("cannot make a page of memory")?;
        let arguments: Vec<*const c_char> =
            command.iter().map(|word| word.as_ptr()).chain([ptr::null()]).collect();
        // In a process-id namespace of its own, so that what it starts dies with it.
        let flags = libc::SIGCHLD | if cage.is_some() { libc::CLONE_NEWPID } else { 0 };
        // SAFETY: without `CLONE_VM` this is `fork` with a flag. The child makes system calls on what was
        // prepared here, allocates nothing, and never returns.
        let pid =
            unsafe { libc::syscall(libc::SYS_clone, libc::c_long::from(flags), 0_u64, 0_u64, 0_u64, 0_u64) };
        if pid == 0 {
            let kept = [question_reader.as_raw_fd(), answer_writer.as_raw_fd(), trail.fd()];
            cage::become_exercise(&arguments, kept, cage);
        }
        ensure!(pid > 0, "cannot start the exercise's process: {}", std::io::Error::last_os_error());
        Ok(Self {
            pid: libc::pid_t::try_from(pid)?,
            question: Some(File::from(OwnedFd::from(question_writer))),
            answer: File::from(OwnedFd::from(answer_reader)),
            trail,
        })
    }

    /// Hands over the question. That nobody reads it is no error: how the process ended will tell.
    pub(super) fn put(&mut self, question: &[u8]) {
        if let Some(mut pipe) = self.question.take() {
            let _ = pipe.write_all(question);
        }
    }

    /// Hands over a question in one line, after which another one may come.
    pub(super) fn put_line(&mut self, question: &[u8]) {
        if let Some(pipe) = &mut self.question {
            let _ = pipe.write_all(question).and_then(|()| pipe.write_all(b"\n"));
        }
    }

    /// Everything that the process says until its end, but at most one byte more than `most`, and not longer than `limit`.
    pub(super) fn answer(&mut self, most: u64, limit: Option<Duration>) -> anyhow::Result<Said> {
        self.hear(most, limit, |_| false)
    }

    /// What it says until the end of a line, or its own. The rest is as for [`Child::answer`].
    pub(super) fn line(&mut self, most: u64, limit: Duration) -> anyhow::Result<Said> {
        self.hear(most, Some(limit), |said| said.ends_with(b"\n"))
    }

    fn hear(
        &mut self,
        most: u64,
        limit: Option<Duration>,
        enough: fn(&[u8]) -> bool,
    ) -> anyhow::Result<Said> {
        let begin = Instant::now();
        let mut said = Vec::new();
        let mut piece = vec![0; 64 << 10];
        while said.len() as u64 <= most && !enough(&said) {
            if let Some(limit) = limit.filter(|limit| !self.says_more(limit.saturating_sub(begin.elapsed())))
            {
                return Ok(Said::TooLate(limit));
            }
            match self.answer.read(&mut piece).context("cannot read the exercise's answer")? {
                0 => break,
                count => said.extend_from_slice(&piece[..count]),
            }
        }
        Ok(Said::Bytes(said))
    }

    /// Whether something can be read, or the end, within this time.
    fn says_more(&self, left: Duration) -> bool {
        let mut poll = libc::pollfd { fd: self.answer.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        let patience = i32::try_from(left.as_millis()).unwrap_or(i32::MAX);
        // SAFETY: one structure, which outlives the call.
        unsafe { libc::poll(&raw mut poll, 1, patience) > 0 }
    }

    /// Where the exercise said that it was.
    pub(super) fn place(&self) -> Option<[u32; 2]> {
        self.trail.place()
    }

    /// Says that nobody will ask any more.
    pub(super) fn close(&mut self) {
        self.question = None;
    }

    /// Waits for its end; the status is that of waitpid(2).
    pub(super) fn wait(&mut self) -> anyhow::Result<libc::c_int> {
        let mut status = 0;
        // SAFETY: `status` outlives the call; the process is this one's child and reaped only here.
        let reaped = unsafe { libc::waitpid(self.pid, &raw mut status, 0) };
        ensure!(reaped == self.pid, "cannot wait for the exercise: {}", std::io::Error::last_os_error());
        self.pid = 0;
        Ok(status)
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.pid > 0 {
            // SAFETY: the child is not reaped yet, so its id cannot belong to another process.
            unsafe { libc::kill(self.pid, libc::SIGKILL) };
            let _ = self.wait();
        }
    }
}

/// Set where the exercise runs, and nowhere else.
static INSIDE: AtomicBool = AtomicBool::new(false);

/// Whether this is a confined process.
pub(crate) fn inside() -> bool {
    INSIDE.load(Ordering::Relaxed)
}

/// For tests of what works in a confined process only.
#[cfg(test)]
pub(crate) fn pretend() {
    INSIDE.store(true, Ordering::Relaxed);
}

/// The confined process's `main`: reads each question, asks the learner's function, and replies, until nobody asks any
/// more. A question is a line; the last one may lack its end.
pub(super) fn serve<I: DeserializeOwned, O: Serialize>(answer: fn(I) -> anyhow::Result<O>) -> ExitCode {
    INSIDE.store(true, Ordering::Relaxed);
    trail::enter();
    // SAFETY: `become_exercise` opened both for this program alone, and nothing else here owns them.
    let (question, mut pipe) = unsafe { (File::from_raw_fd(QUESTION_FD), File::from_raw_fd(ANSWER_FD)) };
    // A question is whole before it is looked at: read byte by byte, each one would be a system call.
    for question in BufReader::new(question).split(b'\n') {
        if let Err(error) = reply(question, answer).and_then(|reply| Ok(pipe.write_all(&reply)?)) {
            eprintln!("the exercise's answer cannot be sent: {error:#}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

/// One line: what the exercise says to a question.
fn reply<I: DeserializeOwned, O: Serialize>(
    question: io::Result<Vec<u8>>,
    answer: fn(I) -> anyhow::Result<O>,
) -> anyhow::Result<Vec<u8>> {
    let question =
        question.map_err(anyhow::Error::from).and_then(|bytes| Ok(serde_json::from_slice(&bytes)?));
    let reply = match question.context("cannot read the lab's question").and_then(answer) {
        Ok(answer) => Reply::Answer(answer),
        Err(error) => Reply::Error(format!("{error:#}")),
    };
    let mut line = serde_json::to_vec(&reply).context("it is no JSON")?;
    line.push(b'\n');
    Ok(line)
}
