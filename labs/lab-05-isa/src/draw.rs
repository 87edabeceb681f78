//! Words, drawn from the seed: instructions of each kind, and words that are almost instructions.
//!
//! It knows what may be drawn. What a word is called, the kernel says.

use kit::raw::Insn;
use programs::Random;

use crate::{kernel::Word, names::*};

/// The upper four bits of arithmetic with two operands; of comparisons.
const ARITHMETIC: [u8; 12] = [0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0x90, 0xa0, 0xb0, 0xc0];
const COMPARISONS: [u8; 11] = [0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70, 0xa0, 0xb0, 0xc0, 0xd0];

/// Any register that may be written.
fn register(random: &mut Random) -> u8 {
    random.below(10) as u8
}

/// A number, often one at an edge.
fn any_number(random: &mut Random) -> i32 {
    let any = random.word() as i32;
    random.one(&[0, 1, -1, 7, 255, 2593, i32::MAX, i32::MIN, any, any, any])
}

/// Arithmetic on whole registers and on halves. By the word's number every form comes, whatever the seed.
pub(crate) fn arithmetic(random: &mut Random, number: usize) -> Insn {
    let class = [ALU, ALU64][number % 2];
    let (dst, src) = (register(random), register(random));
    match number / 2 % 8 {
        0 => Insn::new(class | 0x80, dst, 0, 0, 0),
        1 => Insn::new(BE, dst, 0, 0, random.one(&[16, 32, 64])),
        2 => Insn::new(LE, dst, 0, 0, random.one(&[16, 32, 64])),
        kind => {
            let operation = random.one(&ARITHMETIC);
            match kind % 2 == 0 {
                true => Insn::new(class | operation | X, dst, src, 0, 0),
                false => Insn::new(class | operation, dst, 0, 0, any_number(random)),
            }
        }
    }
}

/// Jumps, calls of helpers, the end.
pub(crate) fn jump(random: &mut Random, number: usize) -> Insn {
    // A register compared with itself, or with a number at the edge, would be foreseen.
    let dst = register(random);
    let src = (dst + 1 + random.below(9) as u8) % 10;
    let any = random.word() as i32 >> 1;
    let immediate = random.one(&[2, 7, 255, 2593, -5, -2593, any, any]);
    let offset = random.one(&[-5, -4, -3, -2, 1, 2, 3, 4, 5, 6]);
    match number % 8 {
        0 => Insn::new(EXIT, 0, 0, 0, 0),
        1 => Insn::new(CALL, 0, 0, 0, 1 + random.below(14) as i32),
        2 => Insn::new(GOTO, 0, 0, offset, 0),
        kind => {
            let opcode = [JMP, JMP32][kind / 2 % 2] | random.one(&COMPARISONS);
            match kind % 2 == 0 {
                true => Insn::new(opcode | X, dst, src, offset, 0),
                false => Insn::new(opcode, dst, 0, offset, immediate),
            }
        }
    }
}

/// Loads and stores.
pub(crate) fn memory(random: &mut Random, number: usize) -> Insn {
    let (dst, src) = (register(random), register(random));
    let size = random.one(&[0x00, 0x08, 0x10, 0x18]);
    let offset = random.one(&[0, 4, 8, -8, -512, 300, i16::MAX]);
    match number % 4 {
        0 => Insn::new(ST | MEM | size, dst, 0, offset, any_number(random)),
        1 => Insn::new(STX | MEM | size, dst, src, offset, 0),
        2 => Insn::new(STX | ATOMIC | [0x00, 0x18][number / 4 % 2], dst, src, offset, 0),
        _ => Insn::new(LDX | MEM | size, dst, src, offset, 0),
    }
}

/// Wide loads of any number: the upper half is the immediate of the second word.
pub(crate) fn wide(random: &mut Random) -> Word {
    let first = Insn::new(WIDE, register(random), 0, 0, any_number(random));
    Word { first, second: Some(Insn::new(0, 0, 0, 0, any_number(random))) }
}

/// A word that was an instruction, until one thing in it was changed. The kernel decides whether it still is one.
pub(crate) fn almost(random: &mut Random) -> Word {
    let draw = random.one(&[arithmetic as fn(&mut Random, usize) -> Insn, jump, memory]);
    let number = random.below(64);
    let good = draw(random, number);
    let high = 11 + random.below(5) as u8;
    let small = 1 + random.below(9) as u8;
    let first = match random.below(6) {
        0 => Insn { opcode: random.word() as u8, ..good },
        1 => Insn { dst: high, ..good },
        2 => Insn { src: high, ..good },
        3 if good.opcode & X != 0 => Insn { immediate: 5, ..good },
        3 => Insn { src: small, ..good },
        4 if good.opcode & 7 >= ALU => Insn { offset: 5, ..good },
        4 => Insn { immediate: 5, ..good },
        _ => {
            let wide = Insn::new(WIDE, small, 0, 0, any_number(random));
            let half = Insn::new(0, 0, 0, 0, any_number(random));
            let half = random.one(&[Insn { opcode: 0xb7, ..half }, Insn { dst: small, ..half }]);
            return Word { first: wide, second: Some(half) };
        }
    };
    first.into()
}

/// Eight bytes of chance.
pub(crate) fn anything(random: &mut Random) -> Insn {
    Insn::from(random.word().to_le_bytes())
}
