//! What is pinned in bpffs, the file system whose files are programs, maps and links.
//!
//! It finds and names. Which program a pin keeps alive is the exercise's question.

use std::{
    ffi::CString,
    fs,
    io::{self, ErrorKind},
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::{Path, PathBuf},
};

use anyhow::{Context, bail};

/// Where bpffs is mounted.
pub(crate) const BPFFS: &str = "/sys/fs/bpf";

// ANCHOR: pin
/// One file of bpffs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pin {
    /// Where it lies.
    pub path: PathBuf,
    /// What it keeps alive.
    pub object: Pinned,
}

/// A pinned object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pinned {
    /// The program with this id.
    Program(u32),
    /// The map with this id. Maps and programs are numbered separately.
    Map(u32),
    /// A link of the program with this id.
    LinkOf(u32),
}
// ANCHOR_END: pin

/// All files of bpffs, in alphabetical order.
///
/// # Errors
/// If bpffs cannot be read.
pub(crate) fn all() -> anyhow::Result<Vec<Pin>> {
    let mut pins = Vec::new();
    walk(Path::new(BPFFS), &mut pins)?;
    pins.sort_by(|one: &Pin, other| one.path.cmp(&other.path));
    Ok(pins)
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

/// The command `BPF_OBJ_GET` of bpf(2). Opening such a file in the usual way is refused.
fn open(path: &Path) -> io::Result<OwnedFd> {
    const BPF_OBJ_GET: libc::c_int = 7;
    /// The part of `union bpf_attr` that this command reads: include/uapi/linux/bpf.h.
    #[repr(C)]
    struct Attributes {
        pathname: u64,
        bpf_fd: u32,
        file_flags: u32,
    }
    let path = CString::new(path.as_os_str().as_bytes())?;
    let attributes = Attributes { pathname: path.as_ptr() as u64, bpf_fd: 0, file_flags: 0 };
    // SAFETY: the attributes and the path outlive the call, and the size is theirs.
    let fd =
        unsafe { libc::syscall(libc::SYS_bpf, BPF_OBJ_GET, &raw const attributes, size_of_val(&attributes)) };
    match i32::try_from(fd) {
        // SAFETY: the call just returned this descriptor, and nothing else owns it.
        Ok(fd @ 0..) => Ok(unsafe { OwnedFd::from_raw_fd(fd) }),
        _ => Err(io::Error::last_os_error()),
    }
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
