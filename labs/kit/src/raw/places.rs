//! Where each instruction of a program went: the kernel's own table.
//!
//! Whoever loads a program may say which source line each instruction comes from (`struct bpf_line_info`). The kernel
//! keeps that true while it rewrites the program, and notes where the machine code of each line begins: `bpftool prog
//! dump jited linum` prints it. Here every instruction is a line of its own, without text.
//! Source: `check_btf_line` in kernel/bpf/verifier.c, `bpf_prog_fill_jited_linfo` in kernel/bpf/core.c.

use std::{
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
};

use super::{
    info::Info,
    insn::Insn,
    program::{Kind, Load, Program},
    syscall::{Command, address, address_mut, bpf},
};
use crate::Refusal;

/// Where the code of one instruction begins, after everything in front of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its number in the program as it was loaded.
    pub loaded: usize,
    /// The first of its instructions in the translated program.
    pub translated: usize,
    /// The first byte of its machine code. For the first instruction this is 0: what prepares the program counts as its.
    pub jited: usize,
}

/// `struct bpf_line_info`.
#[repr(C)]
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    instruction: u32,
    file: u32,
    text: u32,
    column: u32,
}

/// `BPF_BTF_LOAD`.
#[repr(C)]
struct LoadTypes {
    types: u64,
    log: u64,
    size: u32,
    log_size: u32,
    log_level: u32,
    padding: u32,
}

/// How far a line's column is shifted to the left: the number of the line stands above it.
const LINE_SHIFT: u32 = 10;

impl Program {
    /// Loads instructions so that [`Program::places`] knows where they went.
    ///
    /// # Errors
    /// What the verifier says, with its whole log.
    pub fn load_with_lines(kind: Kind, name: &str, instructions: &[Insn]) -> Result<Self, Refusal> {
        Self::load_with_lines_as(kind as u32, name, instructions)
    }

    /// The same, for a program of any type, by its number in `enum bpf_prog_type`.
    ///
    /// # Errors
    /// What the verifier says, with its whole log.
    pub fn load_with_lines_as(kind: u32, name: &str, instructions: &[Insn]) -> Result<Self, Refusal> {
        let refused = |error: io::Error| Refusal { error: format!("its BTF: {error}"), log: String::new() };
        let types = no_types().map_err(refused)?;
        let lines = lines(instructions);
        let more = Load::lines(types.as_raw_fd(), size_of::<Line>(), address(&lines), lines.len());
        Self::load_more(kind, name, c"GPL", instructions, more)
    }

    /// Where each instruction went, in order. An instruction that the kernel threw away is not there.
    ///
    /// # Errors
    /// What the kernel says; or if the JIT compiler is off, or the program was loaded without lines.
    pub fn places(&self) -> io::Result<Vec<Place>> {
        let line_size = size_of::<Line>() as u32;
        let sizes = || Info { line_size, jited_line_size: 8, ..Info::default() };
        let there = self.info(sizes())?;
        let count = there.line_count.min(there.jited_line_count) as usize;
        if count == 0 {
            return Err(io::Error::other("the kernel has no lines of this program's machine code"));
        }
        let (mut lines, mut jited, mut begin) = (vec![Line::default(); count], vec![0_u64; count], [0_u64]);
        self.info(Info {
            line_count: count as u32,
            lines: address_mut(&mut lines),
            jited_line_count: count as u32,
            jited_lines: address_mut(&mut jited),
            address_count: 1,
            addresses: address_mut(&mut begin),
            ..sizes()
        })?;
        let place = |(line, address): (Line, u64)| Place {
            loaded: (line.column >> LINE_SHIFT) as usize,
            translated: line.instruction as usize,
            jited: address.wrapping_sub(begin[0]) as usize,
        };
        Ok(lines.into_iter().zip(jited).map(place).collect())
    }
}

/// A line for each instruction. The second half of a wide one is none.
fn lines(instructions: &[Insn]) -> Vec<Line> {
    let whole = instructions.iter().zip(0_u32..).filter(|(insn, _)| insn.opcode != 0);
    whole.map(|(_, at)| Line { instruction: at, column: at << LINE_SHIFT, ..Line::default() }).collect()
}

/// BTF with one type that nobody uses, and no text: lines want BTF, and BTF wants a type.
fn no_types() -> io::Result<OwnedFd> {
    // `struct btf_header`: magic and version, its own length; types from 0, 16 bytes; text behind them, 5 bytes.
    // Then `int`, 4 bytes wide: where its name is, its kind (1), its size, its bits.
    let words: [u32; 10] = [0x0001_eb9f, 24, 0, 16, 16, 5, 1, 1 << 24, 4, 32];
    let types: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).chain(*b"\0int\0").collect();
    let mut attributes = LoadTypes {
        types: address(&types),
        log: 0,
        size: types.len() as u32,
        log_size: 0,
        log_level: 0,
        padding: 0,
    };
    // SAFETY: the pointer is to `types`, which outlives the call; the descriptor is ours alone.
    Ok(unsafe { OwnedFd::from_raw_fd(bpf(Command::TypesLoad, &mut attributes)?) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_instruction_has_a_line_and_half_of_one_has_none() {
        let wide = [Insn::new(0x18, 1, 0, 0, 5), Insn::default()];
        let lines = lines(&[wide[0], wide[1], Insn::new(0x95, 0, 0, 0, 0)]);
        let numbers: Vec<_> =
            lines.iter().map(|line| (line.instruction, line.column >> LINE_SHIFT)).collect();
        assert_eq!(numbers, [(0, 0), (2, 2)]);
        assert_eq!(size_of::<Line>(), 16);
    }
}
