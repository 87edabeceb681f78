//! Lab 12, the reference: what `exercise.rs` should have become.

use kit::machine_code::{Pages, Protection};

use crate::{
    bpf::*,
    job::Insn,
    x86::{MACHINE, R10, R11, RAX, RCX, RDX},
};

// ANCHOR: compile
/// Machine code that does what a program does.
pub(crate) fn compile(program: &[Insn]) -> Result<Vec<u8>, String> {
    let mut begins = vec![0; program.len()];
    let mut code = Vec::new();
    // The first pass learns where each instruction's code begins, the second one knows it.
    for _ in 0..2 {
        code.clear();
        for at in 0..program.len() {
            begins[at] = code.len();
            instruction(program, at, &begins, &mut code)?;
        }
    }
    Ok(code)
}
// ANCHOR_END: compile

// ANCHOR: instruction
/// Appends the code of the instruction at `at`.
fn instruction(program: &[Insn], at: usize, begins: &[usize], code: &mut Vec<u8>) -> Result<(), String> {
    let insn = program[at];
    let [dst, src] = [insn.dst, insn.src].map(|number| MACHINE[usize::from(number)]);
    let target = at.wrapping_add_signed(isize::from(insn.offset) + 1);
    match insn.opcode {
        EXIT => return Ok(code.push(0xc3)),
        NEG => return Ok(code.extend(whole(0xf7, 3, dst))),
        WIDE => {
            code.extend([0x48 | dst >> 3, 0xb8 | dst & 7]);
            code.extend(insn.immediate.to_le_bytes());
            return Ok(code.extend(program[at + 1].immediate.to_le_bytes()));
        }
        WIDE_END => return Ok(()),
        JA => {
            code.push(0xe9);
            return Ok(code.extend(far(code, begins[target])));
        }
        _ => {}
    }
    let operand = if insn.opcode & X != 0 {
        src
    } else {
        code.extend(whole(0xc7, 0, R11));
        code.extend(insn.immediate.to_le_bytes());
        R11
    };
    let operation = insn.opcode & 0xf0;
    match insn.opcode & 7 {
        ALU64 => arithmetic(operation, dst, operand, code),
        JMP => {
            let (compare, condition) = comparison(operation)?;
            code.extend(whole(compare, operand, dst));
            code.extend([0x0f, condition]);
            Ok(code.extend(far(code, begins[target])))
        }
        _ => Err(format!("no code for opcode {:#04x}", insn.opcode)),
    }
}
// ANCHOR_END: instruction

// ANCHOR: whole
/// `opcode` on two whole registers.
fn whole(opcode: u8, reg: u8, rm: u8) -> [u8; 3] {
    let rex = 0x48 | (reg >> 3) << 2 | rm >> 3;
    let modrm = 0xc0 | (reg & 7) << 3 | rm & 7;
    [rex, opcode, modrm]
}
// ANCHOR_END: whole

// ANCHOR: arithmetic
/// Appends `dst OPERATION= operand`.
fn arithmetic(operation: u8, dst: u8, operand: u8, code: &mut Vec<u8>) -> Result<(), String> {
    let opcode = match operation {
        ADD => 0x01,
        OR => 0x09,
        AND => 0x21,
        SUB => 0x29,
        XOR => 0x31,
        MOV => 0x89,
        MUL => {
            let [rex, opcode, modrm] = whole(0xaf, dst, operand);
            return Ok(code.extend([rex, 0x0f, opcode, modrm]));
        }
        LSH => return Ok(shift(4, dst, operand, code)),
        RSH => return Ok(shift(5, dst, operand, code)),
        ARSH => return Ok(shift(7, dst, operand, code)),
        DIV => return Ok(divide(RAX, dst, operand, code)),
        MOD => return Ok(divide(RDX, dst, operand, code)),
        _ => return Err(format!("no code for operation {operation:#04x}")),
    };
    Ok(code.extend(whole(opcode, operand, dst)))
}
// ANCHOR_END: arithmetic

// ANCHOR: fixed
/// Appends a shift. The amount has to be in cl, so rcx is borrowed for it.
fn shift(kind: u8, dst: u8, operand: u8, code: &mut Vec<u8>) {
    code.extend(whole(0x89, dst, R10));
    code.push(0x51);
    code.extend(whole(0x89, operand, RCX));
    code.extend(whole(0xd3, kind, R10));
    code.push(0x59);
    code.extend(whole(0x89, R10, dst));
}

/// Appends a division. The machine divides rdx:rax, and leaves the quotient in rax and the rest in rdx.
fn divide(result: u8, dst: u8, operand: u8, code: &mut Vec<u8>) {
    code.extend(whole(0x89, operand, R11));
    code.extend([0x50, 0x52]);
    code.extend(whole(0x89, dst, RAX));
    code.extend(whole(0x31, RDX, RDX));
    code.extend(whole(0x85, R11, R11));
    // Over the division, to where the quotient becomes 0 and the rest what should have been divided.
    code.extend([0x74, 5]);
    code.extend(whole(0xf7, 6, R11));
    code.extend([0xeb, 3]);
    code.extend(whole(0x87, RAX, RDX));
    code.extend(whole(0x89, result, R11));
    code.extend([0x5a, 0x58]);
    code.extend(whole(0x89, R11, dst));
}
// ANCHOR_END: fixed

// ANCHOR: jumps
/// The opcode that compares, and the second byte of the jump behind it.
fn comparison(operation: u8) -> Result<(u8, u8), String> {
    Ok(match operation {
        JEQ => (0x39, 0x84),
        JNE => (0x39, 0x85),
        JSET => (0x85, 0x85),
        JLT => (0x39, 0x82),
        JGE => (0x39, 0x83),
        JLE => (0x39, 0x86),
        JGT => (0x39, 0x87),
        JSLT => (0x39, 0x8c),
        JSGE => (0x39, 0x8d),
        JSLE => (0x39, 0x8e),
        JSGT => (0x39, 0x8f),
        _ => return Err(format!("no code for comparison {operation:#04x}")),
    })
}

/// How far it is to `begin` from behind the four bytes that say so.
fn far(code: &[u8], begin: usize) -> [u8; 4] {
    (begin as i32 - (code.len() as i32 + 4)).to_le_bytes()
}
// ANCHOR_END: jumps

// ANCHOR: install
/// Lays code where it can be run: first the pages are written, then they are run, and never both.
pub(crate) fn install(code: &[u8]) -> Result<Pages, String> {
    let mut pages = Pages::new(code.len())?;
    pages.write(code)?;
    pages.protect(Protection::Execute)?;
    Ok(pages)
}
// ANCHOR_END: install
