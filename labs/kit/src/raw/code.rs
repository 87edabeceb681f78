//! What the kernel made of a program: its translated and its machine code.

use std::io;

use super::{
    info::{self, Info},
    insn::{Insn, from_bytes},
    program::Program,
    syscall::address_mut,
};

/// A loaded program, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The instructions after the verifier and its passes have rewritten them.
    pub translated: Vec<Insn>,
    /// Machine code; empty if the JIT compiler is off.
    pub jited: Vec<u8>,
}

impl Program {
    /// Reads the program back: `BPF_OBJ_GET_INFO_BY_FD`, first the sizes, then the code.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn code(&self) -> io::Result<Code> {
        let sizes = self.info(Info::default())?;
        let mut translated = vec![0; sizes.translated_size as usize];
        let mut jited = vec![0; sizes.jited_size as usize];
        let wanted = Info {
            jited_size: sizes.jited_size,
            translated_size: sizes.translated_size,
            jited: address_mut(&mut jited),
            translated: address_mut(&mut translated),
            ..Info::default()
        };
        self.info(wanted)?;
        Ok(Code { translated: from_bytes(&translated), jited })
    }

    /// The kernel's number for the program.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn id(&self) -> io::Result<u32> {
        Ok(self.info(Info::default())?.id)
    }

    /// Asks for information. `info` says where lists may be written, and how long they may be.
    pub(super) fn info(&self, info: Info) -> io::Result<Info> {
        // SAFETY: the callers in this module's parent point to vectors of theirs, with their lengths.
        unsafe { info::ask(self.fd(), info) }
    }
}
