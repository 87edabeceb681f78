//! Runs one program: own session, pipes for everything it says, a timeout, output limits.

use std::{
    io::{self, PipeReader, Read},
    os::fd::AsRawFd,
    os::unix::process::CommandExt,
    process::{Child, Command, Stdio},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use wire::{Event, Exit, Program, Stream};

use crate::{kernel_log::KernelLog, port::Events};

/// The descriptor on which the program finds its observation channel.
const CHANNEL_FD: i32 = 3;

/// What can end the wait for a program.
enum News {
    Ended(Exit),
    TooMuchOutput,
}

/// Runs the program to its end and forwards all that it says. The caller sends `Done`.
pub(crate) fn run(program: &Program, events: &Events) -> Result<(), String> {
    let (news, inbox) = channel();
    let flood = news.clone();
    let log = KernelLog::follow(events.clone(), move || {
        let _ = flood.send(News::TooMuchOutput);
    })?;
    let (channel_reader, channel_writer) = io::pipe().map_err(|error| format!("no pipe: {error}"))?;
    let mut child = start(program, channel_writer.as_raw_fd())?;
    drop(channel_writer);
    let forwarders = forward_all(&mut child, channel_reader, program, events, &news);
    let pid = child.id() as i32;
    thread::spawn(move || {
        let _ = news.send(News::Ended(reap_until(pid)));
    });
    let exit = match inbox.recv_timeout(Duration::from_millis(program.timeout_ms)) {
        Ok(News::Ended(exit)) => exit,
        Ok(News::TooMuchOutput) => Exit::TooMuchOutput,
        Err(RecvTimeoutError::Timeout) => Exit::TimedOut,
        Err(RecvTimeoutError::Disconnected) => return Err("the waiting thread ended".into()),
    };
    kill_everything();
    for forwarder in forwarders {
        let _ = forwarder.join();
    }
    log.finish();
    // A limit that was crossed in the last moment counts as well.
    let crossed = inbox.try_iter().any(|news| matches!(news, News::TooMuchOutput));
    events.send(Event::Exited(if crossed { Exit::TooMuchOutput } else { exit }));
    Ok(())
}

/// Starts the program in a session of its own with the observation channel on descriptor 3.
fn start(program: &Program, channel: i32) -> Result<Child, String> {
    let (path, arguments) = program.argv.split_first().ok_or("an empty command")?;
    let mut command = Command::new(path);
    command.args(arguments).env_clear().envs(program.env.iter().cloned()).current_dir("/tmp");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    // SAFETY: only async-signal-safe calls: setsid, dup2 and fcntl on descriptors that are open.
    unsafe {
        command.pre_exec(move || {
            libc::setsid();
            // dup2 onto itself would keep close-on-exec, so that case needs fcntl.
            let status = if channel == CHANNEL_FD {
                libc::fcntl(channel, libc::F_SETFD, 0)
            } else {
                libc::dup2(channel, CHANNEL_FD)
            };
            if status < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
        });
    }
    command.spawn().map_err(|error| error.to_string())
}

/// Starts one forwarding thread for each of the three streams.
fn forward_all(
    child: &mut Child,
    channel: PipeReader,
    program: &Program,
    events: &Events,
    news: &Sender<News>,
) -> Vec<thread::JoinHandle<()>> {
    let diagnostics = Arc::new(AtomicU64::new(program.diagnostics_limit));
    let observations = Arc::new(AtomicU64::new(program.observations_limit));
    let mut forwarders =
        vec![forward(channel, observations, events.clone(), news.clone(), Event::Observation)];
    if let Some(out) = child.stdout.take() {
        let event = |bytes| Event::Diagnostic { stream: Stream::Out, bytes };
        forwarders.push(forward(out, diagnostics.clone(), events.clone(), news.clone(), event));
    }
    if let Some(err) = child.stderr.take() {
        let event = |bytes| Event::Diagnostic { stream: Stream::Err, bytes };
        forwarders.push(forward(err, diagnostics, events.clone(), news.clone(), event));
    }
    forwarders
}

/// Forwards one stream until its end or its limit. Past the limit it goes on reading, so that the
/// program dies by our signal and not by a broken pipe, but forwards nothing.
fn forward(
    mut source: impl Read + Send + 'static,
    left: Arc<AtomicU64>,
    events: Events,
    news: Sender<News>,
    event: fn(Vec<u8>) -> Event,
) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        let mut news = Some(news);
        let mut buffer = vec![0; 64 << 10];
        while let Ok(count @ 1..) = source.read(&mut buffer) {
            let before = left.fetch_update(Ordering::AcqRel, Ordering::Acquire, |left| {
                Some(left.saturating_sub(count as u64))
            });
            let allowed = before.unwrap_or_default().min(count as u64) as usize;
            if allowed > 0 {
                events.send(event(buffer[..allowed].to_vec()));
            }
            if allowed < count
                && let Some(news) = news.take()
            {
                let _ = news.send(News::TooMuchOutput);
            }
        }
    })
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
