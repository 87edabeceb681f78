//! What a panicking kernel said last.
//!
//! It picks lines out of the console's text. It does not explain them.

use super::visible;

/// How many lines of a call trace are worth reading first.
const FRAMES: usize = 6;

/// How many lines are kept at most.
const MOST: usize = 16;

/// The lines that say why a kernel panicked: what went wrong, where (`RIP:`), the first frames of
/// the first call trace, the panic itself. The last lines of the console if there is no such line.
#[must_use]
pub fn last_words(console: &str) -> Vec<String> {
    let lines: Vec<String> = console.lines().map(|line| visible(line.trim_end())).collect();
    let Some(first) = lines.iter().position(|line| is_cause(message(line))) else {
        let said: Vec<String> = lines.into_iter().filter(|line| !line.is_empty()).collect();
        return said[said.len().saturating_sub(MOST)..].to_vec();
    };
    let (mut words, mut place_seen, mut frames) = (Vec::new(), false, None);
    for line in &lines[first..] {
        let text = message(line);
        let wanted = if text.starts_with("RIP:") {
            !std::mem::replace(&mut place_seen, true)
        } else if text.starts_with("Call Trace") {
            frames.replace(frames.unwrap_or(FRAMES)).is_none()
        } else if let Some(left @ 1..) = frames
            && text.contains("+0x")
        {
            // A frame with `?` was found on the stack and may be old.
            let sure = !text.starts_with('?');
            frames = Some(left - usize::from(sure));
            sure
        } else {
            is_cause(text)
        };
        if wanted && words.len() < MOST {
            words.push(line.clone());
        }
    }
    words
}

/// Whether a kernel begins to complain, or panics, with this line.
fn is_cause(text: &str) -> bool {
    let beginnings =
        ["BUG: ", "kernel BUG at", "Oops: ", "Kernel panic", "watchdog: ", "general protection fault"];
    beginnings.iter().any(|beginning| text.starts_with(beginning)) || text.contains(" [#1]")
}

/// The line without its time stamp `[    1.234567] `.
fn message(line: &str) -> &str {
    let stamped = line.strip_prefix('[').and_then(|rest| rest.split_once("] "));
    stamped.map_or(line, |(_, text)| text).trim_start()
}
