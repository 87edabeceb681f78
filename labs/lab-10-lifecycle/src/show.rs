//! Who holds what, step by step: for readers, with `cargo runner shell lab-10 -- /lab/program --show`. No check looks at it.
//!
//! This process does the steps itself, and then counts as the kernel tells: see `holders`.

mod holders;

use std::{fs, os::fd::AsFd, process::ExitCode, slice};

use anyhow::Context;
use aya::programs::links::FdLink;

use self::holders::{Object, descriptors, files, in_slots, is_loaded, link_update, links_of};
use crate::{events, folder::Folder, prepare, stage::settle};

/// How many calls are made after each step.
const CALLS: u64 = 10;

/// The slot that is filled.
const SLOT: u32 = 2;

/// Instead of a count.
const GONE: &str = "the program is gone";

/// Prints it; says why if it cannot.
pub(crate) fn show() -> ExitCode {
    prepare::lift_memory_limit();
    match release().and_then(|()| alone()).and_then(|()| in_a_slot()).and_then(|()| update()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn release() -> anyhow::Result<()> {
    let release = fs::read_to_string("/proc/sys/kernel/osrelease").context("the kernel has no release")?;
    println!("{}", release.trim());
    Ok(())
}

/// One program, from `load` to its end.
fn alone() -> anyhow::Result<()> {
    let folder = Folder::new()?;
    let file = folder.file("link");
    let mut object = prepare::open()?;
    let program = prepare::load(&mut object, "count_getppid")?;
    let info = program.info()?;
    let mut link_id = None;
    println!("\n                      the program is held by    the link by");
    head(["descriptors", "links", "descriptors", "files"]);
    let row = |step: &str, link: Option<u32>| {
        settle()?;
        let [of_link, pins] = match link.map(Object::Link) {
            Some(link) => [descriptors(link)?, files(link, &file)],
            None => [0, 0],
        };
        let numbers = [descriptors(Object::Program(info.id()))?, links_of(info.id())?, of_link, pins];
        let end = if is_loaded(info.id()) { events::calls_by(&info, CALLS)? } else { GONE.to_owned() };
        line(step, numbers, &end);
        anyhow::Ok(())
    };
    row("load the program", link_id)?;
    let link = prepare::attach(program)?;
    link_id = Some(link.info()?.id());
    row("attach it", link_id)?;
    let link = link.pin(&file)?;
    row("pin the link", link_id)?;
    program.unload()?;
    row("close the program", link_id)?;
    drop(link);
    row("close the link", link_id)?;
    fs::remove_file(&file)?;
    row("remove the file", link_id)?;
    Ok(())
}

/// A program in a slot of a map, and what becomes of it when nobody in user space has the map any more.
fn in_a_slot() -> anyhow::Result<()> {
    let folder = Folder::new()?;
    let file = folder.file("slots");
    let mut object = prepare::open()?;
    let mut slots = prepare::slots(&mut object)?;
    let dispatch = prepare::load(&mut object, "dispatch")?;
    let info = dispatch.info()?;
    let (map, _link) = (holders::program_array_of(&info)?, prepare::attach(dispatch)?);
    let program = prepare::load(&mut object, "red")?;
    let red = program.info()?.id();
    println!("\n                      `red` is held by          the map by");
    head(["descriptors", "slots", "descriptors", "files"]);
    let row = |step: &str| {
        settle()?;
        let numbers = [
            descriptors(Object::Program(red))?,
            in_slots(map, red)?,
            descriptors(Object::Map(map))?,
            files(Object::Map(map), &file),
        ];
        line(step, numbers, &events::calls_for(slice::from_ref(&info), SLOT, CALLS)?);
        anyhow::Ok(())
    };
    row("load `red`")?;
    slots.set(SLOT, program.fd()?, 0)?;
    row("put it into slot 2")?;
    program.unload()?;
    row("close `red`")?;
    slots.pin(&file)?;
    row("pin the map, close it")?;
    fs::remove_file(&file)?;
    row("remove the file")?;
    Ok(())
}

/// Whether a link of a raw tracepoint can be given another program.
fn update() -> anyhow::Result<()> {
    let mut object = prepare::open()?;
    let link: FdLink = prepare::attach(prepare::load(&mut object, "dispatch")?)?;
    let other = prepare::load(&mut object, "count_getppid")?;
    let said = match link_update(link.info()?.id(), other.fd()?.as_fd()) {
        Ok(()) => "done".to_owned(),
        Err(error) => error.to_string(),
    };
    println!("\nBPF_LINK_UPDATE of a raw tracepoint's link: {said}");
    Ok(())
}

fn head(columns: [&str; 4]) {
    let [a, b, c, d] = columns;
    println!("{:<22}{a:>11}{b:>7}{c:>16}{d:>7}   of {CALLS} calls", "after the step");
}

fn line(step: &str, [a, b, c, d]: [usize; 4], end: &str) {
    println!("{step:<22}{a:>11}{b:>7}{c:>16}{d:>7}   {end}");
}
