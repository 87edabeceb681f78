//! `runner explain` for what a loader printed: an error that is not the verifier's.
//!
//! It says nothing where the verifier's log explains itself.

use crate::{
    explain::{
        Explanation, cause_text,
        causes::{self, Stage},
    },
    report::text::Text,
};

/// The explanation of the last known error in a text that holds no log.
pub(super) fn of_text(text: &str) -> Option<Vec<Text>> {
    causes::found_in(text).map(|(cause, said)| shown(&cause, &said))
}

/// The explanation of an error around a log, if the log's reason is unknown, or if it gives none.
pub(super) fn beside_log(text: &str, explanation: &Explanation) -> Option<Vec<Text>> {
    if explanation.family.is_some() {
        return None;
    }
    let (cause, said) = causes::found_in(text)?;
    (explanation.reason.is_none() || cause.goes_with_reason()).then(|| shown(&cause, &said))
}

fn shown(cause: &causes::Cause, said: &str) -> Vec<Text> {
    let mut text = cause_text(cause, Some(said));
    text.push(Text::prose(format!(
        "this explanation is called `{}`; it is about {}",
        cause.id,
        about(cause.stage)
    )));
    text
}

fn about(stage: Stage) -> &'static str {
    match stage {
        Stage::Open => "opening an object",
        Stage::Load => "loading a program",
        Stage::Attach => "attaching a program",
        Stage::Use => "using what is loaded",
    }
}
