//! Expected against observed, as text: GOOD, BAD, MISSING and EXTRA lines.
//!
//! What is wrong within a line is marked by `^` under it, so that colour is not needed. What does not fit beside
//! the first checks is only counted: the evidence has it all.

use super::{
    Paint,
    text::{DETAILS, wrap},
};
use crate::judge::{CheckDifference, DiffLine, Nature, visible};

/// The file of the evidence that has every line.
pub(crate) const FILE: &str = "comparison.txt";

/// How many good lines are shown before and after a line that is not.
const CONTEXT: usize = 2;

/// How many lines are shown of a check that differs alone.
const MOST: usize = 40;

/// How many lines are shown of the first of several.
const FIRST: usize = 16;

/// How many lines all checks together may take; those that come later are only counted.
const TOGETHER: usize = 24;

/// How wide the word is that stands before any other line.
const ONE: usize = 11;

/// How wide the words are that stand before an expected or observed line.
const LABEL: usize = 21;

/// How many characters of a line are shown.
const LONGEST: usize = 500;

/// The checks that differ: the first ones in full, the others by their number of lines. Where there is more
/// to see, the last line says `whole` has it.
pub(super) fn differences(checks: &[CheckDifference], whole: Option<&str>, paint: Paint) -> Vec<String> {
    let alone = checks.len() == 1;
    let mut shown: Vec<String> = Vec::new();
    let mut hidden = false;
    for check in checks {
        let full = difference(check, if alone { MOST } else { FIRST }, paint);
        if shown.is_empty() || shown.len() + full.lines.len() <= TOGETHER {
            hidden |= full.cut;
            shown.extend(full.lines);
        } else {
            hidden = true;
            shown.extend(counted(check, paint));
        }
    }
    let whole = whole.filter(|_| hidden);
    shown.extend(whole.iter().map(|file| format!("every line of it: {file}")));
    shown
}

/// All of it, for a file.
pub(crate) fn whole(checks: &[CheckDifference]) -> String {
    let lines = checks.iter().flat_map(|check| difference(check, usize::MAX, Paint::Plain).lines);
    lines.map(|line| line + "\n").collect()
}

/// One check in one line.
fn counted(difference: &CheckDifference, paint: Paint) -> Vec<String> {
    let size = |line: &DiffLine| if let DiffLine::More { count } = line { *count } else { 1 };
    let good = |line: &&DiffLine| matches!(line, DiffLine::Good { .. });
    let all: usize = difference.lines.iter().map(size).sum();
    let wrong = all - difference.lines.iter().filter(good).count();
    let wrong = match difference.nature {
        Nature::NeverObserved => "it never began".to_owned(),
        Nature::Undeclared => "it is not declared in the lab's manifest".to_owned(),
        Nature::Lines if all == 1 => "its one line is wrong, too".to_owned(),
        Nature::Lines => format!("{wrong} of {all} lines are wrong, too"),
    };
    wrap(&format!("check `{}`: {wrong}", named(difference)), paint.width(DETAILS), 2)
}

/// The name comes from the guest: it must not move a terminal's cursor, nor fill it.
fn named(difference: &CheckDifference) -> String {
    visible(&difference.check).chars().take(LONGEST).collect()
}

/// What is shown of a check.
struct Shown {
    lines: Vec<String>,
    /// Whether there is more.
    cut: bool,
}

fn difference(difference: &CheckDifference, most: usize, paint: Paint) -> Shown {
    let CheckDifference { what, nature, lines, .. } = difference;
    let check = named(difference);
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
    while at < lines.len() && shown.len() <= most {
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
    let cut = at < lines.len();
    if cut {
        shown.push(format!("  … {} more lines", lines[at..].iter().map(hidden).sum::<usize>()));
    }
    Shown { lines: shown, cut }
}

fn diff_line(line: &DiffLine, paint: Paint) -> Vec<String> {
    let one = |label: &str, text: &str, place: &str| {
        let text = format!("{}{place}", clip(text));
        chunks(&text, paint.width(DETAILS).saturating_sub(ONE))
            .into_iter()
            .enumerate()
            .map(
                |(at, (_, chunk))| if at == 0 { format!("{label}{chunk}") } else { " ".repeat(ONE) + &chunk },
            )
            .collect()
    };
    match line {
        DiffLine::Good { text } => one(&format!("  {}     ", paint.good("GOOD")), text, ""),
        DiffLine::Missing { text, elsewhere } => {
            let place = if *elsewhere { " (observed at another place)" } else { "" };
            one(&format!("  {}  ", paint.bad("MISSING")), text, place)
        }
        DiffLine::Extra { text, elsewhere } => {
            let place = if *elsewhere { " (expected at another place)" } else { "" };
            one(&format!("  {}    ", paint.bad("EXTRA")), text, place)
        }
        DiffLine::Bad { expected, observed, .. } if paint == Paint::Spoken => {
            vec![format!("  BAD expected: {}; observed: {}", clip(expected), clip(observed))]
        }
        DiffLine::Bad { expected, observed, lacks, wrong } => {
            let bad = format!("  {}      expected: ", paint.bad("BAD"));
            let lacks = if wrong.is_empty() { lacks.as_slice() } else { &[] };
            let mut lines = marked(&bad, expected, lacks);
            lines.extend(marked("           observed: ", observed, wrong));
            lines
        }
        DiffLine::More { count } => {
            vec![format!("  {}    … {count} more lines", paint.bad("EXTRA"))]
        }
    }
}

/// A line, and under it `^` below the marked characters. What does not fit goes on below, with its own marks.
fn marked(label: &str, text: &str, ranges: &[(usize, usize)]) -> Vec<String> {
    let marked = |at: usize| ranges.iter().any(|(start, end)| (*start..*end).contains(&at));
    let mut lines = Vec::new();
    let text = clip(text);
    let letters = text.chars().count();
    for (start, chunk) in chunks(&text, DETAILS - LABEL) {
        let label = if start == 0 { label.to_owned() } else { " ".repeat(LABEL) };
        let length = chunk.chars().count();
        // A mark may lie behind the last character: something is missing there.
        let behind = usize::from(start + length >= letters);
        let marks: String =
            (start..start + length + behind).map(|at| if marked(at) { '^' } else { ' ' }).collect();
        lines.push(label + &chunk);
        if marks.contains('^') {
            lines.push(" ".repeat(LABEL) + marks.trim_end());
        }
    }
    lines
}

/// A text in pieces of at most `width` characters, each with where it begins. An empty text is one piece.
fn chunks(text: &str, width: usize) -> Vec<(usize, String)> {
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return vec![(0, String::new())];
    }
    let pieces = letters.chunks(width.max(1)).enumerate();
    pieces.map(|(at, piece)| (at * width, piece.iter().collect())).collect()
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
