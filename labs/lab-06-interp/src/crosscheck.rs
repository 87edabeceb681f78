//! For the authors: many more programs, and rbpf's opinion on each.
//!
//! It runs only where the harness has laid `/tools/programs`, whose text says how many.

use std::fs;

use anyhow::{Context, ensure};
use kit::{Lab, raw};
use programs::{Program, Random, Taste, generate, kernel::Kernel, shrink};

use crate::{compare::Comparison, second};

/// How many programs cross to the exercise at once.
const BATCH: usize = 250;

/// Compares the kernel, the exercise and rbpf; prints how many programs they agree on, or observes the first on which the
/// kernel and the exercise do not, shrunk.
pub(crate) fn run(lab: &mut Lab, comparison: &Comparison<'_>, random: &mut Random) -> anyhow::Result<()> {
    let Ok(count) = fs::read_to_string("/tools/programs") else { return Ok(()) };
    let count: usize = count.trim().parse().context("`/tools/programs` holds no number")?;
    let (mut all, mut asked) = (0, 0);
    while all < count {
        let list: Vec<Program> = (0..BATCH).map(|_| generate::program(random, Taste::WHOLE)).collect();
        let truths = comparison.truths(&list)?;
        let differences = comparison.differences(&list, &truths)?;
        for ((program, truth), difference) in list.iter().zip(truths).zip(differences) {
            if difference.is_some() {
                return comparison.show(lab, program.clone());
            }
            if let Some(other) = second::opinion(&program.alone())? {
                ensure!(other == truth[0], "rbpf does not agree: {}", shortest(comparison.kernel, program)?);
                asked += 1;
            }
            all += 1;
        }
    }
    eprintln!(
        "crosscheck: kernel and solution agree on {all} programs, rbpf on the {asked} that it was asked about"
    );
    Ok(())
}

/// What is left of a program on which rbpf and the kernel disagree, as the kernel prints it.
fn shortest(kernel: &Kernel, program: &Program) -> anyhow::Result<String> {
    let disagree = |program: &Program| {
        let (truth, other) = (kernel.run(program).ok()?[0], second::opinion(&program.alone()).ok()??);
        (truth != other).then_some((truth, other))
    };
    let still = |list: &[Program]| -> anyhow::Result<Vec<bool>> {
        Ok(list.iter().map(|program| disagree(program).is_some()).collect())
    };
    let shrunk = shrink::shrink(program.clone(), still)?;
    let notation = raw::notation(&shrunk.alone())?;
    let text: String = notation.into_iter().map(|(at, text)| format!("\n  {at}: {text}")).collect();
    Ok(format!("{:x?}, the kernel and rbpf{text}", disagree(&shrunk)))
}
