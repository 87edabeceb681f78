//! The learner's side of lab 11: the exercise, and the types that it speaks in.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod job;
pub mod names;

use job::{Answer, Question};
use kit::raw::Known;

/// What the exercise says to a question. It leaves word where it is, in case that it does not come back.
///
/// # Errors
/// If there is no such program, and those of the exercise.
pub fn answer(question: Question) -> anyhow::Result<Answer> {
    Ok(match question {
        Question::Fetch(ids) => Answer::Code(each(&ids, |id| Ok(exercise::fetch(&Known::by_id(*id)?)?))?),
        Question::Registers { jited, values } => Answer::Registers(each(&values, |value| {
            Ok(exercise::register_of(&jited, *value).map(names::whole))
        })?),
        Question::Pieces { jited, marks } => Answer::Pieces(each(&marks, |[first, second]| {
            Ok(exercise::between(&jited, *first, *second).map(|piece| [piece.start, piece.end]))
        })?),
    })
}

fn each<T, A>(list: &[T], mut answer: impl FnMut(&T) -> anyhow::Result<A>) -> anyhow::Result<Vec<A>> {
    let mut answers = Vec::new();
    for (part, number) in list.iter().zip(0..) {
        kit::here([0, number]);
        answers.push(answer(part)?);
    }
    Ok(answers)
}
