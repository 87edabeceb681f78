//! What a file of bpffs is: a program, a map or a link.
//!
//! It tells kind and number. It keeps nothing open: whoever holds an object keeps it alive.

use std::{
    ffi::CString,
    fs, io,
    os::{
        fd::{AsRawFd, FromRawFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::Path,
};

use super::syscall::{Command, bpf};

/// A pinned object, by the kernel's number for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinned {
    /// A program.
    Program(u32),
    /// A map.
    Map(u32),
    /// A link.
    Link(u32),
}

/// `BPF_OBJ_GET`.
#[repr(C)]
struct ObjectFile {
    path: u64,
    fd: u32,
    flags: u32,
}

impl Pinned {
    /// What the file at `path` is.
    ///
    /// # Errors
    /// If there is no such file, or if it is none of these.
    pub fn at(path: &Path) -> io::Result<Self> {
        let path = CString::new(path.as_os_str().as_bytes())?;
        let mut attributes = ObjectFile { path: path.as_ptr() as u64, fd: 0, flags: 0 };
        // SAFETY: the path ends with a zero byte and outlives the call; the descriptor that comes back is ours alone.
        let fd = unsafe { OwnedFd::from_raw_fd(bpf(Command::ObjectGet, &mut attributes)?) };
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd()))?;
        Self::told_by(&info).ok_or_else(|| io::Error::other("it is no program, map or link"))
    }

    /// What the kernel tells of a descriptor. A link's text names its program, too, so it is asked first.
    fn told_by(info: &str) -> Option<Self> {
        let number = |key: &str| {
            let line = info.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':'))?;
            line.trim().parse::<u32>().ok()
        };
        let link = number("link_id").map(Self::Link);
        link.or_else(|| number("prog_id").map(Self::Program)).or_else(|| number("map_id").map(Self::Map))
    }
}

#[cfg(test)]
mod tests {
    use super::Pinned;

    #[test]
    fn a_link_is_not_taken_for_its_program() {
        let link = "pos:\t0\nlink_type:\traw_tracepoint\nlink_id:\t3\nprog_tag:\tab\nprog_id:\t17\n";
        assert_eq!(Pinned::told_by(link), Some(Pinned::Link(3)));
        assert_eq!(Pinned::told_by("prog_type:\t17\nprog_id:\t9\n"), Some(Pinned::Program(9)));
        assert_eq!(Pinned::told_by("map_type:\t3\nmap_id:\t4\n"), Some(Pinned::Map(4)));
        assert_eq!(Pinned::told_by("pos:\t0\n"), None);
    }
}
