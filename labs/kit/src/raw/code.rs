//! What the kernel made of a program: its translated and its machine code.

use std::{io, os::fd::AsRawFd};

use super::{
    insn::{Insn, from_bytes},
    program::Program,
    syscall::{Command, address_mut, bpf},
};

/// A loaded program, read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// The instructions after the verifier and its passes have rewritten them.
    pub translated: Vec<Insn>,
    /// Machine code; empty if the JIT compiler is off.
    pub jited: Vec<u8>,
}

/// `struct bpf_prog_info`, up to `jited_func_lens`' neighbours that are not needed: the kernel fills in as much of it as it is told to.
#[repr(C)]
#[derive(Default)]
struct Info {
    kind: u32,
    id: u32,
    tag: [u8; 8],
    jited_size: u32,
    translated_size: u32,
    jited: u64,
    translated: u64,
}

#[repr(C)]
#[derive(Default)]
struct ObjectInfo {
    fd: u32,
    size: u32,
    info: u64,
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

    /// Asks for information. `info` says where code may be written, and how much of it.
    fn info(&self, info: Info) -> io::Result<Info> {
        let mut info = [info];
        let size = size_of::<Info>() as u32;
        let mut attributes =
            ObjectInfo { fd: self.fd().as_raw_fd() as u32, size, info: address_mut(&mut info) };
        // SAFETY: `info` is as long as `size` says; its own pointers are null, or as long as it says.
        unsafe { bpf(Command::ObjectInfo, &mut attributes) }?;
        let [info] = info;
        Ok(info)
    }
}
