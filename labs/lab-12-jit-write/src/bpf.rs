//! BPF instructions: the opcodes that the compiler has to know, with the names of RFC 9669.

/// The second operand is a register, not the number.
pub const X: u8 = 0x08;

/// Whole opcodes: the end; a jump without a condition; `dst = -dst`.
pub const EXIT: u8 = 0x95;
/// A jump without a condition.
pub const JA: u8 = 0x05;
/// `dst = -dst`.
pub const NEG: u8 = 0x87;
/// A wide load; the upper half of its number is in the instruction behind it.
pub const WIDE: u8 = 0x18;
/// The instruction behind a wide load.
pub const WIDE_END: u8 = 0x00;

/// Classes, the lower three bits: jumps.
pub const JMP: u8 = 0x05;
/// Arithmetic on whole registers.
pub const ALU64: u8 = 0x07;

/// Operations of [`ALU64`], the upper four bits: `dst += src`.
pub const ADD: u8 = 0x00;
/// `dst -= src`.
pub const SUB: u8 = 0x10;
/// `dst *= src`.
pub const MUL: u8 = 0x20;
/// `dst /= src` without a sign; 0 where `src` is 0.
pub const DIV: u8 = 0x30;
/// `dst |= src`.
pub const OR: u8 = 0x40;
/// `dst &= src`.
pub const AND: u8 = 0x50;
/// `dst <<= src`, by the lower six bits of `src`.
pub const LSH: u8 = 0x60;
/// `dst >>= src`; zeros come in.
pub const RSH: u8 = 0x70;
/// `dst %= src` without a sign; `dst` stays where `src` is 0.
pub const MOD: u8 = 0x90;
/// `dst ^= src`.
pub const XOR: u8 = 0xa0;
/// `dst = src`.
pub const MOV: u8 = 0xb0;
/// `dst >>= src`; the sign comes in.
pub const ARSH: u8 = 0xc0;

/// Operations of [`JMP`]: equal.
pub const JEQ: u8 = 0x10;
/// Greater.
pub const JGT: u8 = 0x20;
/// Greater or equal.
pub const JGE: u8 = 0x30;
/// At least one common bit.
pub const JSET: u8 = 0x40;
/// Not equal.
pub const JNE: u8 = 0x50;
/// Greater, with signs.
pub const JSGT: u8 = 0x60;
/// Greater or equal, with signs.
pub const JSGE: u8 = 0x70;
/// Less.
pub const JLT: u8 = 0xa0;
/// Less or equal.
pub const JLE: u8 = 0xb0;
/// Less, with signs.
pub const JSLT: u8 = 0xc0;
/// Less or equal, with signs.
pub const JSLE: u8 = 0xd0;
