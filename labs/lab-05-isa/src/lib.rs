//! The learner's side of lab 05: the exercise, and the types and names that it speaks in.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod insn;
pub mod names;
pub mod question;

use question::{Answer, Question};

// ANCHOR: answer
/// Answers all questions with the exercise's functions.
///
/// # Errors
/// None: a word that is no instruction has a refusal for an answer.
pub fn answer(questions: Vec<Question>) -> anyhow::Result<Vec<Answer>> {
    let answer = |(number, question)| {
        kit::here([number as u32, 0]);
        match question {
            Question::Fields(word) => Answer::Fields(exercise::fields(word)),
            Question::Bytes(insn) => Answer::Bytes(exercise::encode(insn)),
            Question::Text(word, next) => {
                Answer::Text(exercise::text(exercise::fields(word), next.map(exercise::fields)))
            }
        }
    };
    Ok(questions.into_iter().enumerate().map(answer).collect())
}
// ANCHOR_END: answer
