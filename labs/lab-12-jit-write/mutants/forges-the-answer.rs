// fails: Differs in moves: as the kernel: 0 of 20
//! Lab 12, wrong on purpose: its machine code writes an answer of its own to the pipe, and ends the process.

use kit::machine_code::{Pages, Protection};

use crate::{
    bpf::*,
    job::Insn,
    x86::{MACHINE, R10, R11, RAX, RCX, RDX, comparison},
};

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
    // lea rsi, [rip + 26]; write(9, the answer, 13); exit_group(0)
    let mut forged =
        vec![0x48, 0x8d, 0x35, 26, 0, 0, 0, 0xba, 13, 0, 0, 0, 0xbf, 9, 0, 0, 0, 0xb8, 1, 0, 0, 0];
    forged.extend([0x0f, 0x05, 0x31, 0xff, 0xb8, 231, 0, 0, 0, 0x0f, 0x05]);
    forged.extend(*b"{\"answer\":[]}");
    forged.extend(code);
    Ok(forged)
}

/// Appends the code of the instruction at `at`.
fn instruction(program: &[Insn], at: usize, begins: &[usize], code: &mut Vec<u8>) -> Result<(), String> {
    let insn = program[at];
    let [dst, src] = [insn.dst, insn.src].map(|number| MACHINE[usize::from(number)]);
    let target = at.wrapping_add_signed(isize::from(insn.offset) + 1);
    match insn.opcode {
        EXIT => code.push(0xc3),
        NEG => code.extend(whole(0xf7, 3, dst)),
        WIDE => {
            code.extend([0x48 | dst >> 3, 0xb8 | dst & 7]);
            code.extend(insn.immediate.to_le_bytes());
            code.extend(program[at + 1].immediate.to_le_bytes());
        }
        WIDE_END => {}
        JA => {
            code.push(0xe9);
            code.extend(far(code, begins[target]));
        }
        _ => {
            let operand = if insn.opcode & X != 0 {
                src
            } else {
                code.extend(whole(0xc7, 0, R11));
                code.extend(insn.immediate.to_le_bytes());
                R11
            };
            match insn.opcode & 7 {
                ALU64 => arithmetic(insn.opcode & 0xf0, dst, operand, code)?,
                JMP => {
                    let (compare, condition) = comparison(insn.opcode & 0xf0)?;
                    code.extend(whole(compare, operand, dst));
                    code.extend([0x0f, condition]);
                    code.extend(far(code, begins[target]));
                }
                _ => return Err(format!("no code for opcode {:#04x}", insn.opcode)),
            }
        }
    }
    Ok(())
}

/// `opcode` on two whole registers: a REX byte, the opcode, a ModRM byte.
fn whole(opcode: u8, reg: u8, rm: u8) -> [u8; 3] {
    let rex = 0x48 | (reg >> 3) << 2 | rm >> 3;
    let modrm = 0xc0 | (reg & 7) << 3 | rm & 7;
    [rex, opcode, modrm]
}

/// Appends `dst OPERATION= operand`.
fn arithmetic(operation: u8, dst: u8, operand: u8, code: &mut Vec<u8>) -> Result<(), String> {
    match operation {
        ADD => code.extend(whole(0x01, operand, dst)),
        OR => code.extend(whole(0x09, operand, dst)),
        AND => code.extend(whole(0x21, operand, dst)),
        SUB => code.extend(whole(0x29, operand, dst)),
        XOR => code.extend(whole(0x31, operand, dst)),
        MOV => code.extend(whole(0x89, operand, dst)),
        MUL => {
            let [rex, opcode, modrm] = whole(0xaf, dst, operand);
            code.extend([rex, 0x0f, opcode, modrm]);
        }
        LSH => shift(4, dst, operand, code),
        RSH => shift(5, dst, operand, code),
        ARSH => shift(7, dst, operand, code),
        DIV => divide(RAX, dst, operand, code),
        MOD => divide(RDX, dst, operand, code),
        _ => return Err(format!("no code for operation {operation:#04x}")),
    }
    Ok(())
}

/// How far it is to `begin`, in the four bytes that come next in `code`.
fn far(code: &[u8], begin: usize) -> [u8; 4] {
    // The machine counts from the end of the jump, behind these bytes.
    (begin as i32 - (code.len() as i32 + 4)).to_le_bytes()
}

/// Appends a shift. The machine wants the amount in cl, the lowest byte of rcx: rcx is borrowed.
fn shift(kind: u8, dst: u8, operand: u8, code: &mut Vec<u8>) {
    code.extend(whole(0x89, dst, R10)); // mov r10, dst
    code.push(0x51); // push rcx
    code.extend(whole(0x89, operand, RCX)); // mov rcx, operand
    code.extend(whole(0xd3, kind, R10)); // shl, shr or sar r10, cl
    code.push(0x59); // pop rcx
    code.extend(whole(0x89, R10, dst)); // mov dst, r10
}

/// Appends a division. The machine divides rdx:rax; the quotient comes into rax, the rest into rdx.
fn divide(result: u8, dst: u8, operand: u8, code: &mut Vec<u8>) {
    code.extend(whole(0x89, operand, R11)); // mov r11, operand
    code.extend([0x50, 0x52]); // push rax; push rdx
    code.extend(whole(0x89, dst, RAX)); // mov rax, dst
    code.extend(whole(0x31, RDX, RDX)); // xor rdx, rdx
    code.extend(whole(0x85, R11, R11)); // test r11, r11
    code.extend([0x74, 5]); // je: over the next two, which are 5 bytes
    code.extend(whole(0xf7, 6, R11)); // div r11
    code.extend([0xeb, 3]); // jmp: over the next one
    code.extend(whole(0x87, RAX, RDX)); // xchg rdx, rax: quotient 0, and the number as the rest
    code.extend(whole(0x89, result, R11)); // mov r11, result
    code.extend([0x5a, 0x58]); // pop rdx; pop rax
    code.extend(whole(0x89, R11, dst)); // mov dst, r11
}

/// Lays code where it can be run: first the pages are written, then they are run, and never both.
pub(crate) fn install(code: &[u8]) -> Result<Pages, String> {
    let mut pages = Pages::new(code.len())?;
    pages.write(code)?;
    pages.protect(Protection::Execute)?;
    Ok(pages)
}
