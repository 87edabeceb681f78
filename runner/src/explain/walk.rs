//! The verifier's way through a program, from its log at level 2: each step with what it changed.
//!
//! `log` reads a log backwards, for the reason. This reads it forwards, for those who want to see the verifier at work.

use serde::Serialize;

use super::{
    class::{Line, classify},
    log::instruction_and_state,
    registers, words,
};

/// One instruction, as the verifier walked over it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Walked {
    /// The instruction's number.
    pub index: u32,
    /// The instruction, as the kernel writes it.
    pub text: String,
    /// Where the verifier came back from, if it began another path here: the number of the jump.
    pub back_from: Option<u32>,
    /// What it knew of registers after the step and not before: number, the kernel's word, and ours.
    pub learned: Vec<(u8, String, String)>,
}

/// All steps, in the order in which the verifier took them. Any text is accepted; what is no log has none.
#[must_use]
pub fn walk(log: &str) -> Vec<Walked> {
    let mut walk = Walk::default();
    log.lines().for_each(|line| walk.line(line));
    walk.steps
}

#[derive(Default)]
struct Walk {
    steps: Vec<Walked>,
    known: [Option<String>; 11],
    back_from: Option<u32>,
}

impl Walk {
    fn line(&mut self, line: &str) {
        match classify(line) {
            Line::State { from: Some(jump), text } => {
                // Another path, with everything that was known at the jump.
                self.back_from = Some(jump);
                self.known = Default::default();
                self.note(text);
            }
            // 5.10 writes what is known before an instruction: what the one before it has changed.
            Line::State { from: None, text } => {
                let learned = self.note(text);
                if self.back_from.is_none()
                    && let Some(last) = self.steps.last_mut()
                {
                    last.learned.extend(learned);
                }
            }
            Line::Instruction { index, text } => {
                let (bare, state) = instruction_and_state(text);
                let learned = self.note(state);
                let bare = bare.split_once(") ").map_or(bare, |(_, bare)| bare);
                let back_from = self.back_from.take();
                self.steps.push(Walked { index, text: bare.to_owned(), back_from, learned });
            }
            _ => {}
        }
    }

    /// What is new in a list of states.
    fn note(&mut self, states: &str) -> Vec<(u8, String, String)> {
        let mut learned = Vec::new();
        for (register, state) in registers::parse(states) {
            if self.known[register].as_deref() != Some(state) {
                self.known[register] = Some(state.to_owned());
                learned.push((register as u8, state.to_owned(), words::of_state(state)));
            }
        }
        learned
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(log: &str) -> Vec<String> {
        let step = |step: &Walked| {
            let learned = step.learned.iter().map(|(register, state, _)| format!("R{register}={state}"));
            let learned: Vec<_> = learned.collect();
            let back = step.back_from.map(|jump| format!(" (back from {jump})")).unwrap_or_default();
            format!("{}: {}{back} {}", step.index, step.text, learned.join(" ")).trim_end().to_owned()
        };
        walk(log).iter().map(step).collect()
    }

    #[test]
    fn states_behind_an_instruction_are_what_it_has_changed() {
        let log = "0: R1=ctx() R10=fp0\n0: (b7) r0 = 1                        ; R0=1\n1: (15) if r0 == 0x1 goto pc+1  ; R0=1\n";
        assert_eq!(shown(log), ["0: r0 = 1 R0=1", "1: if r0 == 0x1 goto pc+1"]);
    }

    #[test]
    fn states_before_the_next_instruction_are_told_behind_this_one() {
        let log =
            "0: R1=ctx(id=0) R10=fp0\n0: (b7) r0 = 1\n1: R0_w=inv1 R1=ctx(id=0) R10=fp0\n1: (95) exit\n";
        assert_eq!(shown(log), ["0: r0 = 1 R0=inv1", "1: exit"]);
    }

    #[test]
    fn another_path_begins_where_the_verifier_came_back() {
        let log = "3: (15) if r0 == 0x0 goto pc+1       ; R0=map_value()\n4: (95) exit\n\nfrom 3 to 5: R0=0 R10=fp0\n5: (95) exit\n";
        let steps = ["3: if r0 == 0x0 goto pc+1 R0=map_value()", "4: exit", "5: exit (back from 3)"];
        assert_eq!(shown(log), steps);
    }
}
