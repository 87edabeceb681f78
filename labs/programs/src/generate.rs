//! Drawing programs that every kernel from 5.10 on accepts.
//!
//! Only what Linux 5.10 knows: no signed division, no sign extension, no atomic operations but addition. No division by a
//! constant 0 and no constant shift beyond the width, which the verifier refuses; by a register both are allowed.

use std::ops::Range;

use kit::raw::Insn;

use crate::{
    Program, Random, Step,
    opcode::{
        self, ARSH, CONDITIONS, DIV, END, JA, LSH, MEM, MOD, MOV, NEG, PLAIN, RSH, SIZES, X, XOR, class,
    },
    program::{ARGUMENTS, COUNTER, REGISTERS, SLOTS},
};

/// What may occur in a program.
#[derive(Debug, Clone, Copy)]
pub struct Taste {
    /// Arithmetic and comparisons of lower halves, and byte order.
    pub halves: bool,
    /// Loads and stores on the stack.
    pub memory: bool,
    /// Loops.
    pub loops: bool,
    /// Calls of a function.
    pub calls: bool,
    /// Jumps forward.
    pub jumps: bool,
    /// Which arithmetic, by its operation: [`opcode::ALL`], or some of them.
    pub arithmetic: &'static [u8],
    /// How many steps at most.
    pub steps: usize,
}

impl Taste {
    /// Everything.
    pub const WHOLE: Self =
        Self { halves: true, memory: true, loops: true, calls: true, steps: 24, ..Self::SIMPLE };

    /// Arithmetic on whole registers and forward jumps.
    pub const SIMPLE: Self = Self {
        halves: false,
        memory: false,
        loops: false,
        calls: false,
        jumps: true,
        arithmetic: &opcode::ALL,
        steps: 16,
    };

    fn allows(self, insn: Insn) -> bool {
        self.arithmetic.contains(&(insn.opcode & 0xf0))
    }
}

/// Numbers at which things go wrong.
const EDGES: [u64; 12] = [
    0,
    1,
    2,
    0x7f,
    0x80,
    0xffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x8000_0000_0000_0000,
    u64::MAX,
];

/// A program to this taste.
pub fn program(random: &mut Random, taste: Taste) -> Program {
    let count = 1 + random.below(taste.steps);
    let mut steps = Vec::new();
    while steps.len() < count {
        let left = count - steps.len();
        if taste.jumps && random.once_in(12) {
            steps.extend(either(random, taste));
        } else {
            steps.push(step(random, taste, left));
        }
    }
    // What is in the other registers counts, too.
    let mixing = (1..4).map(|from| Insn::new(class::ALU64 | X | XOR, 0, from, 0, 0));
    steps.extend(mixing.filter(|insn| taste.allows(*insn)).map(Step::Plain));
    let start = std::array::from_fn(|_| value(random));
    let function = if taste.calls { function(random, taste) } else { Vec::new() };
    Program { start, memory: taste.memory, steps, function }
}

/// A function: at its beginning there is nothing in R0, and nothing of its own in R6.
fn function(random: &mut Random, taste: Taste) -> Vec<Insn> {
    let set = |register: u8, value: u64| Insn::new(class::ALU64 | MOV, register, 0, 0, value as i32);
    let begin = [set(0, value(random)), set(6, value(random))];
    let body = (0..1 + random.below(6)).map(|_| arithmetic(random, taste, 0..7));
    begin.into_iter().chain(body).collect()
}

fn step(random: &mut Random, taste: Taste, left: usize) -> Step {
    match random.below(16) {
        0 | 1 if taste.jumps && left > 1 => Step::Over(condition(random, taste), 1 + random.below(left - 1)),
        2 => Step::Wide(random.below(COUNTER.into()) as u8, value(random)),
        3..=5 if taste.memory => Step::Plain(memory(random)),
        6 if taste.loops => {
            let body = (0..1 + random.below(3)).map(|_| arithmetic(random, taste, 0..COUNTER)).collect();
            Step::Loop(1 + random.below(8) as i32, body)
        }
        7 if taste.calls => Step::Call([0; ARGUMENTS].map(|_| value(random) as i32)),
        _ => Step::Plain(arithmetic(random, taste, 0..REGISTERS as u8)),
    }
}

/// One thing or another: the only place for a jump without a condition, since the verifier refuses what no way leads to.
fn either(random: &mut Random, taste: Taste) -> Vec<Step> {
    let [first, second] = [0; 2].map(|_| 1 + random.below(3));
    let mut some = |count| -> Vec<Step> {
        (0..count).map(|_| Step::Plain(arithmetic(random, taste, 0..REGISTERS as u8))).collect()
    };
    let (first, second) = (some(first), some(second));
    let jump = Step::Over(Insn::new(class::JMP | JA, 0, 0, 0, 0), second.len());
    let begin = Step::Over(condition(random, taste), first.len() + 1);
    [vec![begin], first, vec![jump], second].concat()
}

/// A number, more often than not one that is hard.
fn value(random: &mut Random) -> u64 {
    match random.below(4) {
        0 => random.word(),
        1 => random.word() >> random.below(64),
        _ => random.one(&EDGES),
    }
}

/// Arithmetic to this taste that writes one of these registers and reads them only.
fn arithmetic(random: &mut Random, taste: Taste, registers: Range<u8>) -> Insn {
    loop {
        let insn = any_arithmetic(random, taste, registers.clone());
        if taste.allows(insn) {
            return insn;
        }
    }
}

fn any_arithmetic(random: &mut Random, taste: Taste, registers: Range<u8>) -> Insn {
    let register = |random: &mut Random| random.below(registers.end.into()) as u8;
    let half = taste.halves && random.once_in(2);
    let (class, width) = if half { (class::ALU, 32) } else { (class::ALU64, 64) };
    let (dst, src) = (register(random), register(random));
    let by_register = random.once_in(2);
    let number = value(random) as i32;
    let (operation, immediate) = match random.below(12) {
        0 | 1 => (random.one(&[LSH, RSH, ARSH]), random.below(width) as i32),
        2 | 3 => (random.one(&[DIV, MOD]), if number == 0 { 3 } else { number }),
        4 => return Insn::new(class | NEG, dst, 0, 0, 0),
        5 if taste.halves => {
            let order = if random.once_in(2) { X } else { 0 };
            return Insn::new(class::ALU | END | order, dst, 0, 0, random.one(&[16, 32, 64]));
        }
        _ => (random.one(&PLAIN), number),
    };
    if by_register {
        Insn::new(class | operation | X, dst, src, 0, 0)
    } else {
        Insn::new(class | operation, dst, 0, 0, immediate)
    }
}

fn condition(random: &mut Random, taste: Taste) -> Insn {
    let class = if taste.halves && random.once_in(2) { class::JMP32 } else { class::JMP };
    let [dst, src] = [0; 2].map(|_| random.below(REGISTERS) as u8);
    let condition = class | random.one(&CONDITIONS);
    if random.once_in(2) {
        Insn::new(condition | X, dst, src, 0, 0)
    } else {
        Insn::new(condition, dst, 0, 0, value(random) as i32)
    }
}

/// A load or a store within one of the slots.
fn memory(random: &mut Random) -> Insn {
    let (size, bytes) = random.one(&SIZES);
    let within = random.below(8 / bytes as usize) as i16 * bytes;
    let offset = random.one(&SLOTS) + within;
    let register = random.below(COUNTER.into()) as u8;
    match random.below(3) {
        0 => Insn::new(class::LDX | MEM | size, register, 10, offset, 0),
        1 => Insn::new(class::STX | MEM | size, 10, register, offset, 0),
        _ => Insn::new(class::ST | MEM | size, 10, 0, offset, value(random) as i32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_program() {
        let draw = |seed| program(&mut Random::new(seed), Taste::WHOLE);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn the_simple_taste_has_no_halves_and_no_memory() {
        let mut random = Random::new(1);
        for _ in 0..500 {
            for insn in program(&mut random, Taste::SIMPLE).from_start() {
                let class = insn.opcode & 7;
                assert!([class::LD, class::JMP, class::ALU64].contains(&class), "{insn:?}");
                assert!(insn.offset >= 0, "{insn:?}");
            }
        }
    }

    #[test]
    fn a_taste_for_moves_has_nothing_else() {
        let taste = Taste { jumps: false, arithmetic: &[MOV], ..Taste::SIMPLE };
        let mut random = Random::new(4);
        let of_moves = |insn: &Insn| [0x00, 0x18, 0x95, 0xb7, 0xbf].contains(&insn.opcode);
        assert!((0..200).all(|_| program(&mut random, taste).from_start().iter().all(of_moves)));
    }

    #[test]
    fn nothing_that_the_verifier_refuses_is_drawn() {
        let mut random = Random::new(2);
        for _ in 0..500 {
            for insn in program(&mut random, Taste::WHOLE).from_start() {
                let by_number =
                    insn.opcode & X == 0 && [class::ALU, class::ALU64].contains(&(insn.opcode & 7));
                let operation = insn.opcode & 0xf0;
                let width = if insn.opcode & 7 == class::ALU { 32 } else { 64 };
                if by_number && [DIV, MOD].contains(&operation) {
                    assert_ne!(insn.immediate, 0);
                }
                if by_number && [LSH, RSH, ARSH].contains(&operation) {
                    assert!((0..width).contains(&insn.immediate), "{insn:?}");
                }
            }
        }
    }
}
