//! The pages of the book as they are written, before anything is expanded.
//!
//! It reads `SUMMARY.md` for the list only: numbering and nesting are mdBook's.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use mdbook_markdown::pulldown_cmark::{Event, Tag};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};

use crate::finding::{Fault, Finding};

/// Where the pages lie, relative to the root.
pub const SOURCE: &str = "book/src";

/// All pages that `SUMMARY.md` lists.
#[derive(Debug)]
pub struct Pages(pub Vec<Page>);

/// One page.
#[derive(Debug)]
pub struct Page {
    /// Its path relative to `book/src`, with `/`: what links say.
    pub name: String,
    /// Its path relative to the root: what findings say.
    pub file: PathBuf,
    /// Its Markdown.
    pub text: String,
    /// Every id that a link may point to: of headings, and of raw HTML.
    pub ids: Vec<String>,
}

impl Pages {
    /// Reads `SUMMARY.md` and every page that it lists.
    ///
    /// # Errors
    /// A finding for each listed page that cannot be read, and for each page that is not listed.
    pub fn read(root: &Path) -> Result<Pages, Vec<Finding>> {
        let source = Path::new(SOURCE);
        let summary_file = source.join("SUMMARY.md");
        let summary = fs::read_to_string(root.join(&summary_file)).map_err(|error| {
            let hint = "write it: one line for each page";
            vec![Finding::in_file(&summary_file, "the list of pages cannot be read", error.to_string(), hint)]
        })?;
        let mut pages = Vec::new();
        let mut findings = Vec::new();
        for (target, at) in link_targets(&summary) {
            match fs::read_to_string(root.join(source).join(&target)) {
                Ok(text) => pages.push(Page::new(&target, text)),
                Err(error) => findings.push(
                    Finding::in_file(
                        &summary_file,
                        format!("`{target}` is listed but cannot be read"),
                        error.to_string(),
                        "write that page, or take its line away",
                    )
                    .at(&summary, at),
                ),
            }
        }
        for file in markdown_files(&root.join(source), Path::new("")) {
            if file != "SUMMARY.md" && !link_targets(&summary).any(|(target, _)| target == file) {
                findings.push(Finding::in_file(
                    &source.join(&file),
                    "the page is not listed",
                    "mdBook builds only what `SUMMARY.md` lists, so nobody would see it",
                    format!("add a line to `{}`: `- [Title]({file})`", summary_file.display()),
                ));
            }
        }
        if findings.is_empty() { Ok(Pages(pages)) } else { Err(findings) }
    }

    /// The page called `name`.
    pub fn get(&self, name: &str) -> Option<&Page> {
        self.0.iter().find(|page| page.name == name)
    }
}

impl Page {
    fn new(name: &str, text: String) -> Page {
        let mut ids = Vec::new();
        for (event, _) in events(&text) {
            match event {
                Event::Start(Tag::Heading { id: Some(id), .. }) => ids.push(id.to_string()),
                Event::Html(html) | Event::InlineHtml(html) => {
                    ids.extend(attribute_values(&html, "id").map(str::to_owned));
                }
                _ => {}
            }
        }
        Page { name: name.to_owned(), file: Path::new(SOURCE).join(name), text, ids }
    }

    /// A fault of this page, at byte `offset`.
    pub fn fault(&self, offset: usize, fault: Fault) -> Finding {
        fault.in_file(&self.file).at(&self.text, offset)
    }

    /// A finding on this page, at byte `offset`.
    pub fn finding(
        &self,
        offset: usize,
        what: impl Into<String>,
        why: impl Into<String>,
        hint: impl Into<String>,
    ) -> Finding {
        Finding::in_file(&self.file, what, why, hint).at(&self.text, offset)
    }
}

/// The Markdown events of `text`, with their places, from the parser that mdBook renders with.
pub fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Range<usize>)> {
    new_cmark_parser(text, &MarkdownOptions::default()).into_offset_iter()
}

/// Every value of the attribute `name` in a piece of HTML.
pub fn attribute_values<'h>(html: &'h str, name: &str) -> impl Iterator<Item = &'h str> {
    let start = format!(" {name}=\"");
    let mut rest = html;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(start.as_str())?;
        let (value, after) = after.split_once('"')?;
        rest = after;
        Some(value)
    })
}

fn link_targets(text: &str) -> impl Iterator<Item = (String, usize)> {
    events(text).filter_map(|(event, range)| match event {
        Event::Start(Tag::Link { dest_url, .. }) if !dest_url.is_empty() => {
            Some((dest_url.to_string(), range.start))
        }
        _ => None,
    })
}

/// Every `*.md` below `base/folder`, relative to `base`, with `/`, sorted.
fn markdown_files(base: &Path, folder: &Path) -> Vec<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(base.join(folder)).into_iter().flatten().flatten() {
        let path = folder.join(entry.file_name());
        if entry.path().is_dir() {
            files.extend(markdown_files(base, &path));
        } else if path.extension().is_some_and(|extension| extension == "md") {
            files.push(path.to_string_lossy().replace('\\', "/"));
        }
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    #[test]
    fn a_listed_page_that_is_missing_is_found() {
        insta::assert_snapshot!(
            "listed_page_missing",
            Fixture::new().without("book/src/lab-01-hello.md").findings()
        );
    }

    #[test]
    fn a_page_that_is_not_listed_is_found() {
        insta::assert_snapshot!(
            "page_not_listed",
            Fixture::new().file("book/src/more/extra.md", "# x\n").findings()
        );
    }

    #[test]
    fn a_book_without_a_list_of_pages_is_found() {
        insta::assert_snapshot!("no_summary", Fixture::new().without("book/src/SUMMARY.md").findings());
    }
}
