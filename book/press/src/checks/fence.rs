//! Code in a page comes from a file that is compiled: only commands, output and settings are typed in.
//!
//! It does not judge the code itself: cargo and the matrix do.

use std::ops::Range;

use mdbook_markdown::pulldown_cmark::{CodeBlockKind, Event, Tag};

use crate::course::Course;
use crate::directive::{Directive, Form, find_all};
use crate::finding::{Finding, quoted};
use crate::pages::{Page, Pages, events};

/// Languages whose text may stand in the page itself.
const TYPED: [&str; 4] = ["sh", "text", "toml", "console"];
/// Directives that bring text from a file.
const BRINGING: [&str; 3] = ["include", "rustdoc_include", "snapshot"];

/// Checks all code blocks of one page.
pub fn check(page: &Page, _: &Pages, _: &Course) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut blocks = Vec::new();
    for (event, range) in events(&page.text) {
        let Event::Start(Tag::CodeBlock(kind)) = event else { continue };
        let block = &page.text[range.clone()];
        blocks.push(range.clone());
        match kind {
            CodeBlockKind::Indented => findings.push(page.finding(
                range.start,
                "a code block made by indenting",
                "it has no language, so nobody knows whether it is code",
                format!("use a fence with a language: one of {}, or an include", quoted(TYPED)),
            )),
            CodeBlockKind::Fenced(info) => {
                let language = info.split([' ', ',', '\t']).next().unwrap_or_default().to_owned();
                findings.extend(fence(page, &language, block, range.start));
            }
        }
    }
    findings.extend(bare(page, &blocks));
    findings
}

/// Snapshots outside of all code blocks: Markdown would run their lines together.
fn bare(page: &Page, blocks: &[Range<usize>]) -> Vec<Finding> {
    let inside = |at: usize| blocks.iter().any(|block| block.contains(&at));
    let snapshots = find_all(&page.text)
        .into_iter()
        .filter(|found| found.form == Form::Open && found.name == "snapshot" && !inside(found.range.start));
    let finding = |found: Directive<'_>| {
        page.finding(
            found.range.start,
            "a snapshot outside of a code block",
            "its lines would run together, and its signs would be taken for Markdown",
            "put it between a line ` ```text ` and a line ` ``` `",
        )
    };
    snapshots.map(finding).collect()
}

/// Checks one fenced block, `block` being all its lines with both fences.
fn fence(page: &Page, language: &str, block: &str, start: usize) -> Option<Finding> {
    if language.is_empty() {
        return Some(page.finding(
            start,
            "a code block without a language",
            "highlighting, screen readers and the rule for typed code all need it",
            format!("write the language after the fence: one of {}, or an include", quoted(TYPED)),
        ));
    }
    if TYPED.contains(&language) {
        return None;
    }
    let mut offset = start;
    let lines: Vec<&str> = block.split_inclusive('\n').collect();
    for (index, line) in lines.iter().enumerate() {
        let inner = index > 0 && index + 1 < lines.len();
        if inner && !line.trim().is_empty() && !brings_text(line) {
            return Some(page.finding(
                offset,
                format!("`{language}` code is typed into the page"),
                "nothing compiles it, so it goes wrong unnoticed",
                format!(
                    "put it into a file of a lab and include it by anchor; typed text may be {}",
                    quoted(TYPED)
                ),
            ));
        }
        offset += line.len();
    }
    None
}

/// Whether a line is a directive that brings its text from a file.
fn brings_text(line: &str) -> bool {
    match find_all(line.trim()).as_slice() {
        [only] => {
            only.form == Form::Open && BRINGING.contains(&only.name) && only.range == (0..line.trim().len())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    fn check(block: &str) -> String {
        Fixture::new().page(block).findings()
    }

    #[test]
    fn commands_output_and_settings_may_be_typed() {
        assert_eq!(
            check("```sh\nls\n```\n\n```text\nx\n```\n\n```toml\na = 1\n```\n\n```console\n$ ls\n```\n"),
            ""
        );
    }

    #[test]
    fn code_that_comes_from_a_file_is_right() {
        assert_eq!(
            check("```rust,ignore\n{{#include ../../labs-ebpf/lab-01-hello/src/exercise.rs:all}}\n```\n"),
            ""
        );
        assert_eq!(check("```c\n{{#snapshot lab-01 count}}\n```\n"), "");
    }

    #[test]
    fn a_snapshot_without_a_fence_is_found() {
        insta::assert_snapshot!("bare_snapshot", check("Text.\n\n{{#snapshot lab-01 count}}\n"));
    }

    #[test]
    fn typed_code_is_found() {
        insta::assert_snapshot!("typed_code", check("```rust,ignore\n\nfn main() {}\n```\n"));
    }

    #[test]
    fn typed_code_beside_an_include_is_found() {
        let block =
            "```rust\n{{#include ../../labs-ebpf/lab-01-hello/src/exercise.rs:all}}\nfn more() {}\n```\n";
        insta::assert_snapshot!("typed_code_beside_include", check(block));
    }

    #[test]
    fn a_fence_without_language_is_found() {
        insta::assert_snapshot!("no_language", check("```\nfn main() {}\n```\n"));
    }

    #[test]
    fn an_indented_block_is_found() {
        insta::assert_snapshot!("indented_code", check("Text.\n\n    fn main() {}\n"));
    }
}
