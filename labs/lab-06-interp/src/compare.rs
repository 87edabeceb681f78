//! The kernel's result beside the exercise's, for many programs; the first that differs is shrunk and shown.

use std::{
    cell::Cell,
    time::{Duration, Instant},
};

use anyhow::ensure;
use kit::{Exercise, Lab, NoAnswer, Why};
use programs::{Program, REGISTERS, Random, Taste, generate, kernel::Kernel, shrink};

use crate::job::{Insn, Job, Outcome};

/// How long the exercise may take for the programs that it is asked about at once.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);

/// How long it may take for those of one round of shrinking, and how long shrinking may take.
const ROUND: Duration = Duration::from_millis(300);
const SHRINKING: Duration = Duration::from_secs(2);

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
    /// Whether the exercise has come to no end: it is not waited for again.
    pub(crate) late: Cell<bool>,
}

/// The registers at the end, as the kernel has them.
pub(crate) type Truth = [u64; REGISTERS];

/// How a result differs, on one line.
pub(crate) type Difference = Option<String>;

/// What the exercise comes to, or how it ended; `None` if it was not asked any more.
type Answer = Option<Result<Outcome, String>>;

impl Comparison<'_> {
    /// Draws the programs, lets both run them, and reports how often they agree.
    pub(crate) fn group(&self, lab: &mut Lab, group: &Group, random: &mut Random) -> anyhow::Result<()> {
        if self.late.get() {
            lab.observe("not asked: the exercise came to no end before");
            return Ok(());
        }
        let list: Vec<Program> =
            (0..group.programs).map(|_| generate::program(random, group.taste)).collect();
        let differences = self.differences(&list, &self.truths(&list)?)?;
        let same = differences.iter().filter(|difference| difference.is_none()).count();
        lab.observe(format!("as the kernel: {same} of {}", list.len()));
        if let Some(first) = differences.iter().position(Option::is_some) {
            self.show(lab, list[first].clone())?;
        }
        Ok(())
    }

    /// What the kernel comes to.
    ///
    /// # Errors
    /// If it refuses a program: then nothing would be compared.
    pub(crate) fn truths(&self, list: &[Program]) -> anyhow::Result<Vec<Truth>> {
        list.iter().map(|program| self.kernel.run(program)).collect()
    }

    /// For each program, how the exercise's result differs from the kernel's.
    pub(crate) fn differences(&self, list: &[Program], truths: &[Truth]) -> anyhow::Result<Vec<Difference>> {
        let answers = self.answers(list, LIMIT)?.into_iter();
        let not_asked = || Some("not asked any more".to_owned());
        let compare =
            |(truth, answer): (&Truth, Answer)| answer.map_or_else(not_asked, |it| difference(*truth, it));
        Ok(truths.iter().zip(answers).map(compare).collect())
    }

    /// Makes a program on which the two disagree as short as can be, and reports it.
    pub(crate) fn show(&self, lab: &mut Lab, program: Program) -> anyhow::Result<()> {
        let deadline = Instant::now() + SHRINKING;
        let shrunk = shrink::shrink(program, |list| self.still_differ(list, deadline))?;
        let truth = self.kernel.run(&shrunk)?;
        let answer = self.answers(std::slice::from_ref(&shrunk), ROUND)?.pop().flatten();
        lab.observe("the shortest program that differs:");
        // The numbers are those of the program that the exercise is given, which does not set its registers.
        let set = 2 * REGISTERS;
        let notation = kit::raw::notation(&shrunk.alone())?;
        for (at, text) in notation.iter().filter(|(at, _)| *at >= set) {
            lab.observe(format!("  {}: {text}", at - set));
        }
        lab.observe(format!("begins with: {}", start(&shrunk)));
        let comes_to = answer.and_then(|answer| difference(truth, answer));
        lab.observe(format!("comes to: {}", comes_to.as_deref().unwrap_or("the kernel's result, this time")));
        Ok(())
    }

    /// Which of these the two disagree on. What the kernel does not accept does not differ, nor what nobody was asked
    /// about, nor anything after the deadline; nor what comes too late, unless something did before: the machine may be
    /// slow at this moment.
    fn still_differ(&self, list: &[Program], deadline: Instant) -> anyhow::Result<Vec<bool>> {
        if Instant::now() >= deadline {
            return Ok(vec![false; list.len()]);
        }
        let accepted: Vec<_> = list.iter().map(|program| self.kernel.run(program).ok()).collect();
        let late = self.late.get();
        let answers = self.answers(list, ROUND)?.into_iter();
        if self.late.replace(late) != late {
            return Ok(vec![false; list.len()]);
        }
        let differs = |(truth, answer): (Option<_>, Answer)| difference(truth?, answer?);
        Ok(accepted.into_iter().zip(answers).map(|pair| differs(pair).is_some()).collect())
    }

    /// What the exercise comes to. One program that ends its process, or that comes to no end, is enough to see: those
    /// behind it are not asked about.
    fn answers(&self, list: &[Program], limit: Duration) -> anyhow::Result<Vec<Answer>> {
        let jobs: Vec<Job> = list.iter().map(job).collect();
        let error = match self.exercise.ask_within::<Vec<Outcome>>(limit, &jobs) {
            Ok(outcomes) => {
                ensure!(
                    outcomes.len() == jobs.len(),
                    "{} answers to {} programs",
                    outcomes.len(),
                    jobs.len()
                );
                return Ok(outcomes.into_iter().map(|outcome| Some(Ok(outcome))).collect());
            }
            Err(error) => error.downcast::<NoAnswer>()?,
        };
        self.late.set(self.late.get() || matches!(error.why, Why::TooLate(_)));
        let [program, at] = error.place.unwrap_or_default().map(|number| number as usize);
        ensure!(program < jobs.len(), "the exercise says that it was at a program that there is not");
        // Those before it are well, but their answers are lost.
        let before = match &jobs[..program] {
            [] => Vec::new(),
            before => self.exercise.ask_within::<Vec<Outcome>>(limit, &before)?,
        };
        let mut answers: Vec<Answer> = before.into_iter().map(|outcome| Some(Ok(outcome))).collect();
        answers.push(Some(Err(format!("at instruction {at} the exercise {}", error.why))));
        answers.resize_with(jobs.len(), || None);
        Ok(answers)
    }
}

fn difference(truth: Truth, answer: Result<Outcome, String>) -> Difference {
    match answer {
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
    Job {
        program: list.map(Insn::from).collect(),
        start: program.start.to_vec(),
        context: None,
        trace: false,
    }
}

impl From<kit::raw::Insn> for Insn {
    fn from(insn: kit::raw::Insn) -> Self {
        let kit::raw::Insn { opcode, dst, src, offset, immediate } = insn;
        Self { opcode, dst, src, offset, immediate }
    }
}
