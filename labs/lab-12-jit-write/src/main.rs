//! Lab 12, the guest program: lets the kernel and the learner's machine code run the same programs.
//!
//! It compiles nothing, and it runs no machine code: that happens in processes that can only answer. What the kernel
//! comes to is right.

mod compare;
mod crosscheck;
mod edges;
mod interpret;
mod listing;
mod made;
mod own;
mod pages;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::process::ExitCode;

use kit::Rights;
use programs::{
    Program, Random, Taste,
    kernel::Kernel,
    opcode::{ADD, AND, MOV, MUL, NEG, OR, SUB, XOR},
};

use crate::{
    compare::{Comparison, Group},
    made::Compiler,
};

/// Arithmetic with a machine instruction for each operation, and none that wants certain registers.
const EASY: [u8; 8] = [MOV, ADD, SUB, MUL, OR, AND, XOR, NEG];

/// What each check is about.
const GROUPS: [Group; 4] = [
    Group { check: "moves", programs: 20, taste: Taste { arithmetic: &[MOV], ..STRAIGHT }, edges: none },
    Group { check: "arithmetic", programs: 20, taste: Taste { arithmetic: &EASY, ..STRAIGHT }, edges: none },
    Group { check: "jumps", programs: 30, taste: Taste { arithmetic: &EASY, ..JUMPING }, edges: none },
    Group { check: "division", programs: 25, taste: JUMPING, edges: edges::programs },
];

/// One instruction after the other.
const STRAIGHT: Taste = Taste { jumps: false, ..Taste::SIMPLE };

/// Forward, and back.
const JUMPING: Taste = Taste { loops: true, ..Taste::SIMPLE };

fn none(_: &mut Random) -> Vec<Program> {
    Vec::new()
}

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_12_jit_write::answer, Rights::NONE, |lab, exercise| {
        let kernel = Kernel::new()?;
        let compiler = Compiler { exercise };
        let mut random = Random::new(lab.seed().any());
        let number = lab.seed().number(42, 1..=100);
        let start = lab.seed().number(2022, 1..=1_000_000);
        for group in GROUPS {
            lab.check(group.check);
            Comparison { kernel: &kernel, compiler: &compiler }.group(lab, &group, &mut random)?;
        }
        pages::look(lab, &compiler, number as u8)?;
        own::run(lab, &compiler, start)?;
        crosscheck::run(lab, &Comparison { kernel: &kernel, compiler: &compiler }, &mut random)
    })
}
