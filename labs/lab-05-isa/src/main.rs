//! Lab 05, the guest program: lets the kernel and the learner's decoder read the same words.
//!
//! It knows how eight bytes fall into fields, and no instruction. What a word is called, and whether it is an
//! instruction, the kernel says.

mod both_ways;
mod compare;
mod draw;
mod kernel;
mod listing;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod insn;
pub mod names;
pub mod question;

use std::process::ExitCode;

use kit::{Exercise, Lab, Rights, raw::Insn};
use programs::Random;

use crate::{
    kernel::{Said, Word, ask, asked},
    names::WIDE,
};

/// How many words each check draws.
const DRAWN: usize = 24;

/// More candidates are not tried for words that are no instruction.
const TRIED: usize = 400;

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_05_isa::answer, Rights::NONE, |lab, exercise| {
        let mut random = Random::new(lab.seed().any());
        let any: Vec<Insn> = (0..DRAWN).map(|_| draw::anything(&mut random)).collect();
        both_ways::check(lab, exercise, &any)?;
        for (check, draw) in [
            ("arithmetic", draw::arithmetic as fn(&mut Random, usize) -> Insn),
            ("jumps", draw::jump),
            ("memory", draw::memory),
        ] {
            let words = (0..DRAWN).map(|number| draw(&mut random, number).into());
            lab.check(check);
            compare::texts(lab, exercise, &asked(words)?, "as the kernel prints them")?;
        }
        let words = (0..DRAWN).map(|_| draw::wide(&mut random));
        lab.check("wide");
        compare::texts(lab, exercise, &asked(words)?, "as the kernel prints them")?;
        refused(lab, exercise, &mut random)?;
        listing::check(lab, exercise)
    })
}

/// Words that the kernel does not take for instructions, whatever stands around them.
fn refused(lab: &mut Lab, exercise: &Exercise, random: &mut Random) -> anyhow::Result<()> {
    let mut words = Vec::new();
    for _ in 0..TRIED {
        let word = if random.once_in(4) { draw::anything(random).into() } else { draw::almost(random) };
        if let Ok(said @ Said::Refused(_)) = ask(word) {
            words.push((word, said));
        }
        if words.len() == DRAWN {
            break;
        }
    }
    anyhow::ensure!(words.len() == DRAWN, "the kernel refuses {} words only", words.len());
    lab.check("refuse");
    for (what, word) in examples() {
        listing::beside(lab, exercise, what, word)?;
    }
    compare::texts(lab, exercise, &words, "refused, as by the kernel")
}

/// Mistakes of each kind.
fn examples() -> [(&'static str, Word); 5] {
    let wide = Insn::new(WIDE, 1, 0, 0, 1);
    [
        ("an unknown opcode", Insn::new(0xee, 1, 0, 0, 1).into()),
        ("a register too many", Insn::new(0xbf, 1, 11, 0, 0).into()),
        ("an immediate that nobody reads", Insn::new(0xbf, 1, 2, 0, 5).into()),
        (
            "another instruction inside a wide load",
            Word { first: wide, second: Some(Insn::new(0xb7, 0, 0, 0, 0)) },
        ),
        ("bytes that end inside a wide load", wide.into()),
    ]
}
