//! Who holds an object, counted: descriptors of this process by /proc/self/fdinfo, links by their ids, files and slots by
//! looking into them.
//!
//! It changes nothing but by [`link_update`].

use std::{
    fs, io,
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
    path::Path,
};

use anyhow::Context;
use aya::{
    maps::{Array, Map, MapData, MapInfo},
    programs::{ProgramInfo, loaded_links, loaded_programs},
};
use kit::raw::Pinned;

/// Something that can be held, by the kernel's number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object {
    Program(u32),
    Map(u32),
    Link(u32),
}

/// How many descriptors of this process stand for it.
pub(super) fn descriptors(object: Object) -> io::Result<usize> {
    let mut count = 0;
    for entry in fs::read_dir("/proc/self/fdinfo")? {
        // The descriptor of the folder itself is gone as soon as it was read.
        let Ok(info) = fs::read_to_string(entry?.path()) else { continue };
        count += usize::from(told_by(&info) == Some(object));
    }
    Ok(count)
}

/// A link's text names its program, too, so it is asked first.
fn told_by(info: &str) -> Option<Object> {
    let number = |key: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        line.trim().parse::<u32>().ok()
    };
    let link = number("link_id").map(Object::Link);
    link.or_else(|| number("prog_id").map(Object::Program)).or_else(|| number("map_id").map(Object::Map))
}

/// Whether the file is it: 1 or 0.
pub(super) fn files(object: Object, path: &Path) -> usize {
    let found = match Pinned::at(path) {
        Ok(Pinned::Program(id)) => Object::Program(id),
        Ok(Pinned::Map(id)) => Object::Map(id),
        Ok(Pinned::Link(id)) => Object::Link(id),
        Err(_) => return 0,
    };
    usize::from(found == object)
}

/// How many links attach this program.
pub(super) fn links_of(program: u32) -> anyhow::Result<usize> {
    let links = loaded_links().collect::<Result<Vec<_>, _>>()?;
    Ok(links.iter().filter(|link| link.program_id() == program).count())
}

/// In how many slots of a program array the program is: a slot is read as the program's number.
pub(super) fn in_slots(map: u32, program: u32) -> anyhow::Result<usize> {
    let slots = Array::<_, u32>::try_from(Map::Array(MapData::from_id(map)?))?;
    Ok((0..slots.len()).filter(|slot| slots.get(slot, 0).is_ok_and(|there| there == program)).count())
}

/// The number of the map `SLOTS` that a program uses.
pub(super) fn program_array_of(program: &ProgramInfo) -> anyhow::Result<u32> {
    for id in program.map_ids()?.unwrap_or_default() {
        if MapInfo::from_id(id)?.name_as_str() == Some("SLOTS") {
            return Ok(id);
        }
    }
    None.context("the program uses no map `SLOTS`")
}

/// Whether the program is loaded.
pub(super) fn is_loaded(program: u32) -> bool {
    loaded_programs().flatten().any(|loaded| loaded.id() == program)
}

/// `BPF_LINK_UPDATE`: the link is to attach another program.
pub(super) fn link_update(link: u32, program: BorrowedFd<'_>) -> io::Result<()> {
    const LINK_UPDATE: libc::c_int = 29;
    const LINK_GET_FD_BY_ID: libc::c_int = 30;
    let link = bpf(LINK_GET_FD_BY_ID, [link, 0, 0, 0])?;
    // SAFETY: the call has just returned this descriptor, and nobody else has it.
    let link = unsafe { OwnedFd::from_raw_fd(link) };
    let [link, program] = [link.as_raw_fd(), program.as_raw_fd()].map(i32::unsigned_abs);
    bpf(LINK_UPDATE, [link, program, 0, 0]).map(drop)
}

/// The system call, for commands whose arguments are numbers.
fn bpf(command: libc::c_int, arguments: [u32; 4]) -> io::Result<i32> {
    // SAFETY: the arguments outlive the call, and hold no pointer.
    let said = unsafe { libc::syscall(libc::SYS_bpf, command, arguments.as_ptr(), size_of_val(&arguments)) };
    i32::try_from(said).ok().filter(|said| *said >= 0).ok_or_else(io::Error::last_os_error)
}
