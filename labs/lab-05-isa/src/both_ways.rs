//! From bytes to fields, and back.

use kit::{
    Exercise, Lab,
    raw::{self, bytes},
};

use crate::{
    compare::{answers, hexadecimal},
    insn::Insn,
    question::{Answer, Question},
};

/// The instruction of the talk, `r1 = 0xa21`: the letters `!` and a new line, on their way to somebody's screen.
pub(crate) const TALK: raw::Insn = raw::Insn::new(0xb7, 1, 0, 0, 0x0a21);

/// Reports what the exercise makes of bytes, and of fields.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise, drawn: &[raw::Insn]) -> anyhow::Result<()> {
    let words: Vec<raw::Insn> = [TALK].into_iter().chain(drawn.iter().copied()).collect();
    lab.check("fields");
    let questions: Vec<Question> = words.iter().map(|word| Question::Fields(word.bytes())).collect();
    let right = words.iter().map(|word| Answer::Fields(Insn::from(*word)));
    compare(lab, exercise, &questions, right)?;
    lab.check("encode");
    let questions: Vec<Question> = words.iter().map(|word| Question::Bytes(Insn::from(*word))).collect();
    let right = words.iter().map(|word| Answer::Bytes(word.bytes()));
    compare(lab, exercise, &questions, right)
}

/// The first is shown, whether it is right or not; of the others, the first that is wrong.
fn compare(
    lab: &mut Lab,
    exercise: &Exercise,
    questions: &[Question],
    right: impl Iterator<Item = Answer>,
) -> anyhow::Result<()> {
    let found = match answers(exercise, questions)? {
        Ok(found) => found,
        Err((at, why)) => {
            lab.observe(format!("at word {at}: {why}"));
            return Ok(());
        }
    };
    let pairs: Vec<(Answer, Answer)> = found.into_iter().zip(right).collect();
    let good = pairs.iter().skip(1).filter(|(found, right)| found == right).count();
    if let Some((found, right)) = pairs.first() {
        lab.observe(format!("{}: {}", asked(right), said(found)));
    }
    lab.observe(format!("drawn: {good} of {}", pairs.len().saturating_sub(1)));
    if let Some((found, right)) = pairs.iter().skip(1).find(|(found, right)| found != right) {
        lab.observe(format!("{}:", asked(right)));
        lab.observe(format!("  yours: {}", said(found)));
        lab.observe(format!("  it is: {}", said(right)));
    }
    Ok(())
}

/// The question to which this is the right answer.
fn asked(right: &Answer) -> String {
    match right {
        Answer::Fields(insn) => hexadecimal(&bytes(&[raw::Insn::from(*insn)])),
        Answer::Bytes(word) => Insn::from(raw::Insn::from(*word)).to_string(),
        Answer::Text(_) => String::new(),
    }
}

fn said(answer: &Answer) -> String {
    match answer {
        Answer::Fields(insn) => insn.to_string(),
        Answer::Bytes(word) => hexadecimal(word),
        Answer::Text(text) => format!("{text:?}"),
    }
}

impl From<raw::Insn> for Insn {
    fn from(raw::Insn { opcode, dst, src, offset, immediate }: raw::Insn) -> Self {
        Self { opcode, dst, src, offset, immediate }
    }
}

impl From<Insn> for raw::Insn {
    fn from(Insn { opcode, dst, src, offset, immediate }: Insn) -> Self {
        Self { opcode, dst, src, offset, immediate }
    }
}
