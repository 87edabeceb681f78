//! The lab's own program as a listing, and single words beside the kernel's opinion.

use std::fs;

use anyhow::{Context, ensure};
use kit::{Exercise, Lab, raw};
use object::{Object, ObjectSection};

use crate::{
    compare::{answers, question, shown, texts},
    kernel::{Said, Word, ask, asked},
    names::WIDE,
    question::Answer,
};

/// The section of the object in which the program lies.
const SECTION: &str = "classifier";

/// Reports the exercise's listing of the lab's own program, and whether the kernel prints each instruction so.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let program = instructions()?;
    let mut words: Vec<Word> = Vec::new();
    let mut rest = program.iter().copied();
    while let Some(first) = rest.next() {
        let second = if first.opcode == WIDE { rest.next() } else { None };
        words.push(Word { first, second });
    }
    lab.check("listing");
    let questions: Vec<_> = words.iter().map(|word| question(*word)).collect();
    if let Ok(found) = answers(exercise, &questions)? {
        let mut at = 0;
        for (word, answer) in words.iter().zip(found) {
            let text = match answer {
                Answer::Text(Ok(text)) => text,
                Answer::Text(Err(refusal)) => format!("refused, {refusal}"),
                other => format!("{other:?}"),
            };
            lab.observe(format!("{at:3}: {}  {text}", shown((word.first).into())));
            at += 1 + usize::from(word.second.is_some());
        }
    }
    texts(lab, exercise, &asked(words)?, "as the kernel prints it")
}

/// Reports what the exercise says of one word, and what the kernel does.
pub(crate) fn beside(lab: &mut Lab, exercise: &Exercise, what: &str, word: Word) -> anyhow::Result<()> {
    let yours = match answers(exercise, &[question(word)])? {
        Ok(list) => match list.into_iter().next() {
            Some(Answer::Text(Err(refusal))) => refusal.to_string(),
            Some(Answer::Text(Ok(text))) => format!("read as `{text}`"),
            other => format!("{other:?}"),
        },
        Err((_, why)) => why,
    };
    let kernel = match ask(word)? {
        Said::Refused(why) => why,
        Said::Printed(text) => format!("takes it, `{text}`"),
    };
    lab.observe(format!("{what}, {}", shown(word)));
    lab.observe(format!("  yours: {yours}"));
    lab.observe(format!("  the kernel: {kernel}"));
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
