//! Programs that chance draws too seldom: shifts and divisions between the registers that the machine wants for
//! them, and by 0.

use kit::raw::Insn;
use programs::{
    Program, Random, Step,
    opcode::{ARSH, DIV, LSH, MOD, RSH, X, class},
};

/// R0, R3 and R4: on the machine rax, rdx and rcx.
const WANTED: [u8; 3] = [0, 3, 4];

/// One program for each operation. Before each of its steps both registers are set; one time in three, to divide or
/// shift by 0.
pub(crate) fn programs(random: &mut Random) -> Vec<Program> {
    [DIV, MOD, LSH, RSH, ARSH].map(|operation| program(random, operation)).into()
}

fn program(random: &mut Random, operation: u8) -> Program {
    let mut steps = Vec::new();
    // 48 bits, so that quotients are more than 0 and 1.
    let by = |random: &mut Random| if random.once_in(3) { 0 } else { random.word() >> 16 };
    for dst in WANTED {
        for src in WANTED {
            steps.push(Step::Wide(dst, random.word()));
            steps.push(Step::Wide(src, by(random)));
            steps.push(Step::Plain(Insn::new(class::ALU64 | X | operation, dst, src, 0, 0)));
        }
    }
    Program { start: [0; programs::REGISTERS], memory: false, steps, function: Vec::new() }
}
