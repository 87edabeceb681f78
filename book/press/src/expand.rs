//! Replaces our directives by what they stand for, before mdBook sees the text.
//!
//! It leaves mdBook's own directives (`include` …) alone: they run after ours, so that nothing in included
//! code is ever taken for a directive of ours.

use std::path::Path;

use crate::card;
use crate::course::{Course, Lab};
use crate::directive::{Directive, Form, find_all};
use crate::finding::{Fault, Finding, name_hint};
use crate::panel;
use crate::snapshot;
use crate::tables;

/// Directives of ours that stand alone.
const SINGLE: [&str; 9] =
    ["lab", "labs", "course-time", "hints", "snapshot", "code", "verifier", "run", "quiz"];
/// Directives of ours that enclose text, with the title each gives to its box.
const BOXES: [(&str, &str); 3] = [("note", "Note"), ("tip", "Tip"), ("warning", "Warning")];
/// mdBook's directives that a chapter may use. `playground` is left out: it would ask a server outside.
pub const MDBOOK: [&str; 3] = ["include", "rustdoc_include", "title"];

/// `text` of the page `file` with our directives expanded.
///
/// # Errors
/// A finding for each directive that cannot be expanded.
pub fn expand(text: &str, file: &Path, course: &Course) -> Result<String, Vec<Finding>> {
    let mut out = String::with_capacity(text.len());
    let mut findings = Vec::new();
    let mut open: Option<Directive<'_>> = None;
    let mut copied = 0;
    for directive in find_all(text) {
        out.push_str(&text[copied..directive.range.start]);
        copied = directive.range.end;
        match one(&directive, &mut open, course) {
            Ok(Expansion::Text(new)) => out.push_str(&new),
            Ok(Expansion::AsItStands) => out.push_str(&text[directive.range.clone()]),
            Ok(Expansion::WithoutBackslash) => {
                out.push_str(&text[directive.range.start + 1..directive.range.end])
            }
            Err(fault) => findings.push(fault.in_file(file).at(text, directive.range.start)),
        }
    }
    if let Some(directive) = open {
        let fault = Fault {
            what: format!("`{{{{#{}}}}}` is not closed", directive.name),
            why: "the box would take the rest of the page".to_owned(),
            hint: format!("write `{{{{/{}}}}}` after its last line", directive.name),
        };
        findings.push(fault.in_file(file).at(text, directive.range.start));
    }
    out.push_str(&text[copied..]);
    if findings.is_empty() { Ok(out) } else { Err(findings) }
}

/// What takes a directive's place.
enum Expansion {
    Text(String),
    AsItStands,
    WithoutBackslash,
}

/// Expands one directive; `open` is the box that is open at this place.
fn one<'t>(
    directive: &Directive<'t>,
    open: &mut Option<Directive<'t>>,
    course: &Course,
) -> Result<Expansion, Fault> {
    let boxed = BOXES.iter().find(|(name, _)| *name == directive.name);
    match (directive.form, directive.name, boxed) {
        (Form::Escaped, _, Some(_)) => Ok(Expansion::WithoutBackslash),
        (Form::Escaped, name, _) if SINGLE.contains(&name) => Ok(Expansion::WithoutBackslash),
        (Form::Escaped, ..) => Ok(Expansion::AsItStands),
        (Form::Unfinished, name, _) => Err(Fault {
            what: format!("`{{{{#{name}` has no `}}}}` on its line"),
            why: "a directive ends on the line on which it begins".to_owned(),
            hint: "close it there, or write `\\{{#` to show it as text".to_owned(),
        }),
        (Form::Open, name, Some((_, title))) => match open.replace(directive.clone()) {
            None => Ok(Expansion::Text(box_start(name, title, directive.arguments))),
            Some(outer) => Err(Fault {
                what: format!("`{{{{#{name}}}}}` inside `{{{{#{}}}}}`", outer.name),
                why: "boxes do not nest".to_owned(),
                hint: format!("write `{{{{/{}}}}}` before it", outer.name),
            }),
        },
        (Form::Close, name, _) => match open.take() {
            Some(opened) if opened.name == name => Ok(Expansion::Text("\n\n</div>\n\n".to_owned())),
            _ => Err(Fault {
                what: format!("`{{{{/{name}}}}}` closes nothing"),
                why: format!("no `{{{{#{name}}}}}` is open at this line"),
                hint: "take it away, or open the box before it".to_owned(),
            }),
        },
        (Form::Open, name, None) if MDBOOK.contains(&name) => Ok(Expansion::AsItStands),
        (Form::Open, name, None) => single(name, directive.arguments, course).map(Expansion::Text),
    }
}

/// Expands a directive that stands alone.
fn single(name: &str, arguments: &str, course: &Course) -> Result<String, Fault> {
    match name {
        "lab" => card::lab_card(find_lab(arguments, course)?, course),
        "hints" => Ok(card::hints(find_lab(arguments, course)?)),
        "labs" => Ok(tables::labs(course)),
        "course-time" => Ok(tables::course_time(course)),
        "snapshot" => {
            let mut words = arguments.split_whitespace();
            let lab = find_lab(words.next().unwrap_or_default(), course)?;
            snapshot::text(course, lab, words.next().unwrap_or_default(), words.next())
        }
        "quiz" => panel::quiz(course, find_lab(arguments, course)?),
        "code" | "verifier" | "run" => {
            let (lab, subject) = arguments.split_once(' ').unwrap_or((arguments, ""));
            let lab = find_lab(lab, course)?;
            match name {
                "code" => panel::code(course, lab, subject.trim()),
                "verifier" => panel::verifier(course, lab, subject.trim()),
                _ => panel::run(course, lab, subject.trim()),
            }
        }
        unknown => Err(Fault {
            what: format!("unknown directive `{{{{#{unknown}}}}}`"),
            why: "neither the workbook nor mdBook knows it, so it would stay in the page".to_owned(),
            hint: name_hint(unknown, SINGLE.into_iter().chain(BOXES.map(|(name, _)| name)).chain(MDBOOK)),
        }),
    }
}

fn find_lab<'c>(name: &str, course: &'c Course) -> Result<&'c Lab, Fault> {
    course.lab(name).ok_or_else(|| Fault {
        what: format!("unknown lab `{name}`"),
        why: "a lab is a folder of that name under `labs/`".to_owned(),
        hint: name_hint(name, course.labs.iter().map(|lab| lab.id.as_str())),
    })
}

/// The start of a box. The blank line after it makes the text inside Markdown again.
fn box_start(kind: &str, title: &str, own_title: &str) -> String {
    let title = if own_title.is_empty() { title } else { own_title };
    format!(
        "\n\n<div class=\"box box-{kind}\" role=\"note\">\n<p class=\"box-title\">{}</p>\n\n",
        escape_html(title)
    )
}

/// `text` for use inside HTML.
pub fn escape_html(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A text of the manifest as HTML: what stands in backticks is code.
pub fn marked(text: &str) -> String {
    let parts = text.split('`').enumerate().map(|(index, part)| {
        let part = escape_html(part);
        if index % 2 == 1 { format!("<code>{part}</code>") } else { part }
    });
    parts.collect()
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    fn check(text: &str) -> String {
        Fixture::new().expand(text)
    }

    #[test]
    fn a_lab_card() {
        insta::assert_snapshot!("lab_card", check("{{#lab lab-01}}"));
        assert_eq!(check("{{#lab lab-01}}"), check("{{#lab lab-01-hello}}"));
    }

    #[test]
    fn a_lab_with_nothing_to_edit() {
        let manifest = "title = \"Tour\"\nsummary = \"s\"\nminutes = 5\nexercise = \"Passed\"\n";
        let fixture = Fixture::new().file("labs/lab-00-tour/lab.toml", manifest);
        let fixture = fixture.file("labs-ebpf/lab-00-tour/src/exercise.rs", "");
        insta::assert_snapshot!("lab_card_nothing_to_edit", fixture.expand("{{#lab lab-00}}"));
    }

    #[test]
    fn the_hints() {
        insta::assert_snapshot!("hints", check("{{#hints lab-01}}"));
    }

    #[test]
    fn the_table_of_labs() {
        insta::assert_snapshot!("labs", check("{{#labs}}"));
    }

    #[test]
    fn the_sum_of_the_minutes() {
        assert_eq!(check("about {{#course-time}}."), "about 50 minutes.");
        let manifest = "title = \"b\"\nsummary = \"s\"\nminutes = 71\nexercise = \"Differs\"\n";
        let fixture = Fixture::new().file("labs/lab-02-b/lab.toml", manifest);
        assert_eq!(fixture.expand("{{#course-time}}"), "2 hours 1 minute");
    }

    #[test]
    fn a_snapshot_without_its_header() {
        assert_eq!(check("{{#snapshot lab-01 count}}"), "before: 0\nafter: 7");
        assert_eq!(check("{{#snapshot lab-01 count 6.1}}"), "after: 8");
    }

    #[test]
    fn a_box_keeps_its_markdown() {
        insta::assert_snapshot!(
            "box",
            check("{{#note}}\nSome *text*.\n{{/note}}\n{{#tip Look & see}}\nx\n{{/tip}}\n")
        );
    }

    #[test]
    fn escaped_directives_lose_only_what_is_ours() {
        assert_eq!(check(r"\{{#lab lab-01}} \{{#note}}"), "{{#lab lab-01}} {{#note}}");
        assert_eq!(check(r"\{{#include a.rs}}"), r"\{{#include a.rs}}");
    }

    #[test]
    fn directives_of_mdbook_are_left_to_it() {
        let text = "{{#include a.rs:b}} {{#rustdoc_include a.rs}} {{#title T}} {{ x }}";
        assert_eq!(check(text), text);
    }

    #[test]
    fn an_unknown_lab() {
        insta::assert_snapshot!("unknown_lab", check("a\n{{#lab lab-10}}"));
    }

    #[test]
    fn a_directive_that_nobody_knows() {
        insta::assert_snapshot!("playground_is_refused", check("{{#playground a.rs}}"));
    }

    #[test]
    fn a_snapshot_that_is_not_there() {
        insta::assert_snapshot!("no_such_snapshot", check("{{#snapshot lab-01 counts}}"));
    }

    #[test]
    fn a_directive_without_an_end() {
        insta::assert_snapshot!("unfinished_directive", check("{{#lab lab-01\n"));
    }

    #[test]
    fn boxes_that_do_not_match() {
        insta::assert_snapshot!("box_not_closed", check("{{#note}}\ntext\n"));
        insta::assert_snapshot!("box_nested", check("{{#note}}\n{{#tip}}\n{{/tip}}\n"));
        insta::assert_snapshot!("box_closes_nothing", check("text\n{{/note}}\n"));
    }

    #[test]
    fn a_lab_for_which_every_kernel_is_too_old() {
        let manifest =
            "title = \"b\"\nsummary = \"s\"\nminutes = 1\nexercise = \"Differs\"\nmin_kernel = \"9.1\"\n";
        let fixture = Fixture::new().file("labs/lab-02-b/lab.toml", manifest);
        insta::assert_snapshot!("kernels_too_old", fixture.expand("{{#lab lab-02}}"));
    }
}
