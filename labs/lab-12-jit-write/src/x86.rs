//! The machine: its registers by number, which of them holds which register of BPF, and its comparisons.

use crate::bpf::*;

// ANCHOR: registers
/// The machine's register for each of R0 to R10, as in the kernel's compiler (`reg2hex` and `is_ereg` of
/// `arch/x86/net/bpf_jit_comp.c`, Linux 6.12).
pub const MACHINE: [u8; 11] = [RAX, RDI, RSI, RDX, RCX, R8, RBX, R13, R14, R15, RBP];

/// The result; half of what is divided, and the quotient.
pub const RAX: u8 = 0;
/// The amount of a shift: its lowest byte is called cl.
pub const RCX: u8 = 1;
/// The other half of what is divided, and the rest.
pub const RDX: u8 = 2;
const RBX: u8 = 3;
const RBP: u8 = 5;
const RSI: u8 = 6;
const RDI: u8 = 7;
const R8: u8 = 8;
/// No program has it: it is free.
pub const R10: u8 = 10;
/// No program has it: it is free.
pub const R11: u8 = 11;
const R13: u8 = 13;
const R14: u8 = 14;
const R15: u8 = 15;
// ANCHOR_END: registers

// ANCHOR: comparison
/// For an operation of [`JMP`]: the opcode that compares, `cmp` or `test`; and the second byte of the jump that comes
/// behind it, whose first byte is 0x0f (Intel's manual, volume 2, "Jcc").
///
/// # Errors
/// If there is no such operation.
pub fn comparison(operation: u8) -> Result<(u8, u8), String> {
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
// ANCHOR_END: comparison
