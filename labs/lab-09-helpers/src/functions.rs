//! Calls of kernel functions, by their numbers in the kernel's own BTF.

use anyhow::Context;
use aya::Btf;
use aya_obj::btf::BtfKind;
use kit::{
    Exercise, Lab, Refusal,
    raw::{self, Insn, Kind, Program},
};

use crate::{
    ask,
    job::{Answer, Question},
    kernel::called,
};

/// Two functions that programs of every type may call where they are marked for it.
const PAIR: [&str; 2] = ["bpf_rcu_read_lock", "bpf_rcu_read_unlock"];

/// A function of the kernel that no program may call.
const ORDINARY: &str = "vfs_read";

/// A packet for the run.
const PACKET: [u8; 64] = [0; 64];

/// A call of the pair, and one of an ordinary function.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let value = lab.seed().number(2022, 1..=1_000_000) as i32;
    let btf = Btf::from_sys_fs().context("the kernel's BTF cannot be read")?;
    let id = |name: &str| btf.id_by_type_name_kind(name, BtfKind::Func).ok();
    let pair: Option<Vec<u32>> = PAIR.iter().map(|name| id(name)).collect();
    let ordinary = id(ORDINARY).with_context(|| format!("there is no `{ORDINARY}` in the kernel's BTF"))?;
    lab.check("functions");
    match pair {
        Some(ids) => match program(exercise, ids, value)? {
            Ok(program) => run(lab, &program),
            Err(why) => lab.observe(why),
        },
        None => lab.observe(format!("{}: not in this kernel's BTF", PAIR.join(", "))),
    }
    match program(exercise, vec![ordinary], value)? {
        Ok(program) => {
            let said = match Program::load(Kind::Classifier, "ordinary", &program) {
                Ok(_) => "it is loaded".to_owned(),
                Err(refusal) => sentence(&refusal),
            };
            lab.observe(format!("a call of {ORDINARY}: {said}"));
        }
        Err(why) => lab.observe(why),
    }
    Ok(())
}

fn program(exercise: &Exercise, ids: Vec<u32>, value: i32) -> anyhow::Result<Result<Vec<Insn>, String>> {
    Ok(match ask(exercise, &Question::Functions { ids, value })? {
        Ok(Answer::Functions(program)) => Ok(program),
        Ok(_) => Err("the exercise answered something else".to_owned()),
        Err(why) => Err(why),
    })
}

/// What the verifier reads in the program, and what comes of a run.
fn run(lab: &mut Lab, program: &[Insn]) {
    let log = raw::log_of(Kind::Classifier as u32, program).unwrap_or_default();
    let names: Vec<&str> = called(&log).iter().map(|call| call.split('#').next().unwrap_or(call)).collect();
    lab.observe(format!(
        "the program calls {}",
        if names.is_empty() { "nothing".to_owned() } else { names.join(", ") }
    ));
    lab.observe(match Program::load(Kind::Classifier, "pair", program) {
        Ok(program) => match program.run(&PACKET) {
            Ok(ran) => format!("it runs, and R0 is {}", ran.value),
            Err(error) => format!("it does not run: {error}"),
        },
        Err(refusal) => format!("it is refused: {}", sentence(&refusal)),
    });
}

/// What the verifier says, without the number that another build of the kernel has.
fn sentence(refusal: &Refusal) -> String {
    let lines = refusal.log.lines();
    let said = lines.filter(|line| {
        let is_instruction = line.starts_with(|first: char| first.is_ascii_digit());
        let is_figure = line.starts_with("processed ")
            || line.starts_with("verification time")
            || line.starts_with("stack depth");
        !is_instruction && !is_figure && !line.starts_with("func#") && !line.is_empty()
    });
    said.map(str::to_owned).next().unwrap_or_else(|| refusal.error.clone())
}
