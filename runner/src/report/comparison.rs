//! Expected against observed, as text: GOOD, BAD, MISSING and EXTRA lines.
//!
//! What is wrong within a line is marked by `^` under it, so that colour is not needed.

use super::{
    Paint,
    text::{DETAILS, wrap},
};
use crate::judge::{CheckDifference, DiffLine, Nature, visible};

/// How many good lines are shown before and after a line that is not.
const CONTEXT: usize = 2;

/// How many lines are shown of one check.
const MOST: usize = 40;

/// How many characters of a line are shown.
const LONGEST: usize = 500;

/// One check that differs.
pub(super) fn difference(difference: &CheckDifference, paint: Paint) -> Vec<String> {
    let CheckDifference { check, what, nature, lines } = difference;
    // The name comes from the guest: it must not move a terminal's cursor, nor fill it.
    let check: String = visible(check).chars().take(LONGEST).collect();
    let heading = match nature {
        Nature::Lines => format!("check `{check}`: {what}"),
        Nature::NeverObserved => format!("check `{check}`: {what} (it never began)"),
        Nature::Undeclared => format!("check `{check}` is not declared in the lab's manifest"),
    };
    let mut shown = wrap(&heading, paint.width(DETAILS), 2);
    let is_good = |at: usize| matches!(lines.get(at), Some(DiffLine::Good { .. }));
    let far = |at: usize| {
        (at.saturating_sub(CONTEXT)..=at + CONTEXT).all(|near| near >= lines.len() || is_good(near))
    };
    let mut at = 0;
    while at < lines.len() && shown.len() <= MOST {
        let run = (at..lines.len()).take_while(|index| far(*index)).count();
        if run > 1 {
            shown.push(format!("  {}     … {run} lines as expected", paint.good("GOOD")));
            at += run;
        } else {
            shown.extend(diff_line(&lines[at], paint));
            at += 1;
        }
    }
    let hidden = |line: &DiffLine| {
        if let DiffLine::More { count } = line { *count } else { 1 }
    };
    if at < lines.len() {
        shown.push(format!("  … {} more lines", lines[at..].iter().map(hidden).sum::<usize>()));
    }
    shown
}

fn diff_line(line: &DiffLine, paint: Paint) -> Vec<String> {
    match line {
        DiffLine::Good { text } => vec![format!("  {}     {}", paint.good("GOOD"), clip(text))],
        DiffLine::Missing { text, elsewhere } => {
            let place = if *elsewhere { " (observed at another place)" } else { "" };
            vec![format!("  {}  {}{place}", paint.bad("MISSING"), clip(text))]
        }
        DiffLine::Extra { text, elsewhere } => {
            let place = if *elsewhere { " (expected at another place)" } else { "" };
            vec![format!("  {}    {}{place}", paint.bad("EXTRA"), clip(text))]
        }
        DiffLine::Bad { expected, observed, .. } if paint == Paint::Spoken => {
            vec![format!("  BAD expected: {}; observed: {}", clip(expected), clip(observed))]
        }
        DiffLine::Bad { expected, observed, lacks, wrong } => {
            let mut lines = vec![format!("  {}      expected: {}", paint.bad("BAD"), clip(expected))];
            if wrong.is_empty() {
                lines.extend(carets(lacks));
            }
            lines.push(format!("           observed: {}", clip(observed)));
            lines.extend(carets(wrong));
            lines
        }
        DiffLine::More { count } => {
            vec![format!("  {}    … {count} more lines", paint.bad("EXTRA"))]
        }
    }
}

/// A line of `^` under the marked characters.
fn carets(ranges: &[(usize, usize)]) -> Option<String> {
    let end = ranges.last()?.1;
    let marked = |at: usize| ranges.iter().any(|(start, end)| (*start..*end).contains(&at));
    let marks: String = (0..end).map(|at| if marked(at) { '^' } else { ' ' }).collect();
    Some(format!("                     {marks}"))
}

fn clip(text: &str) -> String {
    cut(text, LONGEST)
}

/// A text of at most `most` characters; a longer one is cut, and its length is said.
pub(super) fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{} … ({} characters)", &text[..end], text.chars().count()),
        None => text.to_owned(),
    }
}
