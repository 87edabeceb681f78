//! Lab 12: a JIT compiler. You edit this file.

use kit::machine_code::{Pages, Protection};

use crate::{
    bpf::*,
    job::Insn,
    x86::{MACHINE, R10, RCX},
};

// ANCHOR: compile
/// Machine code that does what a program does.
pub(crate) fn compile(program: &[Insn]) -> Result<Vec<u8>, String> {
    let mut begins = vec![0; program.len()];
    let mut code = Vec::new();
    // TODO(lab): a jump forward does not know yet where its target begins. It
    // takes two passes.
    for at in 0..program.len() {
        begins[at] = code.len();
        instruction(program, at, &begins, &mut code)?;
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
        EXIT => code.push(0xc3),
        // TODO(lab): WIDE and, behind it, WIDE_END; NEG.
        JA => {
            code.push(0xe9);
            code.extend(far(code, begins[target]));
        }
        _ => {
            // TODO(lab): without X the operand is the number. Bring it into R11, a
            // register of `x86`, first.
            let operand = src;
            match insn.opcode & 7 {
                ALU64 => arithmetic(insn.opcode & 0xf0, dst, operand, code)?,
                // TODO(lab): JMP compares `dst` with the operand, and then jumps or not:
                // `comparison` of `x86` knows both opcodes.
                _ => return Err(format!("no code for opcode {:#04x}", insn.opcode)),
            }
        }
    }
    Ok(())
}
// ANCHOR_END: instruction

// ANCHOR: whole
/// `opcode` on two whole registers: a REX byte, the opcode, a ModRM byte.
fn whole(opcode: u8, reg: u8, rm: u8) -> [u8; 3] {
    // TODO(lab): the highest bit of `reg` and of `rm` belongs into the REX byte.
    let rex = 0x48;
    let modrm = 0xc0 | (reg & 7) << 3 | rm & 7;
    [rex, opcode, modrm]
}
// ANCHOR_END: whole

// ANCHOR: arithmetic
/// Appends `dst OPERATION= operand`.
fn arithmetic(operation: u8, dst: u8, operand: u8, code: &mut Vec<u8>) -> Result<(), String> {
    match operation {
        ADD => code.extend(whole(0x01, operand, dst)),
        MOV => code.extend(whole(0x89, operand, dst)),
        // TODO(lab): SUB, OR, AND, XOR; MUL has two bytes of opcode, and `reg` and
        // `rm` the other way round.
        LSH => shift(4, dst, operand, code),
        RSH => shift(5, dst, operand, code),
        ARSH => shift(7, dst, operand, code),
        // TODO(lab): DIV and MOD want rax and rdx. Borrow them, as `shift` borrows rcx.
        _ => return Err(format!("no code for operation {operation:#04x}")),
    }
    Ok(())
}
// ANCHOR_END: arithmetic

// ANCHOR: jumps
/// How far it is to `begin`, in the four bytes that come next in `code`.
fn far(code: &[u8], begin: usize) -> [u8; 4] {
    // TODO(lab): the machine counts from the end of the jump, behind these bytes.
    (begin as i32 - code.len() as i32).to_le_bytes()
}
// ANCHOR_END: jumps

// ANCHOR: shift
/// Appends a shift. The machine wants the amount in cl, the lowest byte of rcx: rcx is borrowed.
fn shift(kind: u8, dst: u8, operand: u8, code: &mut Vec<u8>) {
    code.extend(whole(0x89, dst, R10)); // mov r10, dst
    code.push(0x51); // push rcx
    code.extend(whole(0x89, operand, RCX)); // mov rcx, operand
    code.extend(whole(0xd3, kind, R10)); // shl, shr or sar r10, cl
    code.push(0x59); // pop rcx
    code.extend(whole(0x89, R10, dst)); // mov dst, r10
}
// ANCHOR_END: shift

// ANCHOR: install
/// Lays code where it can be run.
pub(crate) fn install(code: &[u8]) -> Result<Pages, String> {
    let mut pages = Pages::new(code.len())?;
    // TODO(lab): never writable and executable at once.
    pages.protect(Protection::WriteExecute)?;
    pages.write(code)?;
    Ok(pages)
}
// ANCHOR_END: install
