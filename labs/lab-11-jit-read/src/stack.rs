//! The third check: which machine register says where a program's stack is?
//!
//! For most programs it is the one that the second check finds for R10. For some it is not.

use kit::{
    Exercise, Lab,
    raw::{Insn, Program},
};

use crate::{
    ask,
    job::{Answer, Question},
};

/// `BPF_PROG_TYPE_SCHED_CLS` and `BPF_PROG_TYPE_TRACEPOINT`.
const TYPES: [(u32, &str); 2] = [(3, "classifier"), (5, "tracepoint")];

pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let seed = lab.seed();
    let depths = [seed.number(4, 1..=7), seed.number(16, 8..=60)].map(|words| 8 * words as i16);
    let value = seed.number(0x1234_5678, 0x1000_0000..=0x7fff_ffff);
    lab.check("stack");
    for depth in depths {
        for (kind, name) in TYPES {
            let name = format!("a {name} program with {depth} bytes of stack");
            let program = Program::load_as(kind, "stack", c"GPL", &stores(value as i32, depth))
                .map_err(|refusal| anyhow::anyhow!("the kernel refuses {name}: {}", refusal.error))?;
            let question = Question::Registers { jited: program.code()?.jited, values: vec![value] };
            lab.observe(match ask(exercise, &question, std::slice::from_ref(&name))? {
                Ok(Answer::Registers(found)) => {
                    let found = found.into_iter().next().flatten();
                    format!("{name}: r10 is {}", found.as_deref().unwrap_or("not found"))
                }
                Ok(_) => format!("{name}: no answer"),
                // Who has come to no end once is not waited for again.
                Err(why) => {
                    lab.observe(why);
                    return Ok(());
                }
            });
        }
    }
    Ok(())
}

/// Stores a number so many bytes below R10.
fn stores(value: i32, depth: i16) -> Vec<Insn> {
    vec![Insn::new(0x7a, 10, 0, -depth, value), Insn::new(0xb7, 0, 0, 0, 0), Insn::new(0x95, 0, 0, 0, 0)]
}
