//! Our directives as a preprocessor of mdBook, in the same process or as a command.
//!
//! The same binary therefore serves `book-press build` and a plain `mdbook build`.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, Result, bail};
use mdbook_preprocessor::book::{Book, BookItem};
use mdbook_preprocessor::{Preprocessor, PreprocessorContext, parse_input};

use crate::course::Course;
use crate::expand::expand;
use crate::finding::listing;
use crate::pages::SOURCE;

/// The name of the section in `book.toml`, whose place in the order mdBook keeps.
pub const NAME: &str = "workbook";

/// Expands our directives in a loaded book.
pub struct Workbook {
    /// Where labs and kernels are looked up.
    pub course: Course,
}

impl Preprocessor for Workbook {
    fn name(&self) -> &str {
        NAME
    }

    fn run(&self, _: &PreprocessorContext, mut book: Book) -> Result<Book> {
        let mut findings = Vec::new();
        book.for_each_mut(|item| {
            let BookItem::Chapter(chapter) = item else { return };
            let Some(path) = &chapter.source_path else { return };
            match expand(&chapter.content, &Path::new(SOURCE).join(path), &self.course) {
                Ok(content) => chapter.content = content,
                Err(faults) => findings.extend(faults),
            }
        });
        if findings.is_empty() { Ok(book) } else { bail!(listing(&findings)) }
    }

    fn supports_renderer(&self, renderer: &str) -> Result<bool> {
        Ok(supports(renderer))
    }
}

/// Whether a renderer understands what we write. `test` is mdBook's own name for `mdbook test`.
pub fn supports(renderer: &str) -> bool {
    matches!(renderer, "html" | "markdown" | "test")
}

/// mdBook's protocol for commands: the book in, the book with our directives expanded out.
///
/// # Errors
/// If the input is not mdBook's, or a directive cannot be expanded.
pub fn answer(input: impl Read, output: impl Write) -> Result<()> {
    let (context, book) =
        parse_input(input).context("standard input is not what mdBook sends to a preprocessor")?;
    let root = context.root.parent().context("the book lies in no course")?;
    let course = Course::read(root).map_err(|findings| anyhow::anyhow!(listing(&findings)))?;
    let book = Workbook { course }.run(&context, book)?;
    serde_json::to_writer(output, &book).context("cannot answer mdBook")
}

#[cfg(test)]
mod tests {
    use mdbook_driver::MDBook;
    use mdbook_preprocessor::PreprocessorContext;

    use super::*;
    use crate::fixture::Fixture;

    #[test]
    fn it_answers_mdbook_in_its_protocol() {
        let fixture = Fixture::new();
        let folder = fixture.root().join("book");
        let book = MDBook::load(&folder).unwrap();
        let context = PreprocessorContext::new(folder, book.config.clone(), "html".to_owned());
        let input = serde_json::to_vec(&(context, &book.book)).unwrap();
        let mut output = Vec::new();
        answer(input.as_slice(), &mut output).unwrap();
        let answered: Book = serde_json::from_slice(&output).unwrap();
        let text: String = answered.chapters().map(|chapter| chapter.content.as_str()).collect();
        assert!(text.contains("class=\"lab-card\"") && !text.contains("{{#lab"), "{text}");
    }

    #[test]
    fn it_knows_which_renderers_can_show_html() {
        assert_eq!(["html", "test", "epub"].map(supports), [true, true, false]);
    }

    #[test]
    fn other_input_is_refused() {
        let error = answer(&b"{}"[..], Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "standard input is not what mdBook sends to a preprocessor");
    }
}
