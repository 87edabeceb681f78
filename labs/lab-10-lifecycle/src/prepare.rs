//! What a check begins with, where it is not the exercise's work: a program that somebody else has pinned.
//!
//! Nothing of it is held by this process afterwards: whatever lives, lives by its files.

use std::path::Path;

use anyhow::Context;
use aya::{
    Ebpf,
    maps::{Array, MapData, ProgramArray},
    programs::{Program, RawTracePoint, links::FdLink},
};

use crate::{
    folder::hand_over,
    job::{Pins, Target},
};

/// The tracepoint of all programs.
pub(crate) const EVENT: &str = "sys_enter";

/// Opens the object again. Every opened object has maps of its own.
///
/// # Errors
/// If there is none.
pub(crate) fn open() -> anyhow::Result<Ebpf> {
    kit::without_kernel_btf().load_file("/lab/object.o").context("cannot open the object")
}

/// Loads one program of an object.
///
/// # Errors
/// If there is none, and what the kernel says.
pub(crate) fn load<'o>(object: &'o mut Ebpf, name: &str) -> anyhow::Result<&'o mut RawTracePoint> {
    let program = object.program_mut(name).with_context(|| format!("no program is called `{name}`"))?;
    let program: &mut RawTracePoint = program.try_into()?;
    program.load()?;
    Ok(program)
}

/// Attaches a program, and takes the link out of it.
///
/// # Errors
/// What the kernel says.
pub(crate) fn attach(program: &mut RawTracePoint) -> anyhow::Result<FdLink> {
    let id = program.attach(EVENT)?;
    Ok(program.take_link(id)?.into())
}

/// The program array of an object.
///
/// # Errors
/// If there is none.
pub(crate) fn slots(object: &mut Ebpf) -> anyhow::Result<ProgramArray<MapData>> {
    Ok(ProgramArray::try_from(object.take_map("SLOTS").context("no map is called `SLOTS`")?)?)
}

/// A program that runs by a pinned link alone.
///
/// # Errors
/// What the kernel says.
pub(crate) fn pinned(program: &str, link: &Path) -> anyhow::Result<()> {
    let mut object = open()?;
    attach(load(&mut object, program)?)?.pin(link)?;
    hand_over(link)
}

/// `dispatch` with its targets, by a pinned link and a pinned map. Returns the kernel's numbers of them.
///
/// # Errors
/// What the kernel says.
pub(crate) fn dispatching(targets: &[Target], pins: &Pins) -> anyhow::Result<Vec<u32>> {
    dispatching_from(&mut open()?, targets, pins)
}

/// The program `watch`, and nothing else of its object. It tries a slot at each call of `bpf`, when it is told to.
pub(crate) struct Watch {
    /// The kernel's number for the program.
    pub(crate) id: u32,
    object: Ebpf,
}

impl Watch {
    /// Which slot is to be tried from now on.
    ///
    /// # Errors
    /// What the kernel says.
    pub(crate) fn look_at(&mut self, slot: Option<u32>) -> anyhow::Result<()> {
        let map = self.object.map_mut("WATCHED").context("no map is called `WATCHED`")?;
        Ok(Array::try_from(map)?.set(0, slot.map_or(0, |slot| slot + 1), 0)?)
    }
}

/// The same as [`dispatching`], and beside it `watch`, which sees the same slots.
///
/// # Errors
/// What the kernel says.
pub(crate) fn watched(targets: &[Target], pins: &Pins) -> anyhow::Result<Watch> {
    let mut object = open()?;
    // First of all: pinning the slots closes their descriptor, and loading needs it.
    let watch = load(&mut object, "watch")?;
    watch.attach(EVENT)?;
    let id = watch.info()?.id();
    dispatching_from(&mut object, targets, pins)?;
    for (name, program) in object.programs_mut() {
        if let Program::RawTracePoint(program) = program
            && name != "watch"
        {
            // Those that were not loaded say so.
            let _ = program.unload();
        }
    }
    Ok(Watch { id, object })
}

fn dispatching_from(object: &mut Ebpf, targets: &[Target], pins: &Pins) -> anyhow::Result<Vec<u32>> {
    let mut slots = slots(object)?;
    let mut ids = Vec::new();
    for target in targets {
        let program = load(object, &target.program)?;
        slots.set(target.slot, program.fd()?, 0)?;
        ids.push(program.info()?.id());
    }
    let program = load(object, "dispatch")?;
    ids.push(program.info()?.id());
    attach(program)?.pin(&pins.link)?;
    slots.pin(&pins.slots)?;
    hand_over(&pins.link)?;
    hand_over(&pins.slots)?;
    Ok(ids)
}

/// Before 5.11, programs and maps count against a limit that is 64 KiB by default. The exercise inherits this one, and could
/// not set it: it is not root.
pub(crate) fn lift_memory_limit() {
    let unlimited = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: the structure outlives the call. Where the limit stays, the kernel says so when something is loaded.
    unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const unlimited) };
}
