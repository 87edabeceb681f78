//! The kernel's result beside the exercise's, for many programs; the first that differs is shrunk and shown.

use std::time::Duration;

use kit::{Exercise, Lab, NoAnswer};
use programs::{Program, REGISTERS, Random, Taste, generate, kernel::Kernel, shrink};

use crate::job::{Insn, Job, Outcome};

/// How long the exercise may take for the programs that it is asked about at once.
pub(crate) const LIMIT: Duration = Duration::from_secs(5);

/// A check: so many programs of this taste.
pub(crate) struct Group {
    pub(crate) check: &'static str,
    pub(crate) programs: usize,
    pub(crate) taste: Taste,
}

/// The two that are compared.
pub(crate) struct Comparison<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) exercise: &'a Exercise,
}

/// How a result differs, on one line.
pub(crate) type Difference = Option<String>;

impl Comparison<'_> {
    /// Draws the programs, lets both run them, and reports how often they agree.
    pub(crate) fn group(&self, lab: &mut Lab, group: &Group, random: &mut Random) -> anyhow::Result<()> {
        let list: Vec<Program> =
            (0..group.programs).map(|_| generate::program(random, group.taste)).collect();
        let differences = self.differences(&list)?;
        let same = differences.iter().filter(|difference| difference.is_none()).count();
        lab.observe(format!("as the kernel: {same} of {}", list.len()));
        if let Some(first) = differences.iter().position(Option::is_some) {
            self.show(lab, list[first].clone())?;
        }
        Ok(())
    }

    /// Makes a program on which the two disagree as short as can be, and reports it.
    fn show(&self, lab: &mut Lab, program: Program) -> anyhow::Result<()> {
        let shrunk = shrink::shrink(program, |list| -> anyhow::Result<Vec<bool>> {
            Ok(self.differences(list)?.iter().map(Option::is_some).collect())
        })?;
        let difference = self.differences(std::slice::from_ref(&shrunk))?.pop().flatten();
        lab.observe("the shortest program that differs:");
        // The numbers are those of the program that the exercise is given, which does not set its registers.
        let set = 2 * REGISTERS;
        let notation = kit::raw::notation(&shrunk.alone())?;
        for (at, text) in notation.iter().filter(|(at, _)| *at >= set) {
            lab.observe(format!("  {}: {text}", at - set));
        }
        lab.observe(format!("begins with: {}", start(&shrunk)));
        lab.observe(format!("comes to: {}", difference.unwrap_or_default()));
        Ok(())
    }

    /// For each program, how the exercise's result differs from the kernel's. What the kernel does not accept does not
    /// differ: shrinking may come to such programs.
    pub(crate) fn differences(&self, list: &[Program]) -> anyhow::Result<Vec<Difference>> {
        let results = list.iter().map(|program| self.kernel.run(program).ok()).collect::<Vec<_>>();
        let outcomes = self.outcomes(list)?;
        Ok(results.into_iter().zip(outcomes).map(|(truth, outcome)| difference(truth?, outcome)).collect())
    }

    /// What the exercise comes to. If one program ends its process, the others are asked about without it.
    fn outcomes(&self, list: &[Program]) -> anyhow::Result<Vec<Result<Outcome, String>>> {
        let mut outcomes = Vec::new();
        while outcomes.len() < list.len() {
            let jobs: Vec<Job> = list[outcomes.len()..].iter().map(job).collect();
            let error = match self.exercise.ask_within::<Vec<Outcome>>(LIMIT, &jobs) {
                Ok(answers) if answers.len() == jobs.len() => {
                    outcomes.extend(answers.into_iter().map(Ok));
                    break;
                }
                Ok(answers) => anyhow::bail!("{} answers to {} programs", answers.len(), jobs.len()),
                Err(error) => error,
            };
            let no_answer = error.downcast::<NoAnswer>()?;
            let [program, at] = no_answer.place.map_or([0, 0], |place| place.map(|number| number as usize));
            anyhow::ensure!(program < jobs.len(), "the exercise was at a program that there is not");
            // Those before it are well, but their answers are lost.
            if program > 0 {
                let before = self.exercise.ask_within::<Vec<Outcome>>(LIMIT, &&jobs[..program])?;
                outcomes.extend(before.into_iter().take(program).map(Ok));
            }
            outcomes.push(Err(format!("at instruction {at} the exercise {}", no_answer.why)));
            // One process that ends so is enough to see; each would cost time.
            let rest = list.len() - outcomes.len();
            outcomes.extend((0..rest).map(|_| Err("not asked about after that".to_owned())));
        }
        Ok(outcomes)
    }
}

fn difference(truth: [u64; REGISTERS], outcome: Result<Outcome, String>) -> Difference {
    match outcome {
        Err(why) => Some(why),
        Ok(Outcome { end: Err((at, why)), .. }) => Some(format!("instruction {at}: {why}")),
        Ok(Outcome { end: Ok(registers), .. }) => {
            let wrong = truth.iter().zip(registers).position(|(truth, found)| *truth != found)?;
            Some(format!("r{wrong} = {:#x}, the kernel: {:#x}", registers[wrong], truth[wrong]))
        }
    }
}

/// The registers at the beginning, without those that are 0.
fn start(program: &Program) -> String {
    let set = program.start.iter().enumerate().filter(|(_, value)| **value != 0);
    let mut words: Vec<String> = set.map(|(at, value)| format!("r{at} = {value:#x}")).collect();
    words.push(if words.is_empty() { "all registers 0" } else { "the others 0" }.to_owned());
    words.join(", ")
}

fn job(program: &Program) -> Job {
    let list = program.from_start().into_iter();
    Job { program: list.map(Insn::from).collect(), start: program.start.to_vec(), trace: false }
}

impl From<kit::raw::Insn> for Insn {
    fn from(insn: kit::raw::Insn) -> Self {
        let kit::raw::Insn { opcode, dst, src, offset, immediate } = insn;
        Self { opcode, dst, src, offset, immediate }
    }
}
