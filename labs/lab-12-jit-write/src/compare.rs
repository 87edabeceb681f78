//! The kernel's result beside that of the exercise's code, for many programs; the shortest that differs is shrunk and
//! shown.

use std::time::{Duration, Instant};

use kit::Lab;
use programs::{Program, Random, Taste, generate, kernel::Kernel, shrink};

use crate::{
    job::{Insn, REGISTERS},
    listing,
    made::{Compiler, Made, Task},
};

/// How long the exercise may take for the programs that it is asked about at once.
pub(crate) const LIMIT: Duration = Duration::from_secs(2);

/// How many programs it is asked about at once while one is shrunk, how long it may take for them, and how long
/// shrinking may take.
const CHUNK: usize = 8;
const ROUND: Duration = Duration::from_millis(500);
const SHRINKING: Duration = Duration::from_secs(2);

/// R9 and R10, which no program of this lab touches.
const UNTOUCHED: [u64; 2] = [0x0909_0909_0909_0909, 0x1010_1010_1010_1010];

/// A check: so many programs of this taste, and some that are not left to chance.
pub(crate) struct Group {
    pub(crate) check: &'static str,
    pub(crate) programs: usize,
    pub(crate) taste: Taste,
    pub(crate) edges: fn(&mut Random) -> Vec<Program>,
}

/// The two that are compared.
pub(crate) struct Comparison<'a> {
    pub(crate) kernel: &'a Kernel,
    pub(crate) compiler: &'a Compiler<'a>,
}

/// Registers R0 to R8 at the end, as the kernel has them.
type Truth = [u64; programs::REGISTERS];

impl Comparison<'_> {
    /// Draws the programs, lets both run them, and reports how often they agree.
    pub(crate) fn group(&self, lab: &mut Lab, group: &Group, random: &mut Random) -> anyhow::Result<()> {
        let mut list = (group.edges)(random);
        list.extend((0..group.programs).map(|_| generate::program(random, group.taste)));
        let (same, differs) = self.agree(&list)?;
        lab.observe(format!("as the kernel: {same} of {}", list.len()));
        if let Some(program) = differs {
            self.show(lab, program)?;
        }
        Ok(())
    }

    /// On how many programs the two agree, and the shortest on which they do not.
    pub(crate) fn agree(&self, list: &[Program]) -> anyhow::Result<(usize, Option<Program>)> {
        let truths: Vec<Truth> =
            list.iter().map(|program| self.kernel.run(program)).collect::<Result<_, _>>()?;
        let made = self.make(list, LIMIT)?;
        let differs: Vec<bool> = truths
            .iter()
            .zip(&made)
            .map(|(truth, made)| difference(*truth, made.as_ref()).is_some())
            .collect();
        let same = differs.iter().filter(|differs| !**differs).count();
        let seen =
            list.iter().zip(&made).zip(&differs).filter(|((_, made), differs)| **differs && made.is_some());
        let shortest = seen.min_by_key(|((program, _), _)| program.from_start().len());
        Ok((same, shortest.map(|((program, _), _)| program.clone())))
    }

    /// Makes a program on which the two disagree as short as can be, and reports it.
    pub(crate) fn show(&self, lab: &mut Lab, program: Program) -> anyhow::Result<()> {
        let late = self.make(std::slice::from_ref(&program), ROUND)?.iter().flatten().any(is_late);
        let wanted = if late { Wanted::AlsoLate } else { Wanted::InTime };
        let deadline = Instant::now() + SHRINKING;
        let shrunk = shrink::shrink(program, |list| self.still_differ(list, wanted, deadline))?;
        let truth = self.kernel.run(&shrunk)?;
        let made = self.make(std::slice::from_ref(&shrunk), ROUND)?.pop().flatten();
        lab.observe("the shortest program that differs:");
        // The numbers are those of the program that the exercise is given, which does not set its registers.
        let set = 2 * programs::REGISTERS;
        let notation = kit::raw::notation(&shrunk.alone())?;
        for (at, text) in notation.iter().filter(|(at, _)| *at >= set) {
            lab.observe(format!("  {}: {text}", at - set));
        }
        if let Some(Made { code: Some(code), end }) = &made {
            lab.observe("your machine code for it:");
            let at = end.as_ref().err().and_then(|wrong| wrong.at);
            listing::of(code, at).iter().for_each(|line| lab.observe(line));
        }
        lab.observe(format!("begins with: {}", start(&shrunk)));
        let comes_to = difference(truth, made.as_ref());
        lab.observe(format!("comes to: {}", comes_to.as_deref().unwrap_or("the kernel's result, this time")));
        Ok(())
    }

    /// Which of these the two disagree on, up to the first, which is enough to go on with. What the kernel does not
    /// accept does not differ, nor anything after the deadline; nor what comes too late, unless the whole program did:
    /// the machine may be slow at this moment.
    fn still_differ(&self, list: &[Program], wanted: Wanted, deadline: Instant) -> anyhow::Result<Vec<bool>> {
        let mut all = Vec::new();
        for some in list.chunks(CHUNK) {
            if Instant::now() >= deadline || all.contains(&true) {
                break;
            }
            let accepted: Vec<_> = some.iter().map(|program| self.kernel.run(program).ok()).collect();
            let made = self.make(some, ROUND)?;
            let differs = |(truth, made): (Option<Truth>, Option<Made>)| {
                let made = made.filter(|made| wanted == Wanted::AlsoLate || !is_late(made));
                difference(truth?, Some(&made?))
            };
            all.extend(accepted.into_iter().zip(made).map(|pair| differs(pair).is_some()));
        }
        all.resize(list.len(), false);
        Ok(all)
    }

    fn make(&self, list: &[Program], limit: Duration) -> anyhow::Result<Vec<Option<Made>>> {
        let tasks: Vec<Task> = list.iter().map(task).collect();
        self.compiler.make(&tasks, limit)
    }
}

/// Which answers count while a program is made shorter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    /// Those that came in time.
    InTime,
    /// All: the whole program was late, too.
    AlsoLate,
}

fn is_late(made: &Made) -> bool {
    made.end.as_ref().is_err_and(|wrong| wrong.late)
}

/// How a result differs, on one line.
fn difference(truth: Truth, made: Option<&Made>) -> Option<String> {
    let Some(made) = made else { return Some("not asked any more".to_owned()) };
    let registers = match &made.end {
        Ok(registers) => registers,
        Err(wrong) => return Some(wrong.why.clone()),
    };
    let right = all(truth);
    let wrong = right.iter().zip(registers).position(|(right, found)| right != found)?;
    let who = if wrong < truth.len() { "the kernel" } else { "as it was before" };
    Some(format!("r{wrong} = {:#x}, {who}: {:#x}", registers[wrong], right[wrong]))
}

/// R0 to R10, where R0 to R8 are these.
fn all(registers: Truth) -> [u64; REGISTERS] {
    std::array::from_fn(|at| registers.get(at).copied().unwrap_or_else(|| UNTOUCHED[at - registers.len()]))
}

/// The registers at the beginning, without those that are 0.
fn start(program: &Program) -> String {
    let set = program.start.iter().enumerate().filter(|(_, value)| **value != 0);
    let mut words: Vec<String> = set.map(|(at, value)| format!("r{at} = {value:#x}")).collect();
    words.push(if words.is_empty() { "r0 to r8 all 0" } else { "the others 0" }.to_owned());
    words.join(", ")
}

fn task(program: &Program) -> Task {
    Task { program: program.from_start().into_iter().map(Insn::from).collect(), start: all(program.start) }
}

impl From<kit::raw::Insn> for Insn {
    fn from(insn: kit::raw::Insn) -> Self {
        let kit::raw::Insn { opcode, dst, src, offset, immediate } = insn;
        Self { opcode, dst, src, offset, immediate }
    }
}
