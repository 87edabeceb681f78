//! Every image has alternative text and is there; a drawing that is included has a title.
//!
//! It cannot judge whether the text says what the image shows.

use std::fs;

use mdbook_markdown::pulldown_cmark::{Event, Tag, TagEnd};

use crate::course::Course;
use crate::directive::{Directive, Form, find_all};
use crate::finding::Finding;
use crate::pages::{Page, Pages, SOURCE, attribute_values, events};

/// Checks all images of one page.
pub fn check(page: &Page, _: &Pages, course: &Course) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        find_all(&page.text).iter().filter_map(|directive| drawing(page, course, directive)).collect();
    let mut open: Option<(String, usize, String)> = None;
    for (event, range) in events(&page.text) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => {
                open = Some((dest_url.to_string(), range.start, String::new()));
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some((_, _, alternative)) = &mut open {
                    alternative.push_str(&text);
                }
            }
            Event::End(TagEnd::Image) => {
                if let Some((target, at, alternative)) = open.take() {
                    findings.extend(image(page, course, &target, &alternative, at));
                }
            }
            Event::Html(html) | Event::InlineHtml(html) if html.contains("<img") => {
                let target = attribute_values(&html, "src").next().unwrap_or_default().to_owned();
                let alternative = attribute_values(&html, "alt").next().unwrap_or_default().to_owned();
                findings.extend(image(page, course, &target, &alternative, range.start));
            }
            _ => {}
        }
    }
    findings
}

/// Checks a drawing that is included into the page. That it exists is the matter of the check of includes.
fn drawing(page: &Page, course: &Course, directive: &Directive<'_>) -> Option<Finding> {
    if directive.form != Form::Open || directive.name != "include" || !directive.arguments.ends_with(".svg") {
        return None;
    }
    let file = course.root.join(SOURCE).join(&page.name).with_file_name(directive.arguments);
    let text = fs::read_to_string(file).ok()?;
    if text.contains("<title") && text.contains("role=\"img\"") {
        return None;
    }
    Some(page.finding(
        directive.range.start,
        format!("the drawing `{}` has no title", directive.arguments),
        "who cannot see it would hear its words one by one, in no order",
        "write `role=\"img\" aria-labelledby=\"ID\"` into `<svg>`, and `<title id=\"ID\">` with what it shows below it",
    ))
}

/// Checks one image.
fn image(page: &Page, course: &Course, target: &str, alternative: &str, at: usize) -> Option<Finding> {
    if alternative.trim().is_empty() {
        return Some(page.finding(
            at,
            format!("`{target}` has no alternative text"),
            "who cannot see the image gets nothing from it",
            format!("say what it shows: `![a packet passes three hooks]({target})`"),
        ));
    }
    let file = course.root.join(SOURCE).join(&page.name).with_file_name(target);
    if file.is_file() {
        return None;
    }
    Some(page.finding(
        at,
        format!("there is no image `{target}`"),
        "images lie beside the pages, nothing is fetched from outside",
        "mend the path, which begins at the page's own folder",
    ))
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    fn check(text: &str) -> String {
        Fixture::new().page(text).findings()
    }

    #[test]
    fn an_image_with_text_that_is_there_is_right() {
        assert_eq!(check("![one `arrow`](flow.svg)\n\n<img src=\"flow.svg\" alt=\"one arrow\">\n"), "");
    }

    #[test]
    fn an_image_without_text_is_found() {
        insta::assert_snapshot!("image_without_text", check("![](flow.svg)\n"));
    }

    #[test]
    fn an_html_image_without_text_is_found() {
        insta::assert_snapshot!("html_image_without_text", check("<img src=\"flow.svg\">\n"));
    }

    #[test]
    fn an_included_drawing_needs_a_title() {
        let with_title = "<svg role=\"img\" aria-labelledby=\"t\"><title id=\"t\">one arrow</title></svg>";
        let good = Fixture::new().file("book/src/good.svg", with_title).page("{{#include good.svg}}\n");
        assert_eq!(good.findings(), "");
        insta::assert_snapshot!("drawing_without_title", check("{{#include flow.svg}}\n"));
    }

    #[test]
    fn an_image_that_is_not_there_is_found() {
        insta::assert_snapshot!("image_missing", check("![one arrow](flaw.svg)\n"));
    }
}
