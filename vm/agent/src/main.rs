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
mod system;
mod warm_up;

use wire::{Event, Request, VERSION};

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
    let mut stage = Some(run::Stage::set(launcher, &events)?);
    events.send(Event::Ready {
        version: VERSION,
        release: system::release(),
        uptime_ms: system::uptime_ms(),
    });
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
                let stage = stage.take().ok_or("a guest runs one program".to_owned());
                let ran = stage.and_then(|stage| stage.run(&program, &events));
                answer(&format!("run `{name}`"), ran.map(|()| Event::Done))
            }
            Request::PowerOff => return Ok(()),
        };
        events.send(answer);
    }
}

/// An answer, or what was asked and why it failed.
fn answer(what: &str, outcome: Result<Event, String>) -> Event {
    outcome.unwrap_or_else(|why| Event::Refused { what: what.to_owned(), why })
}
