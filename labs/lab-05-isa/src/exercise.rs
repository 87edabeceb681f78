//! Lab 05: a decoder and an encoder of instructions. You edit this file.

use crate::{
    insn::{Field::*, Insn, Refusal},
    names::*,
};

// ANCHOR: bytes
/// The fields of an instruction's eight bytes.
pub(crate) fn fields(word: [u8; 8]) -> Insn {
    let [opcode, registers, a, b, c, d, e, f] = word;
    // TODO(lab): which half of the byte is which register? Which byte of a number
    // comes first?
    Insn {
        opcode,
        dst: registers >> 4,
        src: registers & 15,
        offset: i16::from_be_bytes([a, b]),
        immediate: i32::from_be_bytes([c, d, e, f]),
    }
}

/// The eight bytes of an instruction.
pub(crate) fn encode(insn: Insn) -> [u8; 8] {
    // TODO(lab): `to_le_bytes` or `to_be_bytes` takes a number apart.
    [insn.opcode, 0, 0, 0, 0, 0, 0, 0]
}
// ANCHOR_END: bytes

/// What an instruction says, or why it is none.
type Text = Result<String, Refusal>;

// ANCHOR: text
/// An instruction in the kernel's notation. `next` is the word behind it, if there is one.
pub(crate) fn text(insn: Insn, next: Option<Insn>) -> Text {
    match insn.opcode & CLASS {
        ALU | ALU64 => arithmetic(insn),
        // TODO(lab): conditions, `goto`, `call`, `exit`.
        JMP | JMP32 => Err(Refusal::Opcode),
        LDX | ST | STX => memory(insn),
        _ if insn.opcode == WIDE => wide(insn, next),
        _ => packet(insn),
    }
}

/// `r` for the classes that work on whole registers, `w` for those that work on lower halves.
fn letter(insn: Insn) -> char {
    // TODO(lab): JMP is not the only class with an `r`.
    if insn.opcode & CLASS == JMP { 'r' } else { 'w' }
}

/// `r0 += r1`, `w0 = 5`.
fn arithmetic(insn: Insn) -> Text {
    let Insn { opcode, dst, src, immediate, .. } = insn;
    let letter = letter(insn);
    // TODO(lab): NEG, NEG64, LE and BE are written in another way.
    let sign = sign(&ARITHMETIC, opcode)?;
    if opcode & X == 0 {
        insn.only(&[Dst, Immediate])?;
        Ok(format!("{letter}{dst} {sign} {immediate}"))
    } else {
        insn.only(&[Dst, Src])?;
        Ok(format!("{letter}{dst} {sign} {letter}{src}"))
    }
}
// ANCHOR_END: text

// ANCHOR: memory
/// `r1 = *(u64 *)(r10 -8)`, `*(u32 *)(r1 +4) = 7`, `*(u8 *)(r1 +0) = r2`, `lock *(u64 *)(r1 +8) += r2`.
fn memory(insn: Insn) -> Text {
    let Insn { opcode, dst, src, offset, .. } = insn;
    let size = SIZES[usize::from(opcode >> 3 & 3)];
    let place = |register: u8| format!("*({size} *)(r{register} {offset:+})");
    match (opcode & CLASS, opcode & MODE) {
        (LDX, MEM) => insn.only(&[Dst, Src, Offset]).map(|()| format!("r{dst} = {}", place(src))),
        // TODO(lab): ST and STX with MEM, and STX with ATOMIC, which has two sizes only.
        _ => Err(Refusal::Opcode),
    }
}
// ANCHOR_END: memory

// ANCHOR: wide
/// `r1 = 0x1122334455667788`: the only instruction of two words.
fn wide(insn: Insn, next: Option<Insn>) -> Text {
    insn.only(&[Dst, Immediate])?;
    // TODO(lab): the upper half is the immediate of `next`, which has to be there, and to
    // hold nothing else, not even an opcode: else `Refusal::SecondHalf`.
    let high = next.unwrap_or_default().opcode;
    Ok(format!("r{} = {:#x}", insn.dst, u64::from(high) << 32 | u64::from(insn.immediate as u32)))
}
// ANCHOR_END: wide
