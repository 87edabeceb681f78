//! Headings: one title a page, an explicit id for each other heading, no level left out.
//!
//! Without explicit ids a translated heading would have another address than the original.

use std::collections::HashSet;

use mdbook_markdown::pulldown_cmark::{Event, HeadingLevel, Tag};

use crate::course::Course;
use crate::finding::Finding;
use crate::pages::{Page, Pages, events};

/// Checks all headings of one page.
pub fn check(page: &Page, _: &Pages, _: &Course) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen = HashSet::new();
    let mut last = 0;
    for (event, range) in events(&page.text) {
        let Event::Start(Tag::Heading { level, id, .. }) = event else { continue };
        let text = page.text[range.clone()].lines().next().unwrap_or_default().to_owned();
        let depth = level as usize;
        if (level == HeadingLevel::H1) != (last == 0) || depth > last + 1 {
            findings.push(page.finding(
                range.start,
                format!("`{text}` stands on level {depth}, after level {last}"),
                "a page has one title, `# …`, as its first heading, and leaves out no level: readers move by them",
                format!("write it with {}", if last == 0 { "one `#`".to_owned() } else { format!("2 to {} `#`", last + 1) }),
            ));
        }
        last = depth;
        match id {
            Some(id) if !seen.insert(id.to_string()) => findings.push(page.finding(
                range.start,
                format!("the id `{id}` is given twice on this page"),
                "a link to it would always go to the first",
                "give this heading an id of its own",
            )),
            None if depth > 1 => findings.push(page.finding(
                range.start,
                format!("`{text}` has no id of its own"),
                "mdBook would make one from the words, and it changes with them and with the language",
                format!("write `{text} {{#{}}}`", suggestion(&text)),
            )),
            _ => {}
        }
    }
    if last == 0 {
        findings.push(page.finding(
            0,
            "the page has no title",
            "its first line is to be `# Title`",
            "write it",
        ));
    }
    findings
}

/// An id made from the words of a heading.
fn suggestion(heading: &str) -> String {
    let words = heading.trim_start_matches('#').to_lowercase();
    let words: Vec<&str> =
        words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()).collect();
    words.join("-")
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    fn check(text: &str) -> String {
        Fixture::new().page(text).findings()
    }

    #[test]
    fn ids_and_levels_in_order_are_right() {
        assert_eq!(check("## A {#a}\n\n### B {#b}\n\n## C {#c}\n"), "");
    }

    #[test]
    fn a_heading_without_id_is_found() {
        insta::assert_snapshot!("heading_without_id", check("## What it's for\n"));
    }

    #[test]
    fn an_id_given_twice_is_found() {
        insta::assert_snapshot!("heading_id_twice", check("## Again {#start}\n"));
    }

    #[test]
    fn a_level_left_out_is_found() {
        insta::assert_snapshot!("heading_level_left_out", check("#### Deep {#deep}\n"));
    }

    #[test]
    fn a_second_title_is_found() {
        insta::assert_snapshot!("second_title", check("# Again\n"));
    }

    #[test]
    fn a_page_without_title_is_found() {
        let findings = Fixture::new()
            .file("book/src/lab-01-hello.md", "{{#lab lab-01}}\n<b id=\"goal\"></b>\n")
            .findings();
        insta::assert_snapshot!("no_title", findings);
    }
}
