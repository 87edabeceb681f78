//! The fourth check: which bytes are the machine code of one BPF instruction?
//!
//! Each instruction in question stands between two moves, the marks. The exercise finds the marks. What is right stands
//! in the kernel's own table of places.

use anyhow::Context;
use kit::{
    Exercise, Lab, Seed,
    raw::{Insn, Place, notation},
};

use crate::{
    ask,
    job::{Answer, Question},
    load, machine,
};

/// An instruction in question: its number in the program, and the values of the marks before and after it.
#[derive(Debug, Clone, Copy)]
struct Asked {
    at: usize,
    marks: [u64; 2],
}

pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let (program, asked) = draw(lab.seed());
    let loaded = load("pieces", &program)?;
    let (jited, places) = (loaded.code()?.jited, loaded.places()?);
    let text = notation(&program)?;
    let text = |at: usize| text.iter().find(|(number, _)| *number == at).map_or("?", |(_, text)| text);
    // In another order than the program's, so that one piece does not tell where the next one is.
    let mut order: Vec<usize> = (0..asked.len()).rev().collect();
    lab.seed().shuffle(&mut order);
    let marks = order.iter().map(|at| asked[*at].marks).collect();
    let names: Vec<String> = order.iter().map(|at| text(asked[*at].at).to_owned()).collect();
    lab.check("pieces");
    let found = match ask(exercise, &Question::Pieces { jited: jited.clone(), marks }, &names)? {
        Ok(Answer::Pieces(found)) => found,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    let mut lines: Vec<_> = order.into_iter().zip(found).collect();
    lines.sort_by_key(|(at, _)| *at);
    for (Asked { at, .. }, found) in lines.into_iter().map(|(at, found)| (asked[at], found)) {
        let truth = bounds(&places, at).context("the kernel's table has no such place")?;
        lab.observe(text(at));
        said(&jited, found, truth).into_iter().for_each(|line| lab.observe(format!("  {line}")));
    }
    Ok(())
}

/// The machine code that the exercise found; or, if the kernel's table has something else, both places.
fn said(jited: &[u8], found: Option<[usize; 2]>, truth: [usize; 2]) -> Vec<String> {
    let [begin, end] = truth;
    if found == Some(truth) {
        return machine::lines(&jited[begin..end], 0).iter().map(machine::Line::without_place).collect();
    }
    let found = match found {
        None => "not found".to_owned(),
        Some([begin, end]) if begin >= end => format!("nothing: it ends at byte {end} and begins at {begin}"),
        Some([begin, end]) => format!("found: bytes {begin} to {} of {}", end - 1, jited.len()),
    };
    vec![found, format!("the kernel's table has: bytes {begin} to {}", end - 1)]
}

/// Where the machine code of an instruction begins and ends.
fn bounds(places: &[Place], at: usize) -> Option<[usize; 2]> {
    let number = places.iter().position(|place| place.loaded == at)?;
    Some([places[number].jited, places.get(number + 1)?.jited])
}

/// The program, and the instructions in question.
fn draw(seed: &mut Seed) -> (Vec<Insn>, Vec<Asked>) {
    let mut registers = [3, 7, 1, 8, 0, 6, 2, 5, 4, 9];
    seed.shuffle(&mut registers);
    let [a, b, c, d, e, f, g, h, i, mark] = registers;
    let number = seed.number(7, 3..=100) as i32;
    let depth = -8 * seed.number(3, 2..=15) as i16;
    let questions = [
        Insn::new(0x0f, a, b, 0, 0),
        Insn::new(0x2f, c, d, 0, 0),
        Insn::new(0x1c, b, e, 0, 0),
        Insn::new(0xb7, f, 0, 0, 0),
        Insn::new(0x7b, 10, g, depth, 0),
        Insn::new(0x61, h, 10, depth, 0),
        Insn::new(0xdc, d, 0, 0, 16),
        Insn::new(0x37, i, 0, 0, number),
    ];
    let marks: Vec<i32> = (0..=questions.len()).map(|at| value(seed, at)).collect();
    // Every register has a value before the first question. Some marks are mentioned where they mark nothing.
    let mut program: Vec<Insn> = (0..10).map(|register| Insn::new(0xb7, register, 0, 0, 1)).collect();
    program.extend(marks.iter().step_by(3).map(|value| Insn::new(0xa7, a, 0, 0, *value)));
    let mut asked = Vec::new();
    for (question, pair) in questions.into_iter().zip(marks.windows(2)) {
        program.push(Insn::new(0xb7, mark, 0, 0, pair[0]));
        asked.push(Asked { at: program.len(), marks: [pair[0], pair[1]].map(|value| value as u64) });
        program.push(question);
    }
    program.push(Insn::new(0xb7, mark, 0, 0, marks[questions.len()]));
    program.extend([Insn::new(0xb7, 0, 0, 0, 0), Insn::new(0x95, 0, 0, 0, 0)]);
    (program, asked)
}

/// A mark's value, above 0: no other mark has it.
fn value(seed: &mut Seed, at: usize) -> i32 {
    let drawn = seed.number(0x2022 + 0x101 * at as u64, 0x0800..=0x7eff);
    (drawn as i32) << 16 | (at as i32) << 8 | 0x41
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_set_beside_the_kernels() {
        let jited = [0x90, 0x48, 0x01, 0xf8, 0xc3];
        let said = |found| said(&jited, found, [1, 4]).join("; ");
        assert_eq!(said(Some([1, 4])), "48 01 f8                    add rax,rdi");
        assert_eq!(said(Some([0, 4])), "found: bytes 0 to 3 of 5; the kernel's table has: bytes 1 to 3");
        assert!(said(Some([4, 4])).starts_with("nothing: it ends at byte 4 and begins at 4;"));
        assert!(said(None).starts_with("not found;"));
    }

    #[test]
    fn every_question_stands_between_its_marks() {
        for value in 0..100 {
            let (program, asked) = draw(&mut Seed::new(value));
            for Asked { at, marks } in asked {
                let around = [program[at - 1].immediate as u64, program[at + 1].immediate as u64];
                assert_eq!(around, marks);
            }
        }
    }
}
