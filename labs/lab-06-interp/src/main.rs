//! Lab 06, the guest program: lets the kernel and the learner's interpreter run the same programs.
//!
//! It interprets nothing. What the kernel comes to is right.

mod compare;
mod crosscheck;
mod own;
mod second;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod job;

use std::{cell::Cell, process::ExitCode};

use kit::Rights;
use programs::{Random, Taste, kernel::Kernel};

use crate::compare::{Comparison, Group};

/// What each check is about.
const GROUPS: [Group; 4] = [
    Group { check: "whole", programs: 40, taste: Taste { steps: 12, ..Taste::SIMPLE } },
    Group { check: "halves", programs: 40, taste: Taste { halves: true, ..Taste::SIMPLE } },
    Group { check: "memory", programs: 40, taste: Taste { memory: true, halves: true, ..Taste::SIMPLE } },
    Group { check: "calls", programs: 40, taste: Taste::WHOLE },
];

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_06_interp::run, Rights::NONE, |lab, exercise| {
        let kernel = Kernel::new()?;
        let mut random = Random::new(lab.seed().any());
        let length = lab.seed().number(27, 14..=99);
        let comparison = Comparison { kernel: &kernel, exercise, late: Cell::default() };
        for group in GROUPS {
            lab.check(group.check);
            comparison.group(lab, &group, &mut random)?;
        }
        own::trace(lab, exercise, length)?;
        crosscheck::run(lab, &comparison, &mut random)
    })
}
