//! Lab 06: the core of an interpreter. You edit this file.

use crate::{
    job::Insn,
    machine::{Machine, Next, opcode::*, unknown},
};

// ANCHOR: step
/// Carries out the instruction at `at`, and says which one is next; `None` at the end of the program.
pub(crate) fn step(machine: &mut Machine, program: &[Insn], at: usize) -> Next {
    let insn = program[at];
    let [dst, src] = [insn.dst, insn.src].map(usize::from);
    let number = insn.immediate as i64 as u64;
    let operand = if insn.opcode & X == 0 { number } else { machine.registers[src] };
    match insn.opcode & 7 {
        ALU64 => machine.registers[dst] = whole(insn, machine.registers[dst], operand)?,
        LD => {
            let high = program[at + 1].immediate as u32;
            machine.registers[dst] = u64::from(insn.immediate as u32) | u64::from(high) << 32;
            return Ok(Some(at + 2));
        }
        JMP if insn.opcode == EXIT => return Ok(machine.leave()),
        // TODO(lab): ALU is the same arithmetic on lower halves; the upper half of
        // the result is 0. Byte order is there, too.
        // TODO(lab): JMP and JMP32 go on at `at + 1 + offset` if a condition holds.
        // TODO(lab): LDX, ST and STX move 1, 2, 4 or 8 bytes: `machine.load`,
        // `machine.store`.
        // TODO(lab): a call goes on at `at + 1 + immediate`, after `machine.enter`.
        _ => return unknown(insn),
    }
    Ok(Some(at + 1))
}

const EXIT: u8 = 0x95;

/// Arithmetic on whole registers.
fn whole(insn: Insn, left: u64, right: u64) -> Result<u64, String> {
    Ok(match insn.opcode & 0xf0 {
        0x00 => left.wrapping_add(right),
        0x10 => left.wrapping_sub(right),
        0x20 => left.wrapping_mul(right),
        // TODO(lab): what is a number divided by 0? And the rest?
        0x30 => left / right,
        0x40 => left | right,
        0x50 => left & right,
        // TODO(lab): how far may be shifted?
        0x60 => left << right,
        0x70 => left >> right,
        0x80 => left.wrapping_neg(),
        0x90 => left % right,
        0xa0 => left ^ right,
        0xb0 => right,
        // TODO(lab): this one brings in the sign.
        0xc0 => left >> right,
        _ => return unknown(insn),
    })
}
// ANCHOR_END: step
