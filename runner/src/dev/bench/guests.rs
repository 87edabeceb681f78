//! What guests cost, kernel by kernel: booting, restoring, disk and memory.

use std::{
    collections::BTreeMap,
    fs,
    sync::mpsc::{RecvTimeoutError, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use vm::{Deadline, GuestFile, Host, Kernel, Machine};
use wire::Program;

use super::{figures::KernelFigures, statistics::Spread};
use crate::{
    build::{Built, Outcome},
    catalog::Lab,
    commands::Session,
    report::Progress,
    setup::{self, Network},
};

/// The lab that everything is measured with.
const LAB: &str = "lab-01";

/// How long the subject's run and its hand-over may take.
const TIMEOUT: Duration = Duration::from_secs(60);

/// How often the memory of a running guest is looked at.
const LOOK: Duration = Duration::from_millis(10);

/// The lab that everything is measured with, built.
pub(super) struct Subject<'a> {
    /// The lab.
    pub(super) lab: &'a Lab,
    built: Built,
}

impl<'a> Subject<'a> {
    /// Picks it from all labs and their outcomes.
    ///
    /// # Errors
    /// When the course has no such lab, or it does not compile.
    pub(super) fn find(labs: &[&'a Lab], outcomes: Vec<Outcome>) -> Result<Self> {
        let found = labs.iter().zip(outcomes).find(|(lab, _)| lab.id == LAB);
        match found {
            Some((lab, Outcome::Built(built))) => Ok(Self { lab, built }),
            Some((lab, Outcome::DoesNotCompile(text))) => {
                bail!("the solution of `{}` does not compile:\n{text}\nhint: mend it first", lab.name)
            }
            None => bail!("the course has no `{LAB}`, with which everything is measured\nhint: restore it"),
        }
    }
}

/// Measures all kernels.
///
/// # Errors
/// When a guest does not start, or a file of the cache is missing.
pub(super) fn measure(
    host: &Host,
    kernels: &BTreeMap<String, Kernel>,
    subject: &Subject<'_>,
    session: &Session,
    rounds: u32,
    progress: &Progress,
) -> Result<Vec<KernelFigures>> {
    let machine = Machine::default();
    let store = setup::store(&session.paths, &session.config, Network::Offline);
    let mut figures = Vec::new();
    for listing in store.list() {
        let Some(kernel) = kernels.get(&listing.series.name) else { continue };
        let name = &kernel.series;
        progress.step(format!("{name}: cold boots"));
        let boot = || Ok(host.boot(kernel, &machine)?.took);
        let cold_boot = repeat(rounds, boot)?;
        progress.step(format!("{name}: restores"));
        let checkpoint = host.checkpoint(kernel, &machine)?;
        let restore = || {
            let begin = Instant::now();
            let _guest = host.restore(kernel, &machine)?;
            Ok(begin.elapsed())
        };
        figures.push(KernelFigures {
            kernel: name.clone(),
            cold_boot,
            restore: repeat(rounds, restore)?,
            checkpoint_bytes: checkpoint.disk_bytes(),
            kernel_bytes: listing.disk,
            memory_bytes: memory(host, kernel, &machine, subject)
                .with_context(|| format!("cannot measure the memory of a guest with kernel {name}"))?,
        });
    }
    Ok(figures)
}

fn repeat(rounds: u32, one: impl Fn() -> Result<Duration>) -> Result<Spread> {
    Ok(Spread::of(&(0..rounds).map(|_| one()).collect::<Result<Vec<_>>>()?))
}

/// Runs the subject once and returns the most memory that its QEMU was seen to hold, in bytes.
fn memory(host: &Host, kernel: &Kernel, machine: &Machine, subject: &Subject<'_>) -> Result<u64> {
    let started = host.restore(kernel, machine)?;
    let (mut guest, scale) = (started.guest, started.scale);
    let deadline = Deadline::after(scale.apply(TIMEOUT), "the lab's files to arrive");
    guest.put_file(
        GuestFile { path: ::channel::PROGRAM_PATH, mode: 0o755, contents: &subject.built.program },
        &deadline,
    )?;
    let object = subject.built.object.as_deref().unwrap_or_default();
    guest.put_file(GuestFile { path: ::channel::OBJECT_PATH, mode: 0o644, contents: object }, &deadline)?;
    let program = Program {
        argv: vec![::channel::PROGRAM_PATH.into()],
        env: vec![(::channel::SEED_VARIABLE.into(), "0".into())],
        timeout_ms: scale.apply(TIMEOUT).as_millis() as u64,
        diagnostics_limit: 1 << 20,
        observations_limit: 1 << 20,
    };
    let pid = guest.qemu_pid();
    let (ended, inbox) = channel::<()>();
    // QEMU dies with the thread that started it: the guest stays on this one, the looking goes elsewhere.
    thread::scope(|scope| {
        let watcher = scope.spawn(move || {
            let mut most = 0;
            loop {
                most = most.max(resident(pid).unwrap_or_default());
                if inbox.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
                    return most;
                }
            }
        });
        let record = guest.run(&started.release, &program, scale.apply(TIMEOUT));
        drop(ended);
        let most = watcher.join().unwrap_or_default();
        match record?.ending {
            vm::Ending::Done(wire::Exit::Code(0)) if most > 0 => Ok(most),
            ending => bail!(
                "`{}` ended with {ending:?}\nhint: run `cargo runner check {LAB} --solution`",
                subject.lab.name
            ),
        }
    })
}

/// What a process holds in memory, in bytes: its own pages and those that it shares with a file.
fn resident(pid: u32) -> Option<u64> {
    rss_of(&fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?)
}

/// The line `Rss:   161480 kB`.
fn rss_of(smaps_rollup: &str) -> Option<u64> {
    let line = smaps_rollup.lines().find_map(|line| line.strip_prefix("Rss:"))?;
    let kibibytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kibibytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_resident_size() {
        let text = "55b1-7ffc ---p 00000000 00:00 0    [rollup]\nRss:              161480 kB\nPss:   1 kB\n";
        assert_eq!(rss_of(text), Some(161_480 * 1024));
        assert_eq!(rss_of("55b1-7ffc ---p [rollup]\n"), None);
    }

    #[test]
    fn this_process_holds_something() {
        assert!(resident(std::process::id()).is_some_and(|bytes| bytes > 100_000));
    }
}
