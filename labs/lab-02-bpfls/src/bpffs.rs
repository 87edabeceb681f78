//! bpffs, the file system whose files are programs, maps and links: what is pinned there.
//!
//! It finds and names, and pins a decoy. What a pin means for a program is the exercise's question.

use std::{
    ffi::CString,
    fs,
    io::{self, ErrorKind},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
};

use anyhow::{Context, bail, ensure};

use crate::pins::{Pin, Pinned};

/// Where bpffs is mounted.
pub(crate) const BPFFS: &str = "/sys/fs/bpf";

/// All files of bpffs, in alphabetical order.
///
/// # Errors
/// If bpffs cannot be read.
pub(crate) fn pins() -> anyhow::Result<Vec<Pin>> {
    let mut pins = Vec::new();
    walk(Path::new(BPFFS), &mut pins)?;
    pins.sort_by(|one: &Pin, other| one.path.cmp(&other.path));
    Ok(pins)
}

/// Pins a map that has the same number as this program, and returns the maps that were made on the way.
/// Whoever compares numbers without asking what they count takes it for the program's pin.
///
/// # Errors
/// If the kernel has given that number to a map before.
pub(crate) fn pin_map_numbered_like(program: u32, path: &str) -> anyhow::Result<Vec<OwnedFd>> {
    let mut maps = Vec::new();
    loop {
        let map = create_map().context("cannot create a map")?;
        let Pinned::Map(id) = identify(&map)? else { bail!("a new map is none") };
        ensure!(id <= program, "there is no map {program}, and there will be none: the next one was {id}");
        if id == program {
            pin(&map, Path::new(path)).with_context(|| format!("cannot pin a map at `{path}`"))?;
            return Ok(maps);
        }
        maps.push(map);
    }
}

fn walk(folder: &Path, pins: &mut Vec<Pin>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list `{}`", folder.display()))? {
        let entry = entry?;
        let (kind, path) = (entry.file_type()?, entry.path());
        if kind.is_dir() {
            walk(&path, pins)?;
        } else if kind.is_file() {
            match open(&path) {
                Ok(fd) => pins.push(Pin { object: identify(&fd)?, path }),
                // Unpinned since the folder was read, or a file that the kernel itself put there.
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(error).with_context(|| format!("cannot open `{}`", path.display())),
            }
        }
    }
    Ok(())
}

/// What a descriptor stands for: the kernel says so in `fdinfo`, since 5.8 for links, too.
fn identify(fd: &OwnedFd) -> anyhow::Result<Pinned> {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd()))?;
    let number = |key: &str| {
        let line = info.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
        line.trim().parse::<u32>().ok()
    };
    // A link names its program, too, so it must be asked first.
    match (number("link_id"), number("prog_id"), number("map_id")) {
        (Some(_), Some(program), _) => Ok(Pinned::LinkOf(program)),
        (None, Some(program), _) => Ok(Pinned::Program(program)),
        (_, None, Some(map)) => Ok(Pinned::Map(map)),
        _ => bail!("it is no program, map or link"),
    }
}

/// The part of `union bpf_attr` that `BPF_OBJ_PIN` and `BPF_OBJ_GET` read: include/uapi/linux/bpf.h.
#[repr(C)]
struct File {
    pathname: u64,
    bpf_fd: u32,
    file_flags: u32,
}

/// The command `BPF_OBJ_GET` of bpf(2). Opening such a file in the usual way is refused.
fn open(path: &Path) -> io::Result<OwnedFd> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let fd = bpf(7, &File { pathname: path.as_ptr() as u64, bpf_fd: 0, file_flags: 0 })?;
    // SAFETY: the call just returned this descriptor, and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The command `BPF_OBJ_PIN`.
fn pin(fd: &OwnedFd, path: &Path) -> io::Result<()> {
    let path = CString::new(path.as_os_str().as_bytes())?;
    let bpf_fd = fd.as_raw_fd().unsigned_abs();
    bpf(6, &File { pathname: path.as_ptr() as u64, bpf_fd, file_flags: 0 }).map(drop)
}

/// The command `BPF_MAP_CREATE`: an array of one number.
fn create_map() -> io::Result<OwnedFd> {
    /// Map type (2 is an array), size of keys and of values, number of entries: the same union's first part.
    const ARRAY: [u32; 4] = [2, 4, 4, 1];
    let fd = bpf(0, &ARRAY)?;
    // SAFETY: the call just returned this descriptor, and nothing else owns it.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// The system call. What `attributes` points to must outlive it.
fn bpf<T>(command: libc::c_int, attributes: &T) -> io::Result<i32> {
    // SAFETY: the attributes outlive the call, and the size is theirs.
    let result = unsafe { libc::syscall(libc::SYS_bpf, command, &raw const *attributes, size_of::<T>()) };
    i32::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(io::Error::last_os_error)
}
