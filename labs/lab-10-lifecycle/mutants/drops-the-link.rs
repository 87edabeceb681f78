// fails: Differs in fd: held: links: none
//! Lab 10, wrong on purpose: it takes the link out of the program, and drops it at the end of the function.

use std::{fs, path::Path};

use anyhow::Context;
use aya::{
    maps::{Map, MapData, ProgramArray},
    programs::links::{FdLink, PinnedLink},
};

use crate::{
    job::{Pins, Target},
    loader::{EVENT, Held, load, open},
};

/// Loads a program and attaches it. It is to run for as long as somebody has what you
/// return, and no longer.
pub(crate) fn attach(program: &str) -> anyhow::Result<Held> {
    let mut object = open()?;
    let program = load(&mut object, program)?;
    let id = program.attach(EVENT)?;
    let _link = program.take_link(id)?;
    Ok(Box::new(object))
}

/// Loads a program and attaches it. It is to run even after this process has ended, until
/// somebody removes the file at `path`.
pub(crate) fn pin(program: &str, path: &Path) -> anyhow::Result<()> {
    let mut object = open()?;
    let program = load(&mut object, program)?;
    let id = program.attach(EVENT)?;
    FdLink::from(program.take_link(id)?).pin(path)?;
    Ok(())
}

/// Another process has pinned a link at `path`. The file is to go, and the program to run
/// on, for as long as somebody has what you return.
pub(crate) fn take_back(path: &Path) -> anyhow::Result<Held> {
    Ok(Box::new(PinnedLink::from_pin(path)?.unpin()?))
}

/// Puts each target into its slot, and attaches `dispatch`. Both are to outlive this process.
pub(crate) fn dispatch(targets: &[Target], pins: &Pins) -> anyhow::Result<()> {
    let mut object = open()?;
    let mut slots = ProgramArray::try_from(object.take_map("SLOTS").context("no map is called `SLOTS`")?)?;
    for target in targets {
        let program = load(&mut object, &target.program)?;
        slots.set(target.slot, program.fd()?, 0)?;
    }
    let program = load(&mut object, "dispatch")?;
    let id = program.attach(EVENT)?;
    FdLink::from(program.take_link(id)?).pin(&pins.link)?;
    slots.pin(&pins.slots)?;
    Ok(())
}

/// `dispatch` is running, pinned as `pins` says. Puts another program into one of its
/// slots. Not one event is to be lost.
pub(crate) fn replace(pins: &Pins, target: &Target) -> anyhow::Result<()> {
    let mut slots = ProgramArray::try_from(Map::ProgramArray(MapData::from_pin(&pins.slots)?))?;
    let mut object = open()?;
    let program = load(&mut object, &target.program)?;
    slots.set(target.slot, program.fd()?, 0)?;
    Ok(())
}

/// `dispatch` is running, pinned as `pins` says. Nothing of it is to stay.
pub(crate) fn remove(pins: &Pins) -> anyhow::Result<()> {
    fs::remove_file(&pins.link)?;
    fs::remove_file(&pins.slots)?;
    Ok(())
}
