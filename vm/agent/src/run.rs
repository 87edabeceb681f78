//! Runs one program: everything it says is forwarded, within a timeout and output limits.

use std::{
    io::{self, PipeWriter, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use wire::{Event, Exit, Program, Stream};

use crate::{
    kernel_log::KernelLog,
    launcher::{Launcher, Order, Streams},
    port::Events,
};

/// What can happen during a run.
enum News {
    Ended(Exit),
    TooMuchOutput,
    /// One of the streams has ended, and all of it was forwarded.
    Drained,
}

/// What is forwarded: observations, standard output, standard error, the kernel's log.
pub(crate) const STREAMS: usize = 4;

/// Everything that a run needs, made before the checkpoint is taken: the process that will be the
/// program, and a thread that waits for each thing that may happen.
pub(crate) struct Stage {
    launcher: Launcher,
    log: KernelLog,
    inbox: Receiver<News>,
    /// For one more stream.
    news: Sender<News>,
    observations: Limit,
    diagnostics: Limit,
}

/// How many bytes may still be forwarded.
type Limit = Arc<AtomicU64>;

impl Stage {
    /// Starts the threads that wait for the process and forward what it says.
    ///
    /// # Errors
    /// When there is no pipe to be had.
    pub(crate) fn set(mut launcher: Launcher, events: &Events) -> Result<Self, String> {
        let (news, inbox) = channel();
        let (flood, end) = (news.clone(), news.clone());
        let too_much = move || drop(flood.send(News::TooMuchOutput));
        let log = KernelLog::prepare(events.clone(), too_much, move || drop(end.send(News::Drained)))?;
        let (observations, diagnostics) = (Limit::default(), Limit::default());
        let readers = launcher.readers.take().ok_or("a launcher serves once")?;
        let printed = |bytes| Event::Diagnostic { stream: Stream::Out, bytes };
        let complained = |bytes| Event::Diagnostic { stream: Stream::Err, bytes };
        forward(readers.channel, observations.clone(), events.clone(), news.clone(), Event::Observation);
        forward(readers.out, diagnostics.clone(), events.clone(), news.clone(), printed);
        forward(readers.err, diagnostics.clone(), events.clone(), news.clone(), complained);
        let (pid, ended) = (launcher.pid, news.clone());
        thread::spawn(move || {
            let _ = ended.send(News::Ended(reap_until(pid)));
            rest();
        });
        Ok(Self { launcher, log, inbox, news, observations, diagnostics })
    }

    /// Runs the program to its end and forwards all that it says. The caller sends `Done`.
    ///
    /// # Errors
    /// Why it cannot be executed.
    pub(crate) fn run(mut self, program: &Program, events: &Events) -> Result<(), String> {
        self.observations.store(program.observations_limit, Ordering::Release);
        self.diagnostics.store(program.diagnostics_limit, Ordering::Release);
        self.log.begin();
        let (argv, env) = (program.argv.clone(), program.env.clone());
        self.launcher.launch(&Order { argv, env, streams: Streams::Forwarded })?;
        self.finish(Some(Duration::from_millis(program.timeout_ms)), STREAMS, events)
    }

    /// Starts a program without limits. Its standard input, if it has one, is handed out.
    ///
    /// # Errors
    /// Why it cannot be executed.
    pub(crate) fn launch(&mut self, order: &Order) -> Result<Option<PipeWriter>, String> {
        self.observations.store(u64::MAX, Ordering::Release);
        self.diagnostics.store(u64::MAX, Ordering::Release);
        self.launcher.launch(order)?;
        Ok(self.launcher.input.take())
    }

    /// Forwards one more stream, as it comes.
    pub(crate) fn forward_too(
        &self,
        source: impl Read + Send + 'static,
        events: &Events,
        event: fn(Vec<u8>) -> Event,
    ) {
        forward(source, self.diagnostics.clone(), events.clone(), self.news.clone(), event);
    }

    /// Waits for the program's end, or the timeout if there is one, and until so many streams are forwarded.
    ///
    /// # Errors
    /// When a forwarding thread has ended.
    pub(crate) fn finish(
        self,
        timeout: Option<Duration>,
        streams: usize,
        events: &Events,
    ) -> Result<(), String> {
        let deadline = timeout.map(|timeout| Instant::now() + timeout);
        let Self { log, inbox, news, .. } = self;
        drop(news);
        let (mut exit, mut drained, mut crossed) = (None, 0, false);
        while exit.is_none() {
            match receive(&inbox, deadline) {
                Ok(News::Ended(how)) => exit = Some(how),
                Ok(News::TooMuchOutput) => (exit, crossed) = (Some(Exit::TooMuchOutput), true),
                Ok(News::Drained) => drained += 1,
                Err(_) => exit = Some(Exit::TimedOut),
            }
        }
        kill_everything();
        log.stop();
        // A limit that was crossed in the last moment counts as well.
        while drained < streams {
            match inbox.recv() {
                Ok(News::Drained) => drained += 1,
                Ok(News::TooMuchOutput) => crossed = true,
                Ok(News::Ended(_)) => {}
                Err(_) => return Err("a forwarding thread ended".into()),
            }
        }
        let ended = if crossed { Exit::TooMuchOutput } else { exit.unwrap_or(Exit::TimedOut) };
        events.send(Event::Exited(ended));
        Ok(())
    }
}

/// The next news, until the deadline if there is one.
fn receive(inbox: &Receiver<News>, deadline: Option<Instant>) -> Result<News, RecvTimeoutError> {
    match deadline {
        Some(deadline) => inbox.recv_timeout(deadline.saturating_duration_since(Instant::now())),
        None => inbox.recv().map_err(|_| RecvTimeoutError::Disconnected),
    }
}

/// Starts a thread that forwards one stream until its end or its limit. Past the limit it goes on
/// reading, so that the program dies by our signal and not by a broken pipe, but forwards nothing.
fn forward(
    mut source: impl Read + Send + 'static,
    left: Limit,
    events: Events,
    news: Sender<News>,
    event: fn(Vec<u8>) -> Event,
) {
    thread::spawn(move || {
        let mut too_much = false;
        let mut buffer = vec![0; 64 << 10];
        loop {
            let count = match source.read(&mut buffer) {
                Ok(count @ 1..) => count,
                // Rust's runtime handles SIGSEGV and SIGBUS, and whoever is root here may send them.
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                _ => break,
            };
            let before = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                Some(left.saturating_sub(count as u64))
            });
            let allowed = before.unwrap_or_default().min(count as u64) as usize;
            if allowed > 0 {
                events.send(event(buffer[..allowed].to_vec()));
            }
            if allowed < count && !std::mem::replace(&mut too_much, true) {
                let _ = news.send(News::TooMuchOutput);
            }
        }
        let _ = news.send(News::Drained);
        rest();
    });
}

/// Lets a thread that has done its work sleep: the guest ends soon, and to take a thread apart costs it
/// milliseconds before that.
pub(crate) fn rest() -> ! {
    loop {
        thread::park();
    }
}

/// Waits for all children until the one with this pid has ended: PID 1 inherits every orphan.
fn reap_until(pid: i32) -> Exit {
    loop {
        let mut status = 0;
        // SAFETY: waitpid writes one integer, which lives on this stack.
        let ended = unsafe { libc::waitpid(-1, &mut status, 0) };
        if ended == pid && libc::WIFEXITED(status) {
            return Exit::Code(libc::WEXITSTATUS(status));
        }
        if ended == pid && libc::WIFSIGNALED(status) {
            return Exit::Signal(libc::WTERMSIG(status));
        }
        if ended < 0 && io::Error::last_os_error().raw_os_error() == Some(libc::ECHILD) {
            return Exit::Signal(libc::SIGKILL);
        }
    }
}

/// Kills every process but this one, so that all pipes end. A program that forks for ever is
/// caught by repeating: each round kills all that there are at that moment. All processes are
/// descendants of this one, so the end is that it has no children left.
fn kill_everything() {
    /// A process that does not die within this time is stuck in the kernel; the host's deadline is next.
    const PATIENCE: Duration = Duration::from_secs(2);
    const ROUND: Duration = Duration::from_millis(1);
    let begin = Instant::now();
    while begin.elapsed() < PATIENCE {
        // SAFETY: from PID 1, -1 means every process but PID 1 itself. Kernel threads do not mind.
        unsafe { libc::kill(-1, libc::SIGKILL) };
        if !reap_the_dead() {
            return;
        }
        thread::park_timeout(ROUND);
    }
}

/// Reaps every child that has ended; says whether any child is left.
fn reap_the_dead() -> bool {
    loop {
        // SAFETY: does not block and writes no status.
        match unsafe { libc::waitpid(-1, std::ptr::null_mut(), libc::WNOHANG) } {
            0 => return true,
            1.. => {}
            _ => return io::Error::last_os_error().raw_os_error() != Some(libc::ECHILD),
        }
    }
}
