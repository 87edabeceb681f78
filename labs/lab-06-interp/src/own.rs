//! The lab's own program, compiled from Rust, step by step.

use std::fs;

use anyhow::{Context, ensure};
use kit::{
    Exercise, Lab,
    raw::{self, Kind, Program},
};
use object::{Object, ObjectSection};

use crate::{
    compare::LIMIT,
    job::{Insn, Job, Moment, Outcome},
};

/// The section of the object in which the program lies.
const SECTION: &str = "classifier";

/// The stack's end, as the exercise's machine has it.
const TOP: u64 = 0x1000_0000;

/// Where the exercise's machine has the context.
const CONTEXT: u64 = 0x100;

/// Reports every step of the exercise's interpreter on a packet of `length` bytes, and the kernel's result.
pub(crate) fn trace(lab: &mut Lab, exercise: &Exercise, length: u64) -> anyhow::Result<()> {
    let program = instructions()?;
    let notation = raw::notation(&program)?;
    let loaded = Program::load(Kind::Classifier, "own", &program)
        .map_err(|refusal| anyhow::anyhow!("the kernel refuses it: {}\n{}", refusal.error, refusal.log))?;
    let truth = loaded.run(&vec![0; length as usize]).context("the kernel does not run it")?.value;
    let length = length as u32;
    let jobs = [Job {
        program: program.into_iter().map(Insn::from).collect(),
        start: vec![],
        context: Some(length),
        trace: true,
    }];
    lab.check("trace");
    let outcome = match exercise.ask_within::<Vec<Outcome>>(LIMIT, &jobs) {
        Ok(mut outcomes) => outcomes.pop().context("no answer to one program")?,
        Err(error) => {
            lab.observe(format!("the end: {error}"));
            return Ok(());
        }
    };
    let mut before = vec![0; crate::job::REGISTERS];
    before[1] = CONTEXT;
    for moment in &outcome.trace {
        let text = notation.iter().find(|(at, _)| *at == moment.at).map_or("?", |(_, text)| text);
        lab.observe(format!("{}: {text}{}", moment.at, changes(&mut before, moment)));
    }
    match outcome.end {
        Ok(registers) => lab.observe(format!("the end: r0 is {}", registers[0] as u32)),
        Err((at, why)) => lab.observe(format!("the end: instruction {at}: {why}")),
    }
    lab.observe(format!("the kernel: r0 is {truth}"));
    Ok(())
}

/// What a step has changed: registers, and words at the top of the stack.
fn changes(before: &mut Vec<u64>, moment: &Moment) -> String {
    let now: Vec<u64> = moment.registers.iter().chain(&moment.stack).copied().collect();
    before.resize(now.len(), 0);
    let name = |at: usize| match at.checked_sub(moment.registers.len()) {
        None => format!("r{at}"),
        Some(word) => format!("fp-{}", 8 * (word + 1)),
    };
    let changed: Vec<String> = (0..now.len())
        .filter(|at| now[*at] != before[*at] && *at != 10)
        .map(|at| format!("{} = {}", name(at), value(now[at])))
        .collect();
    *before = now;
    if changed.is_empty() { String::new() } else { format!("  ->  {}", changed.join(", ")) }
}

/// A number, or a place on the stack.
fn value(number: u64) -> String {
    match TOP.checked_sub(number) {
        Some(below) if below <= 512 => format!("fp-{below}"),
        _ => number.to_string(),
    }
}

/// The program's instructions, as the object has them.
fn instructions() -> anyhow::Result<Vec<raw::Insn>> {
    let bytes = fs::read("/lab/object.o").context("cannot read the object")?;
    let file = object::File::parse(&*bytes).context("the object is none")?;
    let section = file.section_by_name(SECTION).with_context(|| format!("the object has no `{SECTION}`"))?;
    let program = raw::from_bytes(section.data()?);
    ensure!(!program.is_empty(), "`{SECTION}` is empty");
    Ok(program)
}
