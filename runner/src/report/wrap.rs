//! Prose in lines that fit a terminal. Logs, code and observations are never wrapped.

/// Breaks a text between words into lines of at most `width` characters; lines after the first are
/// indented by `indent` blanks. A longer word gets a line of its own.
pub(crate) fn wrap(text: &str, width: usize, indent: usize) -> Vec<String> {
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
