//! Every `{{#include …}}` names a file that is there, and an anchor that is in it.
//!
//! mdBook leaves a missing file to its log and turns a missing anchor into nothing at all.

use std::fs;
use std::path::{Component, Path, PathBuf};

use crate::course::Course;
use crate::directive::{Form, find_all};
use crate::finding::{Fault, Finding, name_hint};
use crate::pages::{Page, Pages, SOURCE};

/// Checks all includes of one page.
pub fn check(page: &Page, _: &Pages, course: &Course) -> Vec<Finding> {
    find_all(&page.text)
        .iter()
        .filter(|directive| directive.form == Form::Open)
        .filter(|directive| matches!(directive.name, "include" | "rustdoc_include"))
        .filter_map(|directive| {
            let target = directive.arguments.split_whitespace().next().unwrap_or_default();
            fault(target, page, course).map(|fault| page.fault(directive.range.start, fault))
        })
        .collect()
}

/// What is wrong with one include.
fn fault(target: &str, page: &Page, course: &Course) -> Option<Fault> {
    let (path, part) = target.split_once(':').unwrap_or((target, ""));
    let folder = Path::new(SOURCE).join(&page.name);
    let file = normalised(&folder.parent()?.join(path));
    let shown = file.display();
    if path.ends_with(".snap") {
        return Some(Fault {
            what: format!("`{path}` is included as it is"),
            why: "a snapshot begins with a header of the test library, which means nothing to a reader"
                .to_owned(),
            hint: "write `{{#snapshot LAB CHECK}}`, with the kernel's name behind it for an override"
                .to_owned(),
        });
    }
    let text = match fs::read_to_string(course.root.join(&file)) {
        Ok(text) => text,
        Err(error) => {
            return Some(Fault {
                what: format!("`{path}` cannot be included"),
                why: format!("`{shown}`: {error}"),
                hint: "the path begins at the page's own folder: mend it, or write the file".to_owned(),
            });
        }
    };
    if part.is_empty() {
        return None;
    }
    if part.starts_with(|first: char| first.is_ascii_digit() || first == ':') {
        return Some(Fault {
            what: format!("`{target}` is included by line numbers"),
            why: format!("the lines of `{shown}` move with each edit, the page would then show others"),
            hint: "put `ANCHOR: name` and `ANCHOR_END: name` around them, and include `:name`".to_owned(),
        });
    }
    anchor_fault(part, &shown.to_string(), &text)
}

/// What is wrong with the anchor `name` of the file `shown`.
fn anchor_fault(name: &str, shown: &str, text: &str) -> Option<Fault> {
    let starts: Vec<&str> = text.lines().filter_map(|line| marker(line, "ANCHOR:")).collect();
    if !starts.contains(&name) {
        return Some(Fault {
            what: format!("no anchor `{name}`"),
            why: format!("`{shown}` has no such anchor; mdBook would show nothing and say nothing"),
            hint: name_hint(name, starts),
        });
    }
    let body = text.lines().skip_while(|line| marker(line, "ANCHOR:") != Some(name)).skip(1);
    let mut empty = true;
    for line in body {
        if marker(line, "ANCHOR_END:") == Some(name) {
            return empty.then(|| Fault {
                what: format!("anchor `{name}` is empty"),
                why: format!("`{shown}` has nothing between its two ends"),
                hint: "put the ends around the lines that are to be shown".to_owned(),
            });
        }
        empty &= line.trim().is_empty() || marker(line, "ANCHOR:").is_some();
    }
    Some(Fault {
        what: format!("anchor `{name}` has no end"),
        why: format!("`{shown}` would be shown down to its last line"),
        hint: format!("write `ANCHOR_END: {name}` after the last line to be shown"),
    })
}

/// The name in `ANCHOR: name`, found as mdBook finds it.
fn marker<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let (_, rest) = line.split_once(word)?;
    let rest = rest.trim_start();
    let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// `book/src/../../labs/x` as `labs/x`, so that messages name the file as a person would.
pub fn normalised(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir if out.file_name().is_some() => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    /// Findings of a page that includes `target` of the lab's exercise.
    fn check(target: &str) -> String {
        let path = "../../labs-ebpf/lab-01-hello/src";
        Fixture::new().page(&format!("```rust,ignore\n{{{{#include {path}/{target}}}}}\n```\n")).findings()
    }

    #[test]
    fn an_anchor_and_a_whole_file_are_right() {
        assert_eq!(check("exercise.rs:inner"), "");
        assert_eq!(check("exercise.rs:all"), "");
        assert_eq!(check("exercise.rs"), "");
    }

    #[test]
    fn a_missing_file_is_found() {
        insta::assert_snapshot!("include_missing_file", check("exercice.rs:all"));
    }

    #[test]
    fn a_missing_anchor_is_found() {
        insta::assert_snapshot!("include_missing_anchor", check("exercise.rs:iner"));
    }

    #[test]
    fn an_anchor_without_end_is_found() {
        insta::assert_snapshot!("include_endless_anchor", check("exercise.rs:endless"));
    }

    #[test]
    fn an_anchor_around_nothing_is_found() {
        insta::assert_snapshot!("include_empty_anchor", check("exercise.rs:empty"));
    }

    #[test]
    fn a_snapshot_with_its_header_is_found() {
        let page = "```text\n{{#include ../../labs/lab-01-hello/snapshots/count.snap}}\n```\n";
        insta::assert_snapshot!("include_of_a_snapshot", Fixture::new().page(page).findings());
    }

    #[test]
    fn line_numbers_are_found() {
        insta::assert_snapshot!("include_line_numbers", check("exercise.rs:2:4"));
    }

    #[test]
    fn an_escaped_include_is_text() {
        assert_eq!(Fixture::new().page("Write `\\{{#include no.rs:x}}`.\n").findings(), "");
    }
}
