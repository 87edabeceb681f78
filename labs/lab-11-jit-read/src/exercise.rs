//! Lab 11: read what the JIT compiler wrote. You edit this file.

use std::{io, ops::Range};

use iced_x86::{Decoder, DecoderOptions, Instruction, Register};
use kit::raw::Known;

use crate::job::Code;

// ANCHOR: fetch
/// Reads a program's code: the kernel says how long it is, and then writes it.
pub(crate) fn fetch(program: &Known) -> io::Result<Code> {
    // TODO(lab): there is no room for anything here. `ask` returns how much is
    // needed: `translated` and `jited`, in bytes. Make that room, and ask again.
    let mut code = Code { translated: Vec::new(), jited: Vec::new() };
    program.ask(&mut code.translated, &mut code.jited)?;
    Ok(code)
}
// ANCHOR_END: fetch

// ANCHOR: mover
/// The machine instruction that moves `value` into a register or into memory.
fn mover(jited: &[u8], value: u64) -> Option<Instruction> {
    let is_it = |instruction: &Instruction| {
        // TODO(lab): this takes the first instruction in whose text the value occurs,
        // whatever it does. Ask for a `Mnemonic::Mov` whose second operand,
        // `try_immediate(1)`, is the value.
        instruction.to_string().contains(&format!("{value:X}"))
    };
    Decoder::with_ip(64, jited, 0, DecoderOptions::NONE).into_iter().find(is_it)
}
// ANCHOR_END: mover

// ANCHOR: register
/// The register that gets `value`; or, if `value` goes into memory, the one that says where.
pub(crate) fn register_of(jited: &[u8], value: u64) -> Option<Register> {
    // TODO(lab): if `op0_kind()` is no `OpKind::Register`, the answer is
    // `memory_base()`.
    Some(mover(jited, value)?.op0_register())
}
// ANCHOR_END: register

// ANCHOR: between
/// The bytes behind the instruction that moves `first`, up to the one that moves `second`.
pub(crate) fn between(jited: &[u8], first: u64, second: u64) -> Option<Range<usize>> {
    let [first, second] = [mover(jited, first)?, mover(jited, second)?];
    // TODO(lab): `ip()` is where an instruction begins, `next_ip()` where the next
    // one does. Which of the four is right?
    Some(first.ip() as usize..second.next_ip() as usize)
}
// ANCHOR_END: between
