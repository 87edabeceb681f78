//! What is known by the name of a cause alone, as reports show it in brackets: `null-check`.
//!
//! It looks at no log. What a log adds, the line and the registers, is not here.

use super::{causes, families};
use crate::report::text::Text;

/// Folder of the book's pages.
const BOOK: &str = "book/src/";

/// What the course says about a cause; `None` if it has none of this name.
#[must_use]
pub fn named(id: &str) -> Option<Vec<Text>> {
    let refusals = families::all().chain([&families::UNFINISHED]);
    let mut text: Vec<Text> = refusals.filter(|family| family.id == id).flat_map(of_family).collect();
    text.extend(causes::described(id).into_iter().flat_map(|(words, fix, read)| {
        [Text::prose(without_holes(words)), hint(&without_holes(fix)), hint(&format!("read {BOOK}{read}"))]
    }));
    (!text.is_empty()).then_some(text)
}

fn of_family(family: &families::Family) -> Vec<Text> {
    let rule = format!("The verifier refuses the program. Its rule: {}", family.rule);
    vec![Text::prose(rule), hint(family.fix), hint(&format!("read {BOOK}{}", family.read))]
}

fn hint(words: &str) -> Text {
    Text::hanging(format!("hint: {words}"), "hint: ".len())
}

/// What only an error fills in is left open: `the map {name}` is `the map …`.
fn without_holes(words: &str) -> String {
    let mut rest = words;
    let mut text = String::new();
    while let Some((before, hole)) = rest.split_once('{') {
        let Some((name, after)) = hole.split_once('}') else { break };
        let is_hole = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        text.push_str(before);
        text.push_str(if is_hole { "…" } else { "{" });
        rest = if is_hole { after } else { hole };
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Paint, text::lines};

    #[test]
    fn a_name_tells_the_rule_and_the_way_out() {
        let text = lines(&named("null-check").unwrap(), 78, Paint::Plain).join("\n");
        assert!(text.contains("Its rule: A pointer that may be null") && text.contains("hint: "), "{text}");
        let text = lines(&named("map-type").unwrap(), 78, Paint::Plain).join("\n");
        assert!(text.contains('…') && !text.contains('{'), "{text}");
        assert!(named("unfinished").is_some());
        assert_eq!(named("moon"), None);
    }

    #[test]
    fn code_in_braces_is_no_hole() {
        assert_eq!(without_holes("`{name}` in `if x { y }` {"), "`…` in `if x { y }` {");
    }
}
