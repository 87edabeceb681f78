//! For the authors: many more programs.
//!
//! It runs only where the harness has laid `/tools/programs`, whose text says how many.

use std::fs;

use anyhow::Context;
use kit::Lab;
use programs::{Program, Random, generate};

use crate::{JUMPING, compare::Comparison};

/// How many programs cross to the exercise at once.
const BATCH: usize = 100;

/// Compares the kernel and the exercise's machine code; prints on how many programs they agree, or observes the first on
/// which they do not, shrunk.
pub(crate) fn run(lab: &mut Lab, comparison: &Comparison<'_>, random: &mut Random) -> anyhow::Result<()> {
    let Ok(count) = fs::read_to_string("/tools/programs") else { return Ok(()) };
    let count: usize = count.trim().parse().context("`/tools/programs` holds no number")?;
    for _ in 0..count.div_ceil(BATCH) {
        let list: Vec<Program> = (0..BATCH).map(|_| generate::program(random, JUMPING)).collect();
        if let (_, Some(program)) = comparison.agree(&list)? {
            return comparison.show(lab, program);
        }
    }
    eprintln!("crosscheck: kernel and machine code agree on {} programs", count.div_ceil(BATCH) * BATCH);
    Ok(())
}
