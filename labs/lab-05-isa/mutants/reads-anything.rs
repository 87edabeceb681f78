// fails: Differs in refuse: read as
//! Lab 05, wrong on purpose: a field that nobody needs is not looked at.

use crate::{
    insn::{Field::*, Insn, Refusal},
    names::*,
};

// ANCHOR: bytes
/// The fields of an instruction's eight bytes.
pub(crate) fn fields(word: [u8; 8]) -> Insn {
    let [opcode, registers, a, b, c, d, e, f] = word;
    Insn {
        opcode,
        dst: registers & 15,
        src: registers >> 4,
        offset: i16::from_le_bytes([a, b]),
        immediate: i32::from_le_bytes([c, d, e, f]),
    }
}

/// The eight bytes of an instruction.
pub(crate) fn encode(insn: Insn) -> [u8; 8] {
    let [a, b] = insn.offset.to_le_bytes();
    let [c, d, e, f] = insn.immediate.to_le_bytes();
    [insn.opcode, insn.src << 4 | insn.dst, a, b, c, d, e, f]
}
// ANCHOR_END: bytes

/// What an instruction says, or why it is none.
type Text = Result<String, Refusal>;

// ANCHOR: text
/// An instruction in the kernel's notation. `next` is the word behind it, if there is one.
pub(crate) fn text(insn: Insn, next: Option<Insn>) -> Text {
    match insn.opcode & CLASS {
        ALU | ALU64 => arithmetic(insn),
        JMP | JMP32 => jump(insn),
        LDX | ST | STX => memory(insn),
        _ if insn.opcode == WIDE => wide(insn, next),
        _ => packet(insn),
    }
}

/// `r` for the classes that work on whole registers, `w` for those that work on lower halves.
fn letter(insn: Insn) -> char {
    if matches!(insn.opcode & CLASS, ALU64 | JMP) { 'r' } else { 'w' }
}

/// `r0 += r1`, `w0 = 5`.
fn arithmetic(insn: Insn) -> Text {
    let Insn { opcode, dst, src, immediate, .. } = insn;
    let letter = letter(insn);
    match opcode {
        NEG | NEG64 => {
            insn.only(&[Dst])?;
            Ok(format!("{letter}{dst} = -{letter}{dst}"))
        }
        LE | BE => {
            insn.only(&[Dst, Immediate])?;
            let order = if opcode == BE { "be" } else { "le" };
            match immediate {
                16 | 32 | 64 => Ok(format!("r{dst} = {order}{immediate} r{dst}")),
                _ => Err(Refusal::Reserved(Immediate)),
            }
        }
        _ => {
            let sign = sign(&ARITHMETIC, opcode)?;
            if opcode & X == 0 {
                insn.only(&[Dst, Immediate])?;
                Ok(format!("{letter}{dst} {sign} {immediate}"))
            } else {
                Ok(format!("{letter}{dst} {sign} {letter}{src}"))
            }
        }
    }
}
// ANCHOR_END: text

// ANCHOR: rest
/// `if r1 s> 0x5 goto pc+3`, `goto pc-2`, `call pc+8`, `exit`.
fn jump(insn: Insn) -> Text {
    let Insn { opcode, dst, src, offset, immediate } = insn;
    match opcode {
        GOTO => insn.only(&[Offset]).map(|()| format!("goto pc{offset:+}")),
        CALL => insn.only(&[Immediate]).map(|()| format!("call {}#{immediate}", helper(immediate))),
        EXIT => insn.only(&[]).map(|()| "exit".to_owned()),
        _ => {
            let (letter, sign) = (letter(insn), sign(&CONDITIONS, opcode)?);
            let operand = if opcode & X == 0 {
                insn.only(&[Dst, Offset, Immediate])?;
                format!("{immediate:#x}")
            } else {
                insn.only(&[Dst, Src, Offset])?;
                format!("{letter}{src}")
            };
            Ok(format!("if {letter}{dst} {sign} {operand} goto pc{offset:+}"))
        }
    }
}

/// `r1 = *(u64 *)(r10 -8)`, `*(u32 *)(r1 +4) = 7`, `*(u8 *)(r1 +0) = r2`, `lock *(u64 *)(r1 +8) += r2`.
fn memory(insn: Insn) -> Text {
    let Insn { opcode, dst, src, offset, immediate } = insn;
    let size = SIZES[usize::from(opcode >> 3 & 3)];
    let place = |register: u8| format!("*({size} *)(r{register} {offset:+})");
    let with_number = [Dst, Offset, Immediate];
    let with_register = [Dst, Src, Offset];
    match (opcode & CLASS, opcode & MODE) {
        (LDX, MEM) => insn.only(&with_register).map(|()| format!("r{dst} = {}", place(src))),
        (ST, MEM) => insn.only(&with_number).map(|()| format!("{} = {immediate}", place(dst))),
        (STX, MEM) => insn.only(&with_register).map(|()| format!("{} = r{src}", place(dst))),
        (STX, ATOMIC) if matches!(size, "u32" | "u64") => {
            insn.only(&with_register).map(|()| format!("lock {} += r{src}", place(dst)))
        }
        _ => Err(Refusal::Opcode),
    }
}
// ANCHOR_END: rest

// ANCHOR: wide
/// `r1 = 0x1122334455667788`: the lower half is here, the upper half is the next word's immediate.
fn wide(insn: Insn, next: Option<Insn>) -> Text {
    insn.only(&[Dst, Immediate])?;
    let next = next.ok_or(Refusal::SecondHalf)?;
    if next.opcode != 0 || next.only(&[Immediate]).is_err() {
        return Err(Refusal::SecondHalf);
    }
    let [low, high] = [insn, next].map(|half| u64::from(half.immediate as u32));
    Ok(format!("r{} = {:#x}", insn.dst, high << 32 | low))
}
// ANCHOR_END: wide
