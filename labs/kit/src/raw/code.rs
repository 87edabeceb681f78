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
    /// Where the code of each line of source begins; empty if the program was loaded without them.
    pub lines: Vec<Line>,
}

/// Where the code of a line of source begins: `struct bpf_line_info`, and its counterpart in machine code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// The number of the translated instruction.
    pub translated: u32,
    /// The offset in the machine code, in bytes; `None` if there is none.
    pub jited: Option<u32>,
    /// The line, counted from 1.
    pub line: u32,
}

/// `struct bpf_prog_info`, up to the size of a line's record.
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
    load_time: u64,
    uid: u32,
    map_count: u32,
    maps: u64,
    name: [u8; 16],
    interface: u32,
    gpl: u32,
    namespace: [u64; 2],
    symbol_count: u32,
    length_count: u32,
    symbols: u64,
    lengths: u64,
    btf: u32,
    function_size: u32,
    functions: u64,
    function_count: u32,
    line_count: u32,
    lines: u64,
    jited_lines: u64,
    jited_line_count: u32,
    line_size: u32,
    jited_line_size: u32,
    tag_count: u32,
    tags: u64,
}

/// `struct bpf_line_info`: instruction, file, text, and line with column.
type LineRecord = [u32; 4];

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
        let mut translated = vec![0_u8; sizes.translated_size as usize];
        let mut jited = vec![0_u8; sizes.jited_size as usize];
        let mut lines: Vec<LineRecord> = vec![[0; 4]; sizes.line_count as usize];
        let mut jited_lines = vec![0_u64; sizes.jited_line_count as usize];
        let mut symbols = vec![0_u64; sizes.symbol_count as usize];
        let wanted = Info {
            jited_size: sizes.jited_size,
            translated_size: sizes.translated_size,
            jited: address_mut(&mut jited),
            translated: address_mut(&mut translated),
            line_count: sizes.line_count,
            line_size: size_of::<LineRecord>() as u32,
            lines: address_mut(&mut lines),
            jited_line_count: sizes.jited_line_count,
            jited_line_size: size_of::<u64>() as u32,
            jited_lines: address_mut(&mut jited_lines),
            symbol_count: sizes.symbol_count,
            symbols: address_mut(&mut symbols),
            ..Info::default()
        };
        self.info(wanted)?;
        // Machine code of several functions lies in several places: offsets are told within the first one.
        let begin = symbols.first().copied().unwrap_or_default();
        let within = |address: &u64| address.checked_sub(begin).filter(|offset| *offset < jited.len() as u64);
        let line = |(at, record): (usize, &LineRecord)| Line {
            translated: record[0],
            jited: jited_lines.get(at).and_then(within).map(|offset| offset as u32),
            line: record[3] >> 10,
        };
        let lines = lines.iter().enumerate().map(line).collect();
        Ok(Code { translated: from_bytes(&translated), jited, lines })
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
