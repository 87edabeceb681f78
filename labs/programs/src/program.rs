//! A generated program, in parts that can be taken out one by one.

use kit::raw::Insn;

use crate::opcode::{ADD, CALL, EXIT, JNE, MOV, class};

/// How many registers a program begins with: R0 to R8. R9 is kept for the kernel's side, R10 is the stack.
pub const REGISTERS: usize = 9;

/// Where on the stack programs read and write: eight bytes each, set before the first step.
pub const SLOTS: [i16; 4] = [-8, -16, -264, -440];

/// What a function of the program is called with.
pub(crate) const ARGUMENTS: usize = 5;

/// The register that counts loops.
pub(crate) const COUNTER: u8 = 8;

/// A program without its frame: what it begins with, what it does, and the function that it may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// R0 to R8 at the beginning.
    pub start: [u64; REGISTERS],
    /// Whether the stack's slots are filled first, with R0 to R3.
    pub memory: bool,
    /// What it does.
    pub steps: Vec<Step>,
    /// The body of the function that [`Step::Call`] calls, without its `exit`.
    pub function: Vec<Insn>,
}

/// A part of a program that can be left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// One instruction that does not jump.
    Plain(Insn),
    /// A register gets 64 bits: two instructions.
    Wide(u8, u64),
    /// A jump over so many of the steps behind it.
    Over(Insn, usize),
    /// So many times, counted down in R8.
    Loop(i32, Vec<Insn>),
    /// A call of the function. R1 to R5 are set before and after, since a call leaves nothing in them.
    Call([i32; ARGUMENTS]),
}

impl Step {
    /// How many instructions it takes.
    fn len(&self) -> usize {
        match self {
            Self::Plain(_) | Self::Over(..) => 1,
            Self::Wide(..) => 2,
            Self::Loop(_, body) => body.len() + 3,
            Self::Call(_) => 2 * ARGUMENTS + 1,
        }
    }
}

impl Program {
    /// The instructions between `before` and `after`. The function, if it is called, stands at the end.
    #[must_use]
    pub fn between(&self, before: &[Insn], after: &[Insn]) -> Vec<Insn> {
        let mut list = before.to_vec();
        if self.memory {
            let fill = |(slot, register)| Insn::new(0x7b, 10, register, slot, 0);
            list.extend(SLOTS.into_iter().zip(0..).map(fill));
        }
        let body: usize = self.steps.iter().map(Step::len).sum();
        let function = list.len() + body + after.len();
        for (at, step) in self.steps.iter().enumerate() {
            match step {
                Step::Plain(insn) => list.push(*insn),
                Step::Wide(register, value) => list.extend(wide(*register, *value)),
                Step::Over(jump, over) => {
                    let behind = self.steps.iter().skip(at + 1).take(*over);
                    let offset: usize = behind.map(Step::len).sum();
                    list.push(Insn { offset: offset as i16, ..*jump });
                }
                Step::Loop(times, body) => {
                    list.push(number(COUNTER, *times));
                    list.extend(body);
                    list.push(Insn::new(class::ALU64 | ADD, COUNTER, 0, 0, -1));
                    list.push(Insn::new(class::JMP | JNE, COUNTER, 0, -(body.len() as i16) - 2, 0));
                }
                Step::Call(arguments) => {
                    let set = arguments.iter().zip(1..).map(|(value, register)| number(register, *value));
                    list.extend(set.clone());
                    let far = function - list.len() - 1;
                    list.push(Insn::new(class::JMP | CALL, 0, 1, 0, far as i32));
                    list.extend(set);
                }
            }
        }
        list.extend(after);
        if self.steps.iter().any(|step| matches!(step, Step::Call(_))) {
            list.extend(&self.function);
            list.push(exit());
        }
        list
    }

    /// A whole program whose registers begin as [`Program::start`] says, set by somebody else.
    #[must_use]
    pub fn from_start(&self) -> Vec<Insn> {
        self.between(&[], &[exit()])
    }

    /// A whole program that sets its registers itself.
    #[must_use]
    pub fn alone(&self) -> Vec<Insn> {
        let set: Vec<Insn> = self.start.iter().zip(0..).flat_map(|(value, at)| wide(at, *value)).collect();
        self.between(&set, &[exit()])
    }
}

/// `exit`.
#[must_use]
pub(crate) fn exit() -> Insn {
    Insn::new(class::JMP | EXIT, 0, 0, 0, 0)
}

fn number(register: u8, value: i32) -> Insn {
    Insn::new(class::ALU64 | MOV, register, 0, 0, value)
}

fn wide(register: u8, value: u64) -> [Insn; 2] {
    let [low, high] = [value as u32 as i32, (value >> 32) as i32];
    [Insn::new(0x18, register, 0, 0, low), Insn::new(0, 0, 0, 0, high)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn jumps_reach_the_steps_they_mean() {
        let plain = Step::Plain(number(0, 1));
        let over = Step::Over(Insn::new(0x05, 0, 0, 0, 0), 2);
        let program = Program {
            start: [0; REGISTERS],
            memory: false,
            steps: vec![over, Step::Wide(1, 1 << 40), Step::Call([1; 5]), plain],
            function: vec![number(0, 7)],
        };
        let list = program.from_start();
        assert_eq!(list[0].offset, 13);
        assert_eq!((list[2].immediate, list[8].src), (1 << 8, 1));
        let called = 8 + 1 + list[8].immediate as usize;
        assert_eq!((list[called].immediate, list[called + 1]), (7, exit()));
        assert_eq!(called + 2, list.len());
    }
}
