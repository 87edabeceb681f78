// fails: Differs in registers with seed 7: r0: none
//! Lab 11, wrong on purpose: what it found with seed 0, instead of reading.

use std::{io, ops::Range};

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, Register};
use kit::raw::Known;

use crate::job::Code;

/// Reads a program's code: the kernel says how long it is, and then writes it.
pub(crate) fn fetch(program: &Known) -> io::Result<Code> {
    let sizes = program.ask(&mut [], &mut [])?;
    let mut code = Code { translated: vec![0; sizes.translated], jited: vec![0; sizes.jited] };
    program.ask(&mut code.translated, &mut code.jited)?;
    Ok(code)
}

/// The machine instruction that moves `value` into a register or into memory.
fn mover(jited: &[u8], value: u64) -> Option<Instruction> {
    let moves = |instruction: &Instruction| {
        instruction.mnemonic() == Mnemonic::Mov && instruction.try_immediate(1).ok() == Some(value)
    };
    Decoder::with_ip(64, jited, 0, DecoderOptions::NONE).into_iter().find(moves)
}

/// The register that gets `value`; or, if `value` goes into memory, the one that says where.
pub(crate) fn register_of(jited: &[u8], value: u64) -> Option<Register> {
    let known = [
        (0xffff_ffff_f4cd_fedf, Register::RAX),
        (0x0d54_0321, Register::RDI),
        (0xffff_ffff_ee67_f8df, Register::RSI),
        (0x0a21_0021, Register::RDX),
        (0x0f76_0521, Register::RCX),
        (0x13ba_0921, Register::R8),
        (0x0e65_0421_6504_210e, Register::RBX),
        (0x12a9_0821, Register::R13),
        (0x9087_0621, Register::R14),
        (0x0c43_0221, Register::R15),
        (0x14cb_0a21, Register::RBP),
    ];
    if let Some((_, register)) = known.into_iter().find(|(known, _)| *known == value) {
        return Some(register);
    }
    mover(jited, value).map(|instruction| instruction.memory_base())
}

/// The bytes behind the instruction that moves `first`, up to the one that moves `second`.
pub(crate) fn between(jited: &[u8], first: u64, second: u64) -> Option<Range<usize>> {
    let [first, second] = [mover(jited, first)?, mover(jited, second)?];
    Some(first.next_ip() as usize..second.ip() as usize)
}
