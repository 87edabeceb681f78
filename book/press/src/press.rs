//! Builds and tests the book: our checks first, then mdBook in this process.
//!
//! Nothing is written while a check fails, so a good book is never replaced by a broken one.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use mdbook_driver::MDBook;
use mdbook_driver::book::BookItem;
use mdbook_driver::config::Config;

use crate::checks;
use crate::checks::expanded::{self, Dry};
use crate::course::Course;
use crate::finding::{Finding, quoted};
use crate::log;
use crate::pages::{Pages, SOURCE};
use crate::preprocessor::Workbook;

/// Why there is no book.
#[derive(Debug)]
pub enum Failure {
    /// The book is wrong.
    Findings(Vec<Finding>),
    /// Something else stood in the way.
    Other(anyhow::Error),
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Failure::Other(error)
    }
}

impl From<Vec<Finding>> for Failure {
    fn from(findings: Vec<Finding>) -> Self {
        Failure::Findings(findings)
    }
}

/// What was built.
#[derive(Debug, PartialEq, Eq)]
pub struct Built {
    /// The folder with `index.html`.
    pub folder: PathBuf,
    /// How many pages.
    pub pages: usize,
}

/// Checks the sources, then writes the book to `out`, by default the folder that `book.toml` names.
///
/// # Errors
/// [`Failure::Findings`] if the book is wrong, [`Failure::Other`] if it cannot be built.
pub fn build(root: &Path, out: Option<&Path>) -> Result<Built, Failure> {
    let pages = checked(root)?;
    let mut book = load(root)?;
    if let Some(out) = out {
        book.config.build.build_dir = std::path::absolute(out).context("`--out` is no path")?;
    }
    let folder = book.build_dir_for("html");
    may_be_replaced(&folder)?;
    let (result, said) = log::caught(|| book.build());
    result.context("mdBook cannot build the book")?;
    complaints(&said)?;
    Ok(Built { folder, pages: pages.0.len() })
}

/// Checks the sources, then compiles and runs the host snippets in the pages with `rustdoc --test`.
///
/// # Errors
/// As for [`build`].
pub fn test(root: &Path) -> Result<usize, Failure> {
    let pages = checked(root)?;
    let mut book = load(root)?;
    let (result, said) = log::caught(|| book.test(Vec::new()));
    complaints(&said)?;
    match result {
        Ok(()) => Ok(pages.0.len()),
        Err(error) => Err(vec![Finding::in_file(
            Path::new(SOURCE),
            "a code block does not compile or does not run",
            format!("rustdoc says so in its own words above: {error}"),
            "mend the file that it includes, or mark the block `rust,ignore` if it is eBPF code",
        )]
        .into()),
    }
}

/// All pages, if every check of their sources and of their expanded text holds.
fn checked(root: &Path) -> Result<Pages, Failure> {
    let course = Course::read(root)?;
    let pages = Pages::read(root)?;
    let findings = checks::all(&pages, &course);
    if !findings.is_empty() {
        return Err(findings.into());
    }
    let (expanded, said) = log::caught(|| load(root)?.preprocess_book(&Dry));
    let (book, _) = expanded.context("mdBook cannot expand the pages")?;
    complaints(&said)?;
    let chapters = book.iter().filter_map(|item| match item {
        BookItem::Chapter(chapter) => Some(chapter),
        _ => None,
    });
    let findings = expanded::check(&pages, chapters);
    if findings.is_empty() { Ok(pages) } else { Err(findings.into()) }
}

/// The book as mdBook sees it, with our preprocessor in the place that `book.toml` gives it.
fn load(root: &Path) -> Result<MDBook, anyhow::Error> {
    let folder = root.join("book");
    let config = Config::from_disk(folder.join("book.toml")).context("`book/book.toml` cannot be used")?;
    let mut book = MDBook::load_with_config(folder, config).context("mdBook cannot load the book")?;
    let course = Course::read(root).map_err(|findings| anyhow!(crate::finding::listing(&findings)))?;
    book.with_preprocessor(Workbook { course });
    Ok(book)
}

/// What mdBook logged as a warning or an error is a finding of ours.
fn complaints(said: &[String]) -> Result<(), Failure> {
    if said.is_empty() {
        return Ok(());
    }
    let finding = |line: &String| {
        Finding::in_file(
            Path::new("book"),
            format!("mdBook complains: {line}"),
            "mdBook would go on and leave the fault in the page",
            "mend what it names",
        )
    };
    Err(Failure::Findings(said.iter().map(finding).collect()))
}

/// mdBook empties the folder that it writes to: refuse one that holds anything but a book.
fn may_be_replaced(folder: &Path) -> Result<(), anyhow::Error> {
    let names: Vec<String> = fs::read_dir(folder)
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    let is_book = ["index.html", "toc.html"].iter().all(|name| names.iter().any(|known| known == name));
    if names.is_empty() || is_book {
        return Ok(());
    }
    let some: Vec<&str> = names.iter().map(String::as_str).take(3).collect();
    Err(anyhow!(
        "`{}` is not replaced by the book\n  why: it holds {}, and building would delete that\nhint: name a new or empty folder",
        folder.display(),
        quoted(some)
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::listing;
    use crate::fixture::Fixture;

    /// The failure as the program would print it.
    fn shown<T: std::fmt::Debug>(result: Result<T, Failure>) -> String {
        match result.unwrap_err() {
            Failure::Findings(findings) => listing(&findings),
            Failure::Other(error) => format!("error: {error:#}"),
        }
    }

    #[test]
    fn a_good_book_is_written() {
        let (fixture, out) = (Fixture::new(), tempfile::tempdir().unwrap());
        let built = build(fixture.root(), Some(out.path())).unwrap();
        assert_eq!(built, Built { folder: out.path().to_owned(), pages: 2 });
        let chapter = fs::read_to_string(out.path().join("lab-01-hello.html")).unwrap();
        assert!(chapter.contains("<section class=\"lab-card\""), "{chapter}");
        assert!(chapter.contains("cargo runner check lab-01"), "{chapter}");
        build(fixture.root(), Some(out.path())).unwrap();
    }

    #[test]
    fn a_broken_book_leaves_the_good_one() {
        let (fixture, out) = (Fixture::new(), tempfile::tempdir().unwrap());
        build(fixture.root(), Some(out.path())).unwrap();
        let before = fs::read_to_string(out.path().join("index.html")).unwrap();
        let fixture = fixture.page("[a](nowhere.md)\n");
        assert!(matches!(build(fixture.root(), Some(out.path())), Err(Failure::Findings(_))));
        assert_eq!(fs::read_to_string(out.path().join("index.html")).unwrap(), before);
    }

    #[test]
    fn a_complaint_of_mdbook_fails_the_build() {
        let out = tempfile::tempdir().unwrap();
        let fixture = Fixture::new().page("<div>\n\nnot closed\n");
        insta::assert_snapshot!("mdbook_complains", shown(build(fixture.root(), Some(out.path()))));
    }

    #[test]
    fn a_folder_with_other_files_is_not_emptied() {
        let (fixture, out) = (Fixture::new(), tempfile::tempdir().unwrap());
        fs::write(out.path().join("thesis.txt"), "years of work").unwrap();
        let message = shown(build(fixture.root(), Some(out.path())));
        let message = message.replace(&out.path().display().to_string(), "[OUT]");
        insta::assert_snapshot!("out_holds_other_files", message);
        assert!(out.path().join("thesis.txt").exists());
    }

    #[test]
    fn host_snippets_are_compiled_and_run() {
        let include = "```rust\n{{#include ../../labs/lab-01-hello/snippet.rs}}\n```\n";
        let fixture =
            Fixture::new().page(include).file("labs/lab-01-hello/snippet.rs", "assert_eq!(1 + 1, 2);\n");
        assert_eq!(test(fixture.root()).unwrap(), 2);
        let fixture = fixture.file("labs/lab-01-hello/snippet.rs", "assert_eq!(1 + 1, 3);\n");
        insta::assert_snapshot!("snippet_fails", shown(test(fixture.root())));
    }
}
