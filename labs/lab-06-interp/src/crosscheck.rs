//! For the authors: many more programs, and rbpf's opinion on each.
//!
//! It runs only where the harness has laid `/tools/programs`, whose text says how many.

use std::fs;

use anyhow::{Context, ensure};
use kit::{Exercise, raw};
use programs::{Program, Random, Taste, generate, kernel::Kernel};

use crate::compare::Comparison;

/// How many programs cross to the exercise at once.
const BATCH: usize = 250;

/// Compares the kernel, the exercise and rbpf; prints how many programs they agree on.
pub(crate) fn run(kernel: &Kernel, exercise: &Exercise, random: &mut Random) -> anyhow::Result<()> {
    let Ok(count) = fs::read_to_string("/tools/programs") else { return Ok(()) };
    let count: usize = count.trim().parse().context("`/tools/programs` holds no number")?;
    let comparison = Comparison { kernel, exercise };
    for _ in 0..count.div_ceil(BATCH) {
        let list: Vec<Program> = (0..BATCH).map(|_| generate::program(random, Taste::WHOLE)).collect();
        for (program, difference) in list.iter().zip(comparison.differences(&list)?) {
            ensure!(difference.is_none(), "{}: {program:?}", difference.unwrap_or_default());
            let truth = kernel.run(program)?[0];
            let bytes = raw::bytes(&program.alone());
            let machine = rbpf::EbpfVmNoData::new(Some(&bytes)).context("rbpf refuses a program")?;
            let other = machine.execute_program().context("rbpf comes to no end")?;
            ensure!(other == truth, "rbpf has r0 = {other:#x}, the kernel {truth:#x}: {program:?}");
        }
    }
    eprintln!("crosscheck: kernel, solution and rbpf agree on {} programs", count.div_ceil(BATCH) * BATCH);
    Ok(())
}
