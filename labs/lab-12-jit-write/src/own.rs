//! The lab's own program, compiled from Rust: what it comes to, and how long that takes in three ways.
//!
//! Times are shown and never judged.

use std::{fs, time::Instant};

use anyhow::{Context, ensure};
use kit::{
    Lab, mask,
    raw::{self, Kind, Program},
};
use object::{Object, ObjectSection};

use crate::{
    compare::LIMIT,
    interpret,
    job::{Insn, REGISTERS, Run},
    listing,
    made::{Compiler, Task, Wrong, registers},
};

/// The section of the object in which the program lies.
const SECTION: &str = "classifier";

/// A packet for the kernel. The program does not look at it.
const PACKET: [u8; 64] = [0; 64];

/// How often each of the three runs the program for the time.
const TIMES: u32 = 50;

/// Reports what the program comes to, and how long it takes.
pub(crate) fn run(lab: &mut Lab, compiler: &Compiler<'_>, start: u64) -> anyhow::Result<()> {
    let mut program = instructions()?;
    // `r1 = start` before it: the kernel would hand over a packet there.
    program.insert(0, raw::Insn::new(0xb7, 1, 0, 0, start as i32));
    let loaded = Program::load(Kind::Classifier, "own", &program)
        .map_err(|refusal| anyhow::anyhow!("the kernel refuses it: {}\n{}", refusal.error, refusal.log))?;
    let truth = loaded.run_often(&PACKET, TIMES).context("the kernel does not run it")?;
    lab.check("whole");
    match compiled(compiler, &program)? {
        Err(Wrong { why, .. }) => lab.observe(format!("{start} comes to: {why}")),
        Ok((r0, nanoseconds)) => {
            lab.observe(format!("{start} comes to: {:#x}, the kernel: {:#x}", r0 as u32, truth.value));
            let interpreted = interpreted(&program)?;
            let ns = |kind, nanoseconds: u64| mask(kind, nanoseconds / u64::from(TIMES));
            lab.observe(format!(
                "nanoseconds for a run: your code {}, the kernel's {}, an interpreter {}",
                ns("yours", nanoseconds),
                mask("kernels", truth.duration.as_nanos()),
                ns("interpreters", interpreted),
            ));
            let ratio = format!("{:.0}", interpreted as f64 / nanoseconds.max(1) as f64);
            lab.observe(format!("an interpreter takes {} times as long as your code", mask("times", ratio)));
            if r0 as u32 == truth.value {
                beside_the_kernel(compiler)?;
            }
        }
    }
    Ok(())
}

/// R0 at the end, and how long all runs have taken.
fn compiled(compiler: &Compiler<'_>, program: &[raw::Insn]) -> anyhow::Result<Result<(u64, u64), Wrong>> {
    let code = match compile(compiler, program)? {
        Ok(code) => code,
        Err(wrong) => return Ok(Err(wrong)),
    };
    let runs = [Run { times: TIMES, ..Run::once(code, [0; REGISTERS]) }];
    let ran = compiler.run(&runs, LIMIT)?.pop().flatten().context("no answer to one program")?;
    Ok(ran.and_then(|ran| Ok((registers(ran.end)?[0], ran.nanoseconds))))
}

fn compile(compiler: &Compiler<'_>, program: &[raw::Insn]) -> anyhow::Result<Result<Vec<u8>, Wrong>> {
    let task = Task { program: program.iter().copied().map(Insn::from).collect(), start: [0; REGISTERS] };
    compiler.compile(&[task], LIMIT)?.pop().flatten().context("no answer to one program")
}

/// How long an interpreter takes for all runs.
fn interpreted(program: &[raw::Insn]) -> anyhow::Result<u64> {
    let begin = Instant::now();
    for _ in 0..TIMES {
        interpret::run(program)?;
    }
    Ok(begin.elapsed().as_nanos() as u64)
}

/// Prints the exercise's code for a short program, and the kernel's for the same.
fn beside_the_kernel(compiler: &Compiler<'_>) -> anyhow::Result<()> {
    let short = [raw::Insn::new(0xb7, 0, 0, 0, 7), raw::Insn::new(0x95, 0, 0, 0, 0)];
    let code = compile(compiler, &short)?.unwrap_or_default();
    let kernel =
        Program::load(Kind::Classifier, "short", &short).map_err(|refusal| anyhow::anyhow!(refusal.error))?;
    eprintln!("your machine code for `r0 = 7; exit`:");
    listing::of(&code, None).iter().for_each(|line| eprintln!("{line}"));
    eprintln!("the kernel's:");
    let kernels = kernel.code().context("the kernel does not give its code")?.jited;
    listing::of(&kernels, None).iter().for_each(|line| eprintln!("{line}"));
    Ok(())
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
