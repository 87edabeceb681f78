//! Patterns of reason lines: text with named holes, `R{reg} invalid mem access '{type}'`.
//!
//! Much simpler than regular expressions, and a hundred of them cost nothing to prepare. A hole takes what
//! stands before the next piece of text. Holes with these names take whole numbers only: see [`NUMBERS`].

use std::collections::BTreeMap;

/// What stood in the holes, by their names.
pub(super) type Captures = BTreeMap<&'static str, String>;

/// Holes that take a number.
const NUMBERS: [&str; 12] =
    ["reg", "size", "off", "value", "insn", "to", "id", "frames", "calls", "bytes", "opcode", "number"];

/// Matches a whole line from its beginning. The end may have more. A pattern that begins with `…` may begin
/// anywhere in the line.
pub(super) fn matches(pattern: &'static str, line: &str) -> Option<Captures> {
    let Some(pattern) = pattern.strip_prefix('…') else { return from_start(pattern, line) };
    let first = pattern.split('{').next().unwrap_or(pattern);
    line.match_indices(first).find_map(|(at, _)| from_start(pattern, &line[at..]))
}

fn from_start(pattern: &'static str, line: &str) -> Option<Captures> {
    let mut captures = Captures::new();
    let (mut pattern, mut line) = (pattern, line);
    while let Some((text, rest)) = pattern.split_once('{') {
        line = line.strip_prefix(text)?;
        let (name, rest) = rest.split_once('}')?;
        let next = rest.split('{').next().unwrap_or(rest);
        let end = match (NUMBERS.contains(&name), next) {
            (true, _) => length_of_number(line)?,
            (false, "") => line.len(),
            (false, next) => line.find(next)?,
        };
        captures.insert(name, line[..end].to_owned());
        line = &line[end..];
        pattern = rest;
    }
    line.starts_with(pattern).then_some(captures)
}

fn length_of_number(text: &str) -> Option<usize> {
    let sign = usize::from(text.starts_with('-'));
    let digits = text[sign..].bytes().take_while(u8::is_ascii_hexdigit).count();
    let decimal = text[sign..].bytes().take_while(u8::is_ascii_digit).count();
    let length = if decimal == 0 { digits } else { decimal };
    (length > 0).then_some(sign + length)
}

/// Puts what was captured into a text with the same holes. A hole without a value stays visible.
pub(super) fn fill(text: &str, captures: &Captures) -> String {
    let filled = |text: String, (name, value): (&&str, &String)| text.replace(&format!("{{{name}}}"), value);
    captures.iter().fold(text.to_owned(), filled).replace(" 1 bytes", " 1 byte")
}

#[cfg(test)]
mod tests {
    use super::{fill, matches};

    #[test]
    fn holes_take_what_stands_there() {
        let found = matches("R{reg} invalid mem access '{type}'", "R0 invalid mem access 'inv'").unwrap();
        assert_eq!((found["reg"].as_str(), found["type"].as_str()), ("0", "inv"));
        assert_eq!(fill("R{reg}: {type}", &found), "R0: inv");
        assert_eq!(matches("R{reg} invalid", "Rx invalid"), None);
        assert_eq!(matches("a {b} c", "a b"), None);
        assert!(matches("…unknown opcode {opcode}", "so: unknown opcode ff").is_some());
    }
}
