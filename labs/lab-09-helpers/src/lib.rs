//! The learner's side of lab 09: the exercise, and the types that it speaks in.
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
        Question::Calls(helpers) => Answer::Calls(each(&helpers, |helper| exercise::calls(*helper))),
        Question::Verdicts(outcomes) => Answer::Verdicts(each(&outcomes, exercise::verdict)),
        Question::Functions { ids, value } => Answer::Functions(exercise::calls_functions(&ids, value)),
    })
}

fn each<T, A>(list: &[T], mut answer: impl FnMut(&T) -> A) -> Vec<A> {
    let one = |(part, number): (&T, u32)| {
        kit::here([0, number]);
        answer(part)
    };
    list.iter().zip(0..).map(one).collect()
}
