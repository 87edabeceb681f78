//! PID 1 of the guest: prepares the system, then serves the host over one virtio-serial port.
//!
//! It judges nothing and knows nothing of labs or eBPF courses: it mounts, loads modules, writes
//! the files it is given, runs one program and forwards what that program says.
//! One thread blocks in reading the port, one in writing it: a poll and a write on the same port
//! can lose a wake-up and hang (seen by a peer for 19 months).

mod kernel_log;
mod launcher;
mod modules;
mod mounts;
mod port;
mod run;
mod settings;
mod settle;
mod shelf;
mod shell;
mod system;
mod warm_up;

use wire::{Event, Request, VERSION};

use crate::{port::Events, run::Stage, shell::Conversation};

fn main() {
    // The warm-up starts this program a second time, to pay for the guest's first fork and exec.
    if std::env::args().any(|argument| argument == warm_up::NOOP) {
        return;
    }
    if let Err(problem) = serve() {
        // The console is the only voice left. The host sees it and the panic that follows.
        eprintln!("vm-agent: {problem}");
    }
    system::power_off();
}

/// Prepares the guest, then answers requests until the host asks to power off or goes away.
fn serve() -> Result<(), String> {
    mounts::mount_all()?;
    modules::load_all()?;
    settings::apply();
    warm_up::run();
    let shelf = shelf::Shelf::map()?;
    let launcher = launcher::Launcher::start()?;
    // Files get exactly the rights that the host asks for. The launcher has forked: a program keeps the umask.
    rustix::process::umask(rustix::fs::Mode::empty());
    let (mut requests, events) = port::open()?;
    let mut stage = Some(Stage::set(launcher, &events)?);
    events.send(Event::Ready {
        version: VERSION,
        release: system::release(),
        uptime_ms: system::uptime_ms(),
    });
    let mut shell = None;
    loop {
        let answer = match requests.next()? {
            Request::Ping(number) => Event::Pong(number),
            Request::Wake { epoch_ns, entropy } => {
                answer("wake", system::wake(epoch_ns, &entropy).map(|()| Event::Awake))
            }
            Request::Settle => {
                settle::settle();
                Event::Settled
            }
            Request::PutFile { path, mode, begin, size } => answer(
                &format!("write `{path}`"),
                shelf.put(&path, mode, begin, size).map(|()| Event::Stored),
            ),
            Request::Run(program) => {
                let name = program.argv.first().cloned().unwrap_or_default();
                let ran = take(&mut stage).and_then(|stage| stage.run(&program, &events));
                answer(&format!("run `{name}`"), ran.map(|()| Event::Done))
            }
            Request::PowerOff => return Ok(()),
            of_shell => match converse(of_shell, &mut shell, &mut stage, &events) {
                Ok(()) => continue,
                Err(why) => answer("serve a shell", Err(why)),
            },
        };
        events.send(answer);
    }
}

/// Carries out what is asked of a shell. The answers, if any, come from its own threads.
fn converse(
    request: Request,
    shell: &mut Option<Conversation>,
    stage: &mut Option<Stage>,
    events: &Events,
) -> Result<(), String> {
    if let Request::Shell(order) = request {
        *shell = Some(Conversation::begin(take(stage)?, order, events)?);
        return Ok(());
    }
    let shell = shell.as_mut().ok_or("there is none")?;
    match request {
        Request::Input(bytes) => shell.input(bytes),
        Request::EndOfInput => shell.end_of_input(),
        Request::Resize(size) => shell.resize(size),
        other => return Err(format!("{other:?} is nothing for a shell")),
    }
    Ok(())
}

/// What the one program of this guest needs, once.
fn take(stage: &mut Option<Stage>) -> Result<Stage, String> {
    stage.take().ok_or_else(|| "a guest runs one program".into())
}

/// An answer, or what was asked and why it failed.
fn answer(what: &str, outcome: Result<Event, String>) -> Event {
    outcome.unwrap_or_else(|why| Event::Refused { what: what.to_owned(), why })
}
