//! What must hold for a page's text after everything is expanded: no `{{#` stays but for those that the author escaped, and
//! the page is not larger than a slow network carries.
//!
//! It counts; it does not parse. What it finds may come from an included file, or from a recording.

use mdbook_driver::book::Chapter;
use mdbook_renderer::{RenderContext, Renderer};

use crate::directive::{Form, find_all};
use crate::finding::Finding;
use crate::pages::{Page, Pages};

/// A renderer that writes nothing: with it mdBook expands the pages as for HTML, and we look at them.
pub struct Dry;

impl Renderer for Dry {
    fn name(&self) -> &'static str {
        "html"
    }

    fn render(&self, _: &RenderContext) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The largest text of a page, in bytes. With what mdBook puts around it, the page stays below 500 kB.
const LARGEST: usize = 450_000;

/// What is wrong with the pages.
pub fn check<'c>(pages: &Pages, chapters: impl Iterator<Item = &'c Chapter>) -> Vec<Finding> {
    chapters
        .filter_map(|chapter| {
            let name = chapter.source_path.as_deref()?.to_string_lossy().replace('\\', "/");
            let page = pages.get(&name)?;
            Some([leftover(page, &chapter.content), too_large(page, &chapter.content)])
        })
        .flatten()
        .flatten()
        .collect()
}

/// The finding for one page, `expanded` being its text after all preprocessors.
fn leftover(page: &Page, expanded: &str) -> Option<Finding> {
    let escaped = find_all(&page.text).iter().filter(|directive| directive.form == Form::Escaped).count();
    let left: Vec<&str> = expanded.lines().filter(|line| line.contains("{{#")).collect();
    let count = expanded.matches("{{#").count();
    (count > escaped).then(|| {
        Finding::in_file(
            &page.file,
            format!("the built page shows `{{{{#` {count} times, {escaped} of them meant to be"),
            format!("the last line with it is `{}`", left.last().copied().unwrap_or_default().trim()),
            "if it comes from an included file, write it another way there; in the page itself, escape it: `\\{{#`",
        )
    })
}

fn too_large(page: &Page, expanded: &str) -> Option<Finding> {
    (expanded.len() > LARGEST).then(|| {
        Finding::in_file(
            &page.file,
            format!(
                "the page's text is {} kB long, {} kB are allowed",
                expanded.len() / 1000,
                LARGEST / 1000
            ),
            "a page has to be read on a slow network, too",
            "show fewer programs, or shorter ones: a panel holds what each kernel made of its program",
        )
    })
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;
    use crate::press::{Failure, build};

    /// What building says of a page, `included` being the text of a file that it includes.
    fn check(page: &str, included: &str) -> String {
        let fixture = Fixture::new().page(page).file("labs/lab-01-hello/note.txt", included);
        let out = tempfile::tempdir().unwrap();
        match build(fixture.root(), Some(out.path())) {
            Ok(_) => String::new(),
            Err(Failure::Findings(findings)) => crate::finding::listing(&findings),
            Err(Failure::Other(error)) => panic!("{error:#}"),
        }
    }

    #[test]
    fn escaped_directives_stay_and_are_no_fault() {
        assert_eq!(check("`\\{{#include x.rs}}`\n\n`\\{{#lab lab-01}}`\n", ""), "");
    }

    #[test]
    fn a_directive_that_comes_with_an_included_file_is_found() {
        let page = "```text\n{{#include ../../labs/lab-01-hello/note.txt}}\n```\n";
        assert_eq!(check(page, "plain\n"), "");
        insta::assert_snapshot!("leftover", check(page, "see {{#lab lab-01}}\n"));
    }

    #[test]
    fn a_page_that_is_too_large_is_found() {
        let page = "```text\n{{#include ../../labs/lab-01-hello/note.txt}}\n```\n";
        assert_eq!(check(page, &"0123456789\n".repeat(40_000)), "");
        insta::assert_snapshot!("large", check(page, &"0123456789\n".repeat(41_000)));
    }
}
