//! What loaders print: whatever it is, a cause is one of ours, and its explanation can be printed.

use runner::explain::{self, Cause, causes, render_cause};

use super::{assert_printable, log::OBJECT};

/// No explanation has more lines, nor a longer line, in bytes.
const MOST_LINES: usize = 150;
const LONGEST: usize = 16_000;

/// The property.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Some((cause, line)) = causes::found_in(&text) {
        is_explained(&cause, &line);
        let exact = causes::made_exact(cause.clone(), &line, OBJECT);
        assert_eq!((&exact.id, exact.stage, &exact.read), (&cause.id, cause.stage, &cause.read));
        is_explained(&exact, &line);
    }
    let (first, rest) = text.split_once('\n').unwrap_or((&text, ""));
    let asked = [explain::open_error(first), explain::load_error(first), explain::attach_error(rest, first)];
    for cause in asked.into_iter().flatten() {
        is_explained(&cause, first);
    }
}

fn is_explained(cause: &Cause, said: &str) {
    assert!(!cause.id.is_empty() && !cause.words.is_empty() && !cause.fix.is_empty(), "{cause:?}");
    let lines = render_cause(cause, Some(said));
    assert_printable(&lines);
    assert!(lines.len() <= MOST_LINES, "{} lines", lines.len());
    let longest = lines.iter().map(String::len).max().unwrap_or_default();
    assert!(longest <= LONGEST, "a line of {longest} bytes");
}
