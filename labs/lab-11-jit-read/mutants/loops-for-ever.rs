// fails: Differs in registers: was not done after
//! Lab 11, wrong on purpose: what is not found is looked for again and again.

use std::{io, ops::Range};

use iced_x86::{Decoder, DecoderOptions, Instruction, Mnemonic, OpKind, Register};
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
    loop {
        if let Some(instruction) = Decoder::with_ip(64, jited, 1, DecoderOptions::NONE)
            .into_iter()
            .find(|instruction| moves(instruction) && instruction.ip() == 0)
        {
            return Some(instruction);
        }
    }
}

/// The register that gets `value`; or, if `value` goes into memory, the one that says where.
pub(crate) fn register_of(jited: &[u8], value: u64) -> Option<Register> {
    let instruction = mover(jited, value)?;
    Some(match instruction.op0_kind() {
        OpKind::Register => instruction.op0_register(),
        _ => instruction.memory_base(),
    })
}

/// The bytes behind the instruction that moves `first`, up to the one that moves `second`.
pub(crate) fn between(jited: &[u8], first: u64, second: u64) -> Option<Range<usize>> {
    let [first, second] = [mover(jited, first)?, mover(jited, second)?];
    Some(first.next_ip() as usize..second.ip() as usize)
}
