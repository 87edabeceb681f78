//! A cause as text for a terminal: why, then what to do.

use super::{super::render::shown, Cause};
use crate::{
    judge::visible,
    report::{
        Paint,
        text::{DETAILS, Text, lines},
    },
};

/// Folder of the book's pages.
const BOOK: &str = "book/src/";

/// How much of the error is repeated, in characters: some carry a whole log.
const SAID: usize = 400;

/// The lines for a terminal of 80 columns. `said` is the error, where it does not stand beside them already.
#[must_use]
pub fn render_cause(cause: &Cause, said: Option<&str>) -> Vec<String> {
    lines(&cause_text(cause, said), DETAILS, Paint::Plain)
}

/// The same, not yet in lines.
#[must_use]
pub fn cause_text(cause: &Cause, said: Option<&str>) -> Vec<Text> {
    let hint = |words: String| Text::hanging(format!("hint: {words}"), "hint: ".len());
    let mut text = vec![Text::prose(shown(&cause.words))];
    if let Some(said) = said {
        let begin: String = said.trim().chars().take(SAID).collect();
        let rest = if said.trim().chars().count() > SAID { " …" } else { "" };
        text.push(Text::verbatim(format!("  the error: {}{rest}", visible(&begin))));
    }
    text.extend([Text::blank(), hint(shown(&cause.fix)), hint(format!("read {BOOK}{}", cause.read))]);
    text
}
