//! Lab 10: what keeps a program alive. You edit this file.

use std::{fs, path::Path};

use aya::programs::links::PinnedLink;

use crate::{
    job::{Pins, Target},
    loader::{EVENT, Held, load, open},
};

// ANCHOR: alone
/// Loads a program and attaches it. It is to run for as long as somebody has what you
/// return, and no longer.
pub(crate) fn attach(program: &str) -> anyhow::Result<Held> {
    let mut object = open()?;
    let link = load(&mut object, program)?.attach(EVENT)?;
    // TODO(lab): `link` is a number. What does the attachment belong to, and what becomes
    // of that here?
    Ok(Box::new(link))
}

/// Loads a program and attaches it. It is to run even after this process has ended, until
/// somebody removes the file at `path`.
pub(crate) fn pin(program: &str, path: &Path) -> anyhow::Result<()> {
    let mut object = open()?;
    let program = load(&mut object, program)?;
    program.attach(EVENT)?;
    // TODO(lab): this keeps the program loaded. Who keeps it attached?
    program.pin(path)?;
    Ok(())
}

/// Another process has pinned a link at `path`. The file is to go, and the program to run
/// on, for as long as somebody has what you return.
pub(crate) fn take_back(path: &Path) -> anyhow::Result<Held> {
    let link = PinnedLink::from_pin(path)?;
    // TODO(lab): the file is still there.
    Ok(Box::new(link))
}
// ANCHOR_END: alone

// ANCHOR: together
/// Puts each target into its slot, and attaches `dispatch`. Both are to outlive this process.
pub(crate) fn dispatch(targets: &[Target], pins: &Pins) -> anyhow::Result<()> {
    let mut object = open()?;
    for target in targets {
        // TODO(lab): put it into the map `SLOTS`, which the object has.
        load(&mut object, &target.program)?;
    }
    // TODO(lab): attach `dispatch`, and pin what has to be pinned.
    let _ = pins;
    Ok(())
}

/// `dispatch` is running, pinned as `pins` says. Puts another program into one of its
/// slots. Not one event is to be lost.
pub(crate) fn replace(pins: &Pins, target: &Target) -> anyhow::Result<()> {
    let mut object = open()?;
    load(&mut object, &target.program)?;
    // TODO(lab): put it into the slots that `dispatch` looks into. This object has others.
    let _ = pins;
    Ok(())
}

/// `dispatch` is running, pinned as `pins` says. Nothing of it is to stay.
pub(crate) fn remove(pins: &Pins) -> anyhow::Result<()> {
    fs::remove_file(&pins.link)?;
    // TODO(lab): what else keeps a program alive?
    Ok(())
}
// ANCHOR_END: together
