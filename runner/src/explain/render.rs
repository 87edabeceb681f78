//! An explanation as text for a terminal: why, the place, what is known there, then the rule and what to do.
//!
//! It adds nothing. What logs and objects say comes from outside: control characters are made visible, and a
//! line that no kernel writes, because it is too long, is cut.

use super::{
    Explanation, Place,
    place::{SourceLine, Way},
};
use crate::{
    judge::visible,
    report::{
        Paint,
        text::{DETAILS, Mark, Text, lines},
    },
};

/// How many characters of a foreign line are shown. A kernel writes at most 1023 at once
/// (`BPF_VERIFIER_TMP_LOG_SIZE` in `include/linux/bpf_verifier.h`).
const LONGEST: usize = 1023;

/// Folder of the book's pages.
const BOOK: &str = "book/src/";

/// The lines for a terminal of 80 columns. `full_log` says where the whole log is, for a reason that nobody has
/// explained yet.
#[must_use]
pub fn render(explanation: &Explanation, full_log: Option<&str>) -> Vec<String> {
    lines(&text(explanation, full_log), DETAILS, Paint::Plain)
}

/// The same, not yet in lines.
#[must_use]
pub fn text(explanation: &Explanation, full_log: Option<&str>) -> Vec<Text> {
    let mut text = Vec::new();
    match (&explanation.words, &explanation.reason) {
        (Some(words), reason) => {
            text.push(Text::prose(shown(words)));
            text.extend(
                reason.iter().map(|reason| Text::verbatim(format!("  the kernel says: {}", shown(reason)))),
            );
        }
        (None, Some(reason)) => {
            text.push(Text::prose(
                "The kernel refused the program for a reason that this course does not explain yet:",
            ));
            text.push(Text::verbatim(format!("  {}", shown(reason))));
        }
        (None, None) => text.push(Text::prose("The log names no reason.")),
    }
    if let Some(place) = &explanation.place {
        text.push(Text::blank());
        text.extend(location(place));
    }
    // The reason may have said it already.
    let said = |name: &str| explanation.words.iter().any(|words| words.starts_with(&format!("{name} is ")));
    let mut registers = explanation.registers.iter().filter(|register| !said(&register.name)).peekable();
    if registers.peek().is_some() {
        text.push(Text::blank());
        for register in registers {
            text.push(Text::hanging(format!("{} is {}", register.name, shown(&register.words)), 2));
        }
    }
    text.push(Text::blank());
    if let Some(family) = explanation.family {
        text.push(Text::hanging(format!("rule: {}", family.rule), 2));
        text.push(Text::hanging(format!("hint: {}", family.fix), 2));
        text.push(Text::hanging(format!("hint: read {BOOK}{}", family.read), 2));
    } else {
        text.push(Text::verbatim("the last lines of the log:"));
        text.extend(explanation.tail.iter().map(|line| Text::verbatim(format!("  {}", shown(line)))));
        if let Some(full_log) = full_log {
            text.push(Text::hanging(format!("hint: the full log is {full_log}"), 2));
        }
    }
    text
}

fn location(place: &Place) -> Vec<Text> {
    let at = shown(&place.shown());
    let heading = match place.way {
        Way::Exact => format!("at {at}:"),
        Way::Near => match place.until {
            Some(until) => format!(
                "in code of Aya or of Rust's library, which your program uses between {at} and line {until}:"
            ),
            None => format!("in code of Aya or of Rust's library, which your program uses near {at}:"),
        },
        Way::Loop => format!("the loop at {at}:"),
        Way::Function => format!("in the function at {at}:"),
        Way::Panic => format!("a panic can be reached from {at}:"),
    };
    let mut text = vec![Text::prose(heading)];
    text.extend(place.lines.iter().map(|line| source_line(line, place)));
    text
}

fn source_line(line: &SourceLine, place: &Place) -> Text {
    let first = place.line.unwrap_or(line.number);
    let marked = (first..=place.until.unwrap_or(first)).contains(&line.number);
    Text::Source {
        number: place.line.map(|_| line.number),
        line: shown(&line.text),
        mark: if marked { Mark::This } else { Mark::Near },
    }
}

/// Foreign text as it may be printed.
pub(super) fn shown(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => visible(&text[..end]) + " …",
        None => visible(text),
    }
}
