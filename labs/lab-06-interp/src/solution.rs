//! Lab 06, the reference: what `exercise.rs` should have become.

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
    let memory = |register: usize| machine.registers[register].wrapping_add_signed(insn.offset.into());
    match insn.opcode & 7 {
        ALU64 => machine.registers[dst] = whole(insn, machine.registers[dst], operand)?,
        ALU => machine.registers[dst] = half(insn, machine.registers[dst], operand)?,
        LDX => machine.registers[dst] = machine.load(memory(src), bytes(insn))?,
        ST => machine.store(memory(dst), bytes(insn), number)?,
        STX => machine.store(memory(dst), bytes(insn), machine.registers[src])?,
        LD => {
            let high = program[at + 1].immediate as u32;
            machine.registers[dst] = u64::from(insn.immediate as u32) | u64::from(high) << 32;
            return Ok(Some(at + 2));
        }
        JMP if insn.opcode == CALL => {
            machine.enter(at + 1)?;
            return Ok(at.checked_add_signed(insn.immediate as isize + 1));
        }
        JMP if insn.opcode == EXIT => return Ok(machine.leave()),
        JMP if holds(insn, machine.registers[dst], operand)? => return jump(at, insn),
        JMP32 => {
            let [left, right] = [machine.registers[dst], operand].map(|value| value as u32);
            // The sign of a half is its own highest bit.
            let [left, right] = [left, right].map(|half| half as i32 as i64 as u64);
            if holds(insn, left, right)? {
                return jump(at, insn);
            }
        }
        _ => {}
    }
    Ok(Some(at + 1))
}

// ANCHOR_END: step

const CALL: u8 = 0x85;
const EXIT: u8 = 0x95;

fn jump(at: usize, insn: Insn) -> Next {
    Ok(at.checked_add_signed(isize::from(insn.offset) + 1))
}

/// How many bytes a load or store moves.
fn bytes(insn: Insn) -> usize {
    match insn.opcode & 0x18 {
        0x00 => 4,
        0x08 => 2,
        0x10 => 1,
        _ => 8,
    }
}

// ANCHOR: whole
/// Arithmetic on whole registers.
fn whole(insn: Insn, left: u64, right: u64) -> Result<u64, String> {
    Ok(match insn.opcode & 0xf0 {
        0x00 => left.wrapping_add(right),
        0x10 => left.wrapping_sub(right),
        0x20 => left.wrapping_mul(right),
        0x30 => left.checked_div(right).unwrap_or(0),
        0x40 => left | right,
        0x50 => left & right,
        0x60 => left.wrapping_shl(right as u32),
        0x70 => left.wrapping_shr(right as u32),
        0x80 => left.wrapping_neg(),
        0x90 => left.checked_rem(right).unwrap_or(left),
        0xa0 => left ^ right,
        0xb0 => right,
        0xc0 => (left as i64).wrapping_shr(right as u32) as u64,
        _ => return unknown(insn),
    })
}
// ANCHOR_END: whole

/// Arithmetic on lower halves: the upper half of the result is 0. Byte order is here, too.
fn half(insn: Insn, left: u64, right: u64) -> Result<u64, String> {
    let (low, amount) = (left as u32, right as u32);
    Ok(match insn.opcode & 0xf0 {
        0x30 => u64::from(low.checked_div(amount).unwrap_or(0)),
        0x60 => u64::from(low.wrapping_shl(amount)),
        0x70 => u64::from(low.wrapping_shr(amount)),
        0x90 => u64::from(low.checked_rem(amount).unwrap_or(low)),
        0xc0 => u64::from((low as i32).wrapping_shr(amount) as u32),
        0xd0 => {
            let big = insn.opcode & X != 0;
            match insn.immediate {
                16 => u64::from(if big { (left as u16).swap_bytes() } else { left as u16 }),
                32 => u64::from(if big { low.swap_bytes() } else { low }),
                _ if big => left.swap_bytes(),
                _ => left,
            }
        }
        _ => u64::from(whole(insn, left, right)? as u32),
    })
}

/// Whether a jump is taken.
fn holds(insn: Insn, left: u64, right: u64) -> Result<bool, String> {
    let signed = (left as i64).cmp(&(right as i64));
    Ok(match insn.opcode & 0xf0 {
        0x00 => true,
        0x10 => left == right,
        0x20 => left > right,
        0x30 => left >= right,
        0x40 => left & right != 0,
        0x50 => left != right,
        0x60 => signed.is_gt(),
        0x70 => signed.is_ge(),
        0xa0 => left < right,
        0xb0 => left <= right,
        0xc0 => signed.is_lt(),
        0xd0 => signed.is_le(),
        _ => return unknown(insn),
    })
}
