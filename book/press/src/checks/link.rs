//! Links inside the book lead to a page, and to an id on it.
//!
//! It does not look outside: links to the web are only asked to be `https`.

use mdbook_markdown::pulldown_cmark::{Event, LinkType, Options, Parser, Tag};

use crate::course::Course;
use crate::finding::{Fault, Finding, name_hint};
use crate::pages::{Page, Pages, SOURCE, attribute_values, events};

/// Checks all links of one page.
pub fn check(page: &Page, pages: &Pages, course: &Course) -> Vec<Finding> {
    let mut findings = undefined(page);
    for (event, range) in events(&page.text) {
        let targets: Vec<String> = match event {
            Event::Start(Tag::Link { dest_url, link_type, .. }) if link_type != LinkType::Email => {
                vec![dest_url.to_string()]
            }
            Event::Html(html) | Event::InlineHtml(html) => {
                attribute_values(&html, "href").map(str::to_owned).collect()
            }
            _ => continue,
        };
        for target in targets {
            if let Some(fault) = fault(&target, page, pages, course) {
                findings.push(page.fault(range.start, fault));
            }
        }
    }
    findings
}

/// What is wrong with one link.
fn fault(target: &str, page: &Page, pages: &Pages, course: &Course) -> Option<Fault> {
    if target.starts_with("https://") {
        return None;
    }
    if target.contains("://") || target.starts_with('/') {
        return Some(Fault {
            what: format!("`{target}` is neither a page nor `https`"),
            why: "the book is read from disk and from any folder of a server".to_owned(),
            hint: "write the path from this page's folder, or an address that begins with `https://`"
                .to_owned(),
        });
    }
    let (path, id) = target.split_once('#').unwrap_or((target, ""));
    if path.ends_with("README.md") {
        return Some(Fault {
            what: format!("`{target}` leads nowhere in the built book"),
            why: "mdBook writes that page as `index.html` and turns this link into `README.html`".to_owned(),
            hint: format!("write `{}`", target.replace("README.md", "index.md")),
        });
    }
    let name = if path.is_empty() { page.name.clone() } else { beside(&page.name, path) };
    let name = name.replace("index.md", "README.md");
    if name.starts_with("..") {
        return Some(Fault {
            what: format!("`{target}` leads out of the book"),
            why: "only what lies in `book/src` is part of the built book".to_owned(),
            hint: "show the file by an include, or name its path in backticks".to_owned(),
        });
    }
    let Some(to) = pages.get(&name) else {
        let is_file = !path.ends_with(".md") && course.root.join(SOURCE).join(&name).is_file();
        return (!is_file).then(|| Fault {
            what: format!("no page `{path}`"),
            why: format!("`SUMMARY.md` does not list `{name}`"),
            hint: name_hint(&name, pages.0.iter().map(|page| page.name.as_str())),
        });
    };
    if id.is_empty() || to.ids.iter().any(|known| known == id) {
        return None;
    }
    Some(Fault {
        what: format!("no heading `#{id}`"),
        why: format!("`{}` has no heading with that id", to.file.display()),
        hint: name_hint(id, to.ids.iter().map(String::as_str)),
    })
}

/// The path `target`, taken from the folder of page `from`, relative to `book/src`.
fn beside(from: &str, target: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    parts.join("/")
}

/// References `[text][name]` without a definition: mdBook would show the brackets.
fn undefined(page: &Page) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut callback = |link: mdbook_markdown::pulldown_cmark::BrokenLink<'_>| {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) {
            findings.push(page.finding(
                link.span.start,
                format!("`{}` points to a reference that is not defined", &page.text[link.span.clone()]),
                format!("no line `[{}]: …` stands on this page", link.reference),
                "write that line, or the address in round brackets",
            ));
        }
        None
    };
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    Parser::new_with_broken_link_callback(&page.text, options, Some(&mut callback)).for_each(drop);
    findings
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    fn check(text: &str) -> String {
        Fixture::new().page(text).findings()
    }

    #[test]
    fn pages_headings_files_and_https_are_right() {
        let links = "[a](lab-01-hello.md) [b](lab-01-hello.md#goal) [c](#start) [d](flow.svg) [e](https://docs.kernel.org/)";
        assert_eq!(check(links), "");
        assert_eq!(check("<a id=\"own\"></a>[a](#own) [b](index.md#own)"), "");
        assert_eq!(check("An array[0] and [this] are no links. Neither is `[a](b.md)`."), "");
    }

    #[test]
    fn a_missing_page_is_found() {
        insta::assert_snapshot!("link_missing_page", check("[a](lab-01-hallo.md)"));
    }

    #[test]
    fn a_missing_heading_is_found() {
        insta::assert_snapshot!("link_missing_heading", check("[a](lab-01-hello.md#gaol)"));
    }

    #[test]
    fn a_file_outside_the_book_is_found() {
        insta::assert_snapshot!(
            "link_outside_the_book",
            check("[a](../../labs-ebpf/lab-01-hello/src/exercise.rs)")
        );
    }

    #[test]
    fn an_absolute_path_and_plain_http_are_found() {
        insta::assert_snapshot!("link_absolute", check("[a](/lab-01-hello.html)\n\n[b](http://kernel.org/)"));
    }

    #[test]
    fn a_link_to_the_readme_is_found() {
        insta::assert_snapshot!("link_to_readme", check("[a](README.md#start)"));
    }

    #[test]
    fn an_undefined_reference_is_found() {
        insta::assert_snapshot!("link_undefined_reference", check("[the kernel][docs]"));
    }

    #[test]
    fn a_broken_link_in_html_is_found() {
        insta::assert_snapshot!("link_in_html", check("<a href=\"#nowhere\">x</a>"));
    }
}
