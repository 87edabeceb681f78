//! From a program on which two disagree to a short one.

use crate::{Program, Step};

/// A shorter program for which `differs` still holds, or this one. `differs` is asked about many candidates at once.
///
/// # Errors
/// The first one of `differs`.
pub fn shrink<E>(
    mut program: Program,
    mut differs: impl FnMut(&[Program]) -> Result<Vec<bool>, E>,
) -> Result<Program, E> {
    // Every round makes it smaller, so this ends.
    loop {
        let candidates = candidates(&program);
        let answers = differs(&candidates)?;
        match candidates.into_iter().zip(answers).find(|(_, differs)| *differs) {
            Some((smaller, _)) => program = smaller,
            None => return Ok(program),
        }
    }
}

/// Programs that are a little smaller, those that save most first.
fn candidates(program: &Program) -> Vec<Program> {
    let mut list = Vec::new();
    let mut size = program.steps.len();
    while size > 0 {
        for from in (0..program.steps.len()).step_by(size) {
            list.push(without(program, from, (from + size).min(program.steps.len())));
        }
        size /= 2;
    }
    if program.memory {
        list.push(Program { memory: false, ..program.clone() });
    }
    for at in 0..program.function.len() {
        let mut smaller = program.clone();
        smaller.function.remove(at);
        list.push(smaller);
    }
    for (at, step) in program.steps.iter().enumerate() {
        list.extend(simpler(step).into_iter().map(|step| {
            let mut smaller = program.clone();
            smaller.steps[at] = step;
            smaller
        }));
    }
    for (at, value) in program.start.iter().enumerate() {
        for smaller in [0, 1].into_iter().filter(|smaller| smaller < value) {
            let mut candidate = program.clone();
            candidate.start[at] = smaller;
            list.push(candidate);
        }
    }
    list
}

/// The program without the steps from `from` to `to`. A jump over them becomes shorter.
fn without(program: &Program, from: usize, to: usize) -> Program {
    let mut smaller = program.clone();
    for (at, step) in smaller.steps.iter_mut().enumerate().take(from) {
        if let Step::Over(_, over) = step {
            let end = at + 1 + *over;
            let gone = end.min(to).saturating_sub(from);
            *over -= gone;
        }
    }
    smaller.steps.drain(from..to);
    smaller
}

/// The same step with less in it.
fn simpler(step: &Step) -> Vec<Step> {
    match step {
        Step::Loop(times, body) => {
            let once = (*times > 1).then(|| Step::Loop(1, body.clone()));
            let shorter = (body.len() > 1).then_some(0..body.len()).into_iter().flatten().map(|at| {
                let mut body = body.clone();
                body.remove(at);
                Step::Loop(*times, body)
            });
            once.into_iter().chain(shorter).collect()
        }
        Step::Wide(register, value) if *value > 1 => vec![Step::Wide(*register, 1)],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::{
        Random, Taste, generate,
        opcode::{DIV, class},
    };

    #[test]
    fn what_matters_is_left() {
        let divides =
            |step: &Step| matches!(step, Step::Plain(insn) if insn.opcode & 0xf7 == class::ALU | DIV);
        let mut random = Random::new(3);
        let mut found = 0;
        for _ in 0..300 {
            let program = generate::program(&mut random, Taste::WHOLE);
            if !program.steps.iter().any(divides) {
                continue;
            }
            found += 1;
            let holds = |list: &[Program]| -> Result<Vec<bool>, Infallible> {
                Ok(list.iter().map(|program| program.steps.iter().any(divides)).collect())
            };
            let Ok(shrunk) = shrink(program, holds);
            assert_eq!(shrunk.steps.len(), 1, "{shrunk:?}");
            assert_eq!((shrunk.start, shrunk.memory), ([0; 9], false));
            assert!(shrunk.function.is_empty());
        }
        assert!(found > 20, "{found} programs divide");
    }
}
