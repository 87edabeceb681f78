//! Text that is not yet in lines: prose is broken to fit a terminal, logs, code and observations never are.
//!
//! For a screen reader prose is not broken either: one line, one sentence or fact.

use serde::{Deserialize, Serialize};

use super::{Paint, terminal::COLUMNS};
use crate::paths::spoken;

/// A piece of a longer text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Text {
    /// Words of ours. `hang` blanks stand before each line but the first.
    Prose {
        /// The words.
        words: String,
        /// How far later lines are indented.
        hang: usize,
    },
    /// What somebody else said, or code: it stays as it is.
    Verbatim(String),
    /// A line of a source file.
    Source {
        /// Counted from 1; `None` if it is not known.
        number: Option<u32>,
        /// The line.
        line: String,
        /// What it has to do with the matter.
        mark: Mark,
    },
}

/// What a line of source has to do with an explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// It is the line that all is about.
    This,
    /// It stands beside that line.
    Near,
}

impl Text {
    /// Prose whose later lines stand under the first.
    pub(crate) fn prose(words: impl Into<String>) -> Self {
        Self::hanging(words, 0)
    }

    /// Prose whose later lines are indented.
    pub(crate) fn hanging(words: impl Into<String>, hang: usize) -> Self {
        Self::Prose { words: words.into(), hang }
    }

    /// A text as it is.
    pub(crate) fn verbatim(line: impl Into<String>) -> Self {
        Self::Verbatim(line.into())
    }

    /// Nothing on a line.
    pub(crate) fn blank() -> Self {
        Self::Verbatim(String::new())
    }
}

/// A text in lines of at most `width` characters, or, for who hears it, a line a piece.
#[must_use]
pub fn lines(text: &[Text], width: usize, paint: Paint) -> Vec<String> {
    let digits = |piece: &Text| match piece {
        Text::Source { number, .. } => number.map_or(0, |number| number.to_string().len()),
        _ => 0,
    };
    let digits = text.iter().map(digits).max().unwrap_or(0);
    let broken = |piece: &Text| match piece {
        Text::Prose { words, hang } => wrap(words, paint.width(width), *hang),
        Text::Verbatim(line) => vec![line.clone()],
        Text::Source { number, line, mark } => source(*number, digits, line, *mark, paint, width),
    };
    let lines = text.iter().flat_map(broken);
    if paint == Paint::Spoken {
        lines.filter(|line| !line.trim().is_empty()).collect()
    } else {
        lines.collect()
    }
}

/// A line of source with its number: marked by `>>>` for eyes, by a word for ears. The line that all is about
/// goes on below when it is longer than `width`; of a line beside it only what fits is shown.
fn source(
    number: Option<u32>,
    digits: usize,
    line: &str,
    mark: Mark,
    paint: Paint,
    width: usize,
) -> Vec<String> {
    let number = number.map(|number| number.to_string()).unwrap_or_default();
    if paint == Paint::Spoken {
        let which = match mark {
            Mark::This => "this line",
            Mark::Near => "near it",
        };
        return vec![format!("{which}, {number}: {}", line.trim())];
    }
    let sign = match mark {
        Mark::This => ">>>",
        Mark::Near => "   ",
    };
    let begin = format!("  {sign} {number:>digits$} | ");
    let room = width.saturating_sub(begin.len()).max(2);
    let letters: Vec<char> = line.trim_end().chars().collect();
    if mark == Mark::Near && letters.len() > room {
        let shown: String = letters[..room - 2].iter().collect();
        return vec![format!("{begin}{shown} …")];
    }
    let below = format!("  {:3} {:digits$} | ", "", "");
    let pieces = letters.chunks(room).enumerate();
    let lines: Vec<_> = pieces
        .map(|(at, piece)| if at == 0 { &begin } else { &below }.clone() + &piece.iter().collect::<String>())
        .map(|line| line.trim_end().to_owned())
        .collect();
    if lines.is_empty() { vec![begin.trim_end().to_owned()] } else { lines }
}

/// Details stand two columns in.
pub(crate) const DETAILS: usize = COLUMNS - 2;

/// Breaks a text between words into lines of at most `width` characters; lines after the first are
/// indented by `indent` blanks. A longer word gets a line of its own.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
    // A command that is broken in two could not be put into the reader's words any more.
    let text = spoken(text);
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        let begun = used > if lines.len() == 1 { 0 } else { indent };
        if begun && used + 1 + length > width {
            lines.push(" ".repeat(indent));
            used = indent;
        } else if begun {
            push(&mut lines, " ");
            used += 1;
        }
        push(&mut lines, word);
        used += length;
    }
    lines
}

fn push(lines: &mut [String], text: &str) {
    if let Some(line) = lines.last_mut() {
        line.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_broken_for_eyes_and_not_for_ears() {
        let text = [Text::hanging("one two three", 2), Text::blank(), Text::verbatim("a  long log line")];
        assert_eq!(lines(&text, 8, Paint::Plain), ["one two", "  three", "", "a  long log line"]);
        assert_eq!(lines(&text, 8, Paint::Spoken), ["one two three", "a  long log line"]);
    }
}
