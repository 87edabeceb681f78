//! One check: a folder, a process of the exercise, and a look after each step.
//!
//! What the exercise says is passed on only where it is no answer.

use std::{
    fs, io,
    os::fd::{FromRawFd, OwnedFd},
    slice,
    time::{Duration, Instant},
};

use anyhow::{bail, ensure};
use aya::programs::{ProgramInfo, loaded_programs};
use kit::{Exercise, Lab, NoAnswer, Session};

use crate::{
    events,
    folder::{self, Folder},
    job::{Step, Target},
    look::{Known, Sight},
    prepare,
};

/// How long the exercise may take for a step.
const LIMIT: Duration = Duration::from_secs(3);

/// How long the kernel may take to free what nobody holds. Only a broken guest ever takes so long.
const PATIENCE: Duration = Duration::from_secs(5);

/// What all checks need to know.
pub(crate) struct Stage {
    pub(crate) known: Known,
}

impl Stage {
    /// Looks at what there is, and what the kernel makes of the lab's programs.
    ///
    /// # Errors
    /// If the kernel refuses one of them.
    pub(crate) fn new() -> anyhow::Result<Self> {
        let before =
            loaded_programs().map(|program| Ok(program?.id())).collect::<anyhow::Result<Vec<_>>>()?;
        let mut object = prepare::open()?;
        let names = events::COUNTERS.map(|counter| counter.program);
        let tags = names
            .into_iter()
            .chain(["dispatch", "red", "green", "blue", "again"])
            .map(|name| Ok((name.to_owned(), prepare::load(&mut object, name)?.info()?.tag())));
        let tags = tags.collect::<anyhow::Result<_>>()?;
        Ok(Self { known: Known { before, tags } })
    }

    /// Leaves a program of the lab's own out of what is seen.
    pub(crate) fn hide(&mut self, program: u32) {
        self.known.before.push(program);
    }

    /// An empty folder, and no program loaded.
    ///
    /// # Errors
    /// If something is loaded that nobody can have left.
    pub(crate) fn folder(&self) -> anyhow::Result<Folder> {
        let sight = self.sight()?;
        ensure!(sight.programs.is_empty(), "before a check there is {}", sight.programs(&self.known));
        Folder::new()
    }

    /// What is loaded, and will be until somebody does something.
    fn sight(&self) -> anyhow::Result<Sight> {
        // This first look may fall together with the end of what it looks at, and fail.
        match Sight::take(&self.known) {
            Ok(sight) if sight.programs.is_empty() => return Ok(sight),
            _ => settle()?,
        }
        Sight::take(&self.known)
    }

    /// Reports what is loaded, attached and pinned, and returns the programs.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn look(
        &self,
        lab: &mut Lab,
        when: &str,
        folder: &Folder,
    ) -> anyhow::Result<Vec<ProgramInfo>> {
        let sight = self.sight()?;
        lab.observe(format!("{when}: programs: {}", sight.programs(&self.known)));
        lab.observe(format!("{when}: links: {}", sight.links()));
        lab.observe(format!("{when}: files: {}", Sight::files(folder)?));
        Ok(sight.programs)
    }

    /// The same, and who counts when the three system calls are made.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn look_and_call(
        &self,
        lab: &mut Lab,
        when: &str,
        folder: &Folder,
        times: u64,
    ) -> anyhow::Result<()> {
        let programs = self.look(lab, when, folder)?;
        lab.observe(format!("{when}: {}", events::calls(&programs, times)?));
        Ok(())
    }
}

/// A process of the exercise.
pub(crate) struct Loader {
    session: Session,
}

impl Loader {
    /// Starts it.
    ///
    /// # Errors
    /// If the system refuses a process.
    pub(crate) fn start(exercise: &Exercise) -> anyhow::Result<Self> {
        Ok(Self { session: exercise.session()? })
    }

    /// Lets it do a step. That it could not is an observation.
    ///
    /// # Errors
    /// If there is no process to ask.
    pub(crate) fn step(&mut self, lab: &mut Lab, step: &Step) -> anyhow::Result<()> {
        told(lab, self.session.ask_within(LIMIT, step))
    }

    /// Ends it, and with it everything that it holds.
    ///
    /// # Errors
    /// As [`Loader::step`].
    pub(crate) fn end(self, lab: &mut Lab) -> anyhow::Result<()> {
        told(lab, self.session.end_within(LIMIT))
    }
}

fn told(lab: &mut Lab, answer: anyhow::Result<()>) -> anyhow::Result<()> {
    match answer {
        Err(error) if error.is::<NoAnswer>() => lab.observe(error),
        other => other?,
    }
    Ok(())
}

/// Waits until everything is freed that nobody holds any more.
///
/// The kernel frees files, links and emptied program arrays later than they are let go, in turn. So this makes one of each,
/// lets them go, and waits until they are gone: what was let go before is gone by then, too.
pub(crate) fn settle() -> anyhow::Result<()> {
    let pins = folder::own_pins();
    let target = Target { slot: 0, program: "red".to_owned() };
    let ids = prepare::dispatching(slice::from_ref(&target), &pins)?;
    fs::remove_file(&pins.link)?;
    fs::remove_file(&pins.slots)?;
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if !loaded_programs().flatten().any(|program| ids.contains(&program.id())) {
            return Ok(());
        }
        hurry()?;
        // SAFETY: numbers only: MEMBARRIER_CMD_GLOBAL waits until every processor has come by.
        let waited = unsafe { libc::syscall(libc::SYS_membarrier, 1, 0, 0) };
        ensure!(waited == 0, "cannot wait: {}", io::Error::last_os_error());
    }
    bail!("a program that nobody holds is still loaded after {PATIENCE:?}")
}

/// 6.18 frees a link of `sys_enter` a quarter of a second after it was let go: without this, the lab takes four times as long
/// there. Whoever closes the last perf event of a tracepoint waits until nobody can be in it any more, and that the kernel
/// begins at once, with links that are waiting for the same.
fn hurry() -> anyhow::Result<()> {
    let id = fs::read_to_string("/sys/kernel/tracing/events/sched/sched_process_exec/id")?;
    // `struct perf_event_attr`, its first version: PERF_TYPE_TRACEPOINT, its size of 64 bytes, and which tracepoint.
    let attributes = [2 | 64 << 32, id.trim().parse()?, 0, 0, 0, 0, 0, 0_u64];
    // SAFETY: the structure is as long as it says, and outlives the call. Of this process, on any processor, without flags.
    let event = unsafe { libc::syscall(libc::SYS_perf_event_open, attributes.as_ptr(), 0, -1, -1, 0) };
    ensure!(event >= 0, "cannot open a perf event: {}", io::Error::last_os_error());
    // SAFETY: the descriptor has just been opened, and nobody else has it.
    drop(unsafe { OwnedFd::from_raw_fd(i32::try_from(event)?) });
    Ok(())
}
