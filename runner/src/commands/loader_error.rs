//! `runner explain` for what a loader printed: an error that is not the verifier's.
//!
//! It says nothing where the verifier's log explains itself.

use std::{fs, path::Path};

use crate::{
    explain::{
        Cause, Explanation, cause_text,
        causes::{self, Stage},
    },
    report::text::Text,
};

/// The explanation of the last known error in a text that holds no log. The object, if there is one, makes
/// it exact.
pub(super) fn of_text(text: &str, object: Option<&Path>) -> Option<Vec<Text>> {
    let (cause, said) = causes::found_in(text)?;
    let object = object.and_then(|path| fs::read(path).ok()).unwrap_or_default();
    Some(shown(&causes::made_exact(cause, &said, &object), &said))
}

/// The explanation of an error around a log, if the log's reason is unknown, or if it gives none.
pub(super) fn beside_log(text: &str, explanation: &Explanation) -> Option<Vec<Text>> {
    if explanation.family.is_some() {
        return None;
    }
    let (cause, said) = causes::found_in(text)?;
    // The loader's own line may look like a reason.
    let own = |reason: &String| said.contains(reason.as_str());
    let silent = explanation.reason.as_ref().is_none_or(own);
    (silent || cause.goes_with_reason()).then(|| shown(&cause, &said))
}

fn shown(cause: &Cause, said: &str) -> Vec<Text> {
    let mut text = cause_text(cause, Some(said.strip_prefix("Error: ").unwrap_or(said)));
    let called = format!("this explanation is called `{}`; it is about {}", cause.id, about(cause.stage));
    text.extend([Text::blank(), Text::prose(called)]);
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
