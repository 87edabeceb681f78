//! The exercise's answers beside what is right, for many words; the first that differs is shown.

use std::time::Duration;

use anyhow::ensure;
use kit::{
    Exercise, Lab, NoAnswer,
    raw::{Insn, bytes},
};

use crate::{
    kernel::{Said, Word},
    question::{Answer, Question},
};

/// How long the exercise may take for one check's questions.
const LIMIT: Duration = Duration::from_secs(2);

/// Asks, and says at which question it ended if no answer comes.
pub(crate) fn answers(
    exercise: &Exercise,
    questions: &[Question],
) -> anyhow::Result<Result<Vec<Answer>, (usize, String)>> {
    match exercise.ask_within::<Vec<Answer>>(LIMIT, &questions) {
        Ok(answers) => {
            ensure!(answers.len() == questions.len(), "{} answers to {}", answers.len(), questions.len());
            Ok(Ok(answers))
        }
        Err(error) => {
            let NoAnswer { why, place } = error.downcast()?;
            let [at, _] = place.unwrap_or_default();
            Ok(Err((at as usize, format!("the exercise {why}"))))
        }
    }
}

/// Reports how many of these words get the text that the kernel prints, and the first that does not. A word that is no
/// instruction has to be refused.
pub(crate) fn texts(
    lab: &mut Lab,
    exercise: &Exercise,
    words: &[(Word, Said)],
    what: &str,
) -> anyhow::Result<()> {
    let questions: Vec<Question> = words.iter().map(|(word, _)| question(*word)).collect();
    let answers = match answers(exercise, &questions)? {
        Ok(answers) => answers,
        Err((at, why)) => {
            let word = words.get(at).map_or_else(String::new, |(word, _)| shown(*word));
            lab.observe(format!("{word}: {why}"));
            return Ok(());
        }
    };
    let mut good = 0;
    let mut first = None;
    for ((word, said), answer) in words.iter().zip(&answers) {
        match differs(said, answer) {
            None => good += 1,
            Some(yours) => first = first.or(Some((*word, yours, said))),
        }
    }
    lab.observe(format!("{what}: {good} of {}", words.len()));
    if let Some((word, yours, said)) = first {
        lab.observe(format!("{}:", shown(word)));
        lab.observe(format!("  yours: {yours}"));
        lab.observe(match said {
            Said::Printed(text) => format!("  the kernel: {text}"),
            Said::Refused(why) => format!("  the kernel refuses it: {why}"),
        });
    }
    Ok(())
}

/// What the exercise says instead, if it is not what it should be.
fn differs(said: &Said, answer: &Answer) -> Option<String> {
    match (said, answer) {
        (Said::Printed(text), Answer::Text(Ok(yours))) if text == yours => None,
        (Said::Refused(_), Answer::Text(Err(_))) => None,
        (_, Answer::Text(Ok(yours))) => Some(yours.clone()),
        (_, Answer::Text(Err(refusal))) => Some(format!("refused, {refusal}")),
        (_, other) => Some(format!("an answer to another question: {other:?}")),
    }
}

pub(crate) fn question(word: Word) -> Question {
    Question::Text(word.first.bytes(), word.second.map(Insn::bytes))
}

/// The bytes of a word, and of the one behind it.
pub(crate) fn shown(word: Word) -> String {
    let both: Vec<Insn> = [Some(word.first), word.second].into_iter().flatten().collect();
    hexadecimal(&bytes(&both))
}

/// `b7 01 00 00 21 0a 00 00`
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
