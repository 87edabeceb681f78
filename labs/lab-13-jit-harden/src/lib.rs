//! The learner's side of lab 13: the exercise, and the types that it speaks in.
//!
//! It reports nothing. It runs in a process of its own, and `unsafe` is closed to it: see
//! `kit::confined`.
#![forbid(unsafe_code)]

mod exercise;
pub mod job;

use job::{Answer, Question};

/// What the exercise says to a question. It leaves word where it is, in case that it does not come back.
///
/// # Errors
/// None: the exercise returns none.
pub fn answer(question: Question) -> anyhow::Result<Answer> {
    Ok(match question {
        Question::Settings(wishes) => Answer::Settings(each(&wishes, |wish| exercise::settings(*wish))),
        Question::Places { jited, constants } => {
            Answer::Places(each(&constants, |constant| exercise::places(&jited, *constant)))
        }
        Question::Constants(translated) => Answer::Constants(exercise::constants(&translated)),
    })
}

fn each<T, A>(list: &[T], mut answer: impl FnMut(&T) -> A) -> Vec<A> {
    let one = |(part, number): (&T, u32)| {
        kit::here([0, number]);
        answer(part)
    };
    list.iter().zip(0..).map(one).collect()
}
