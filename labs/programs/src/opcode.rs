//! The parts of an opcode, with the names of RFC 9669 ("BPF Instruction Set Architecture"), sections 3 to 5.

/// Classes: the lower three bits.
pub mod class {
    /// Wide loads.
    pub const LD: u8 = 0x00;
    /// Loads from memory.
    pub const LDX: u8 = 0x01;
    /// Stores of a constant.
    pub const ST: u8 = 0x02;
    /// Stores of a register.
    pub const STX: u8 = 0x03;
    /// Arithmetic on the lower half; the upper half becomes 0.
    pub const ALU: u8 = 0x04;
    /// Jumps that compare whole registers; calls; the end.
    pub const JMP: u8 = 0x05;
    /// Jumps that compare lower halves.
    pub const JMP32: u8 = 0x06;
    /// Arithmetic on whole registers.
    pub const ALU64: u8 = 0x07;
}

/// The second operand is a register, not the immediate.
pub const X: u8 = 0x08;

/// Memory through a register and an offset.
pub const MEM: u8 = 0x60;

/// Sizes of loads and stores, with how many bytes they are.
pub const SIZES: [(u8, i16); 4] = [(0x10, 1), (0x08, 2), (0x00, 4), (0x18, 8)];

/// Arithmetic, without the operations that have rules of their own.
pub const PLAIN: [u8; 7] = [ADD, SUB, MUL, OR, AND, XOR, MOV];
/// All arithmetic.
pub const ALL: [u8; 14] = [ADD, SUB, MUL, DIV, OR, AND, LSH, RSH, NEG, MOD, XOR, MOV, ARSH, END];
/// `dst += src`.
pub const ADD: u8 = 0x00;
/// `dst -= src`.
pub const SUB: u8 = 0x10;
/// `dst *= src`.
pub const MUL: u8 = 0x20;
/// Unsigned; 0 where `src` is 0.
pub const DIV: u8 = 0x30;
/// `dst |= src`.
pub const OR: u8 = 0x40;
/// `dst &= src`.
pub const AND: u8 = 0x50;
/// The amount is taken modulo the width.
pub const LSH: u8 = 0x60;
/// Zeros come in from the left.
pub const RSH: u8 = 0x70;
/// `dst = -dst`.
pub const NEG: u8 = 0x80;
/// Unsigned; `dst` where `src` is 0.
pub const MOD: u8 = 0x90;
/// `dst ^= src`.
pub const XOR: u8 = 0xa0;
/// `dst = src`.
pub const MOV: u8 = 0xb0;
/// The sign comes in from the left.
pub const ARSH: u8 = 0xc0;
/// Byte order: to little endian, or with [`X`] to big endian; the immediate says how many bits.
pub const END: u8 = 0xd0;

/// An unconditional jump.
pub const JA: u8 = 0x00;
/// Conditions: equal, greater, at least, common bits, not equal, less, at most; `S` compares with a sign.
pub const CONDITIONS: [u8; 11] = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0];
/// Not equal.
pub const JNE: u8 = 0x50;
/// A helper, or with source register 1 a function of the program.
pub const CALL: u8 = 0x80;
/// The end of the program or function.
pub const EXIT: u8 = 0x90;
