//! A program that somebody has loaded, found by its number: it can be read, and nothing else.

use std::{
    io,
    os::fd::{FromRawFd, OwnedFd},
};

use super::{
    info::{self, Info},
    syscall::{Command, address_mut, bpf},
};

/// A loaded program. Holding it keeps it loaded.
#[derive(Debug)]
pub struct Known {
    fd: OwnedFd,
}

// ANCHOR: sizes
/// How long a program's code is, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The instructions after the verifier and its passes have rewritten them, eight bytes each.
    pub translated: usize,
    /// The machine code; 0 if the JIT compiler is off.
    pub jited: usize,
}
// ANCHOR_END: sizes

/// `BPF_PROG_GET_FD_BY_ID`.
#[repr(C)]
struct ById {
    id: u32,
    next: u32,
    flags: u32,
}

impl Known {
    /// The program with this number.
    ///
    /// # Errors
    /// If there is none, or if one may not ask.
    pub fn by_id(id: u32) -> io::Result<Self> {
        let mut attributes = ById { id, next: 0, flags: 0 };
        // SAFETY: the structure has no pointers; the descriptor that comes back is ours alone.
        let fd = unsafe { OwnedFd::from_raw_fd(bpf(Command::ProgramById, &mut attributes)?) };
        Ok(Self { fd })
    }

    /// `BPF_OBJ_GET_INFO_BY_FD`: the kernel writes as much of the code as there is room for, and says how long it is.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn ask(&self, translated: &mut [u8], jited: &mut [u8]) -> io::Result<Sizes> {
        let wanted = Info {
            translated_size: translated.len() as u32,
            jited_size: jited.len() as u32,
            translated: address_mut(translated),
            jited: address_mut(jited),
            ..Info::default()
        };
        // SAFETY: both lists are as long as it says.
        let info = unsafe { info::ask(&self.fd, wanted) }?;
        Ok(Sizes { translated: info.translated_size as usize, jited: info.jited_size as usize })
    }
}

#[cfg(test)]
mod tests {
    use super::Known;

    #[test]
    fn a_number_that_no_program_has_is_an_error() {
        // As any user: not permitted; as root: not found.
        assert!(Known::by_id(u32::MAX).is_err());
    }
}
