//! An interpreter in the way of lab 06, to compare the time with. It knows what this lab's compiler has to know.

use anyhow::{Context, bail};
use kit::raw::Insn;
use lab_12_jit_write::bpf::*;

/// R0 at the end of a program that begins with all registers 0.
pub(crate) fn run(program: &[Insn]) -> anyhow::Result<u64> {
    let mut registers = [0_u64; 11];
    let mut at = 0;
    loop {
        let insn = *program.get(at).context("the program has no such instruction")?;
        let [dst, src] = [insn.dst, insn.src].map(usize::from);
        let number = insn.immediate as i64 as u64;
        let operand = if insn.opcode & X == 0 { number } else { registers[src] };
        at += 1;
        match insn.opcode {
            EXIT => return Ok(registers[0]),
            NEG => registers[dst] = registers[dst].wrapping_neg(),
            WIDE => {
                let high = program.get(at).context("half of a wide load")?.immediate as u32;
                registers[dst] = u64::from(insn.immediate as u32) | u64::from(high) << 32;
                at += 1;
            }
            _ if insn.opcode & 7 == ALU64 => {
                registers[dst] = arithmetic(insn.opcode & 0xf0, registers[dst], operand)?;
            }
            _ if insn.opcode & 7 == JMP => {
                if holds(insn.opcode & 0xf0, registers[dst], operand)? {
                    at = at.wrapping_add_signed(insn.offset.into());
                }
            }
            other => bail!("the interpreter does not know opcode {other:#04x}"),
        }
    }
}

fn arithmetic(operation: u8, left: u64, right: u64) -> anyhow::Result<u64> {
    Ok(match operation {
        ADD => left.wrapping_add(right),
        SUB => left.wrapping_sub(right),
        MUL => left.wrapping_mul(right),
        DIV => left.checked_div(right).unwrap_or(0),
        MOD => left.checked_rem(right).unwrap_or(left),
        OR => left | right,
        AND => left & right,
        XOR => left ^ right,
        MOV => right,
        LSH => left.wrapping_shl(right as u32),
        RSH => left.wrapping_shr(right as u32),
        ARSH => (left as i64).wrapping_shr(right as u32) as u64,
        other => bail!("the interpreter does not know operation {other:#04x}"),
    })
}

fn holds(operation: u8, left: u64, right: u64) -> anyhow::Result<bool> {
    let signed = (left as i64).cmp(&(right as i64));
    Ok(match operation {
        0x00 => true,
        JEQ => left == right,
        JNE => left != right,
        JSET => left & right != 0,
        JGT => left > right,
        JGE => left >= right,
        JLT => left < right,
        JLE => left <= right,
        JSGT => signed.is_gt(),
        JSGE => signed.is_ge(),
        JSLT => signed.is_lt(),
        JSLE => signed.is_le(),
        other => bail!("the interpreter does not know comparison {other:#04x}"),
    })
}
