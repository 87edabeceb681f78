//! An explanation as lines for a terminal of 80 columns: the place first, then why, then what to do.
//!
//! It leaves nothing out and adds nothing.

use super::{
    Explanation, Place,
    place::{SourceLine, Way},
};
use crate::report::wrap::wrap;

/// A terminal's 80 columns, less the two by which a report indents its details.
const COLUMNS: usize = 78;

/// Folder of the book's pages.
const BOOK: &str = "book/src/";

/// The lines. `full_log` says where the whole log is, for a reason that nobody has explained yet.
#[must_use]
pub fn render(explanation: &Explanation, full_log: Option<&str>) -> Vec<String> {
    let mut lines = Vec::new();
    match (&explanation.words, &explanation.reason) {
        (Some(words), reason) => {
            lines.extend(prose(words, 0));
            lines.extend(reason.iter().map(|reason| format!("  the kernel says: {reason}")));
        }
        (None, Some(reason)) => {
            lines.extend(prose(
                "The kernel refused the program for a reason that this course does not explain yet:",
                0,
            ));
            lines.push(format!("  {reason}"));
        }
        (None, None) => lines.extend(prose("The log names no reason.", 0)),
    }
    if let Some(place) = &explanation.place {
        lines.push(String::new());
        lines.extend(location(place));
    }
    if !explanation.registers.is_empty() {
        lines.push(String::new());
        for register in &explanation.registers {
            lines.extend(prose(&format!("{} is {}", register.name, register.words), 2));
        }
    }
    if let Some(family) = explanation.family {
        lines.push(String::new());
        lines.extend(prose(&format!("rule: {}", family.rule), 2));
        lines.extend(prose(&format!("hint: {}", family.fix), 2));
        lines.extend(prose(&format!("hint: read {BOOK}{}", family.read), 2));
    } else {
        lines.push(String::new());
        lines.push("the last lines of the log:".to_owned());
        lines.extend(explanation.tail.iter().map(|line| format!("  {line}")));
        if let Some(full_log) = full_log {
            lines.extend(prose(&format!("hint: the full log is {full_log}"), 2));
        }
    }
    lines
}

fn location(place: &Place) -> Vec<String> {
    let at = match (&place.file, place.line) {
        (Some(file), Some(line)) => format!("{file}:{line}"),
        _ => "your source".to_owned(),
    };
    let heading = match place.way {
        Way::Exact => format!("at {at}:"),
        Way::Near => format!("in code of Aya or of Rust's library, which your program uses near {at}:"),
        Way::Function => format!("in the function at {at}:"),
        Way::Panic => format!("a panic can be reached from {at}:"),
    };
    let width = place.lines.iter().map(|line| line.number.to_string().len()).max().unwrap_or_default();
    let mut lines = prose(&heading, 0);
    lines.extend(place.lines.iter().map(|line| source_line(line, place.line, width)));
    lines
}

fn source_line(line: &SourceLine, marked: Option<u32>, width: usize) -> String {
    let mark = if marked.is_none_or(|marked| marked == line.number) { ">>>" } else { "   " };
    let number = if marked.is_some() { line.number.to_string() } else { String::new() };
    format!("  {mark} {number:>width$} | {}", line.text).trim_end().to_owned()
}

/// Words of our own, broken; lines after the first are indented.
fn prose(text: &str, indent: usize) -> Vec<String> {
    wrap(text, COLUMNS, indent)
}
