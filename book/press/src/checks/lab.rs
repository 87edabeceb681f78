//! Each lab has one chapter, and each chapter the card of its lab.
//!
//! A chapter belongs to a lab by its name: `lab-01-hello.md` and `labs/lab-01-hello/`.

use crate::course::Course;
use crate::directive::{Form, find_all};
use crate::finding::{Finding, name_hint};
use crate::pages::{Page, Pages};

/// Every lab has a chapter.
pub fn chapters(pages: &Pages, course: &Course) -> Vec<Finding> {
    course
        .labs
        .iter()
        .filter(|lab| pages.get(&format!("{}.md", lab.folder)).is_none())
        .map(|lab| {
            Finding::in_file(
                &lab.manifest_path(),
                format!("`{}` has no chapter", lab.id),
                format!("`SUMMARY.md` lists no `{}.md`", lab.folder),
                format!("write `book/src/{}.md` and list it in `book/src/SUMMARY.md`", lab.folder),
            )
        })
        .collect()
}

/// A chapter of a lab shows that lab's card, once.
pub fn card(page: &Page, _: &Pages, course: &Course) -> Vec<Finding> {
    let Some(folder) = page.name.strip_suffix(".md").filter(|stem| stem.starts_with("lab-")) else {
        return Vec::new();
    };
    let Some(lab) = course.labs.iter().find(|lab| lab.folder == folder) else {
        let what = format!("a chapter without a lab: there is no `labs/{folder}/`");
        let why = "pages named `lab-…` are the chapters of labs";
        let names = course.labs.iter().map(|lab| lab.folder.as_str());
        return vec![page.finding(0, what, why, name_hint(folder, names))];
    };
    let directives = find_all(&page.text);
    let cards: Vec<_> = directives.iter().filter(|d| d.form == Form::Open && d.name == "lab").collect();
    let own = |name: &str| name == lab.id || name == lab.folder;
    match cards.as_slice() {
        [only] if own(only.arguments) => Vec::new(),
        [] => vec![page.finding(
            0,
            "the chapter has no lab card",
            "a reader has to see time, kernels, file and command at its head",
            format!("write `{{{{#lab {}}}}}` under the title", lab.id),
        )],
        [.., last] => vec![page.finding(
            last.range.start,
            format!(
                "the chapter of `{}` has {} lab cards, the last one of `{}`",
                lab.id,
                cards.len(),
                last.arguments
            ),
            "a chapter has one card, that of its own lab",
            format!("keep one `{{{{#lab {}}}}}`", lab.id),
        )],
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    const CHAPTER: &str = "book/src/lab-01-hello.md";

    #[test]
    fn a_lab_without_chapter_is_found() {
        let fixture = Fixture::new().without(CHAPTER).page("Text.\n");
        let findings = fixture.file("book/src/SUMMARY.md", "# Summary\n\n[Start](README.md)\n").findings();
        insta::assert_snapshot!("lab_without_chapter", findings);
    }

    #[test]
    fn a_chapter_without_lab_is_found() {
        let fixture = Fixture::new().file("book/src/lab-01-hallo.md", "# x\n");
        let summary = "# Summary\n\n[Start](README.md)\n\n- [a](lab-01-hello.md)\n- [b](lab-01-hallo.md)\n";
        insta::assert_snapshot!(
            "chapter_without_lab",
            fixture.file("book/src/SUMMARY.md", summary).findings()
        );
    }

    #[test]
    fn a_chapter_without_card_is_found() {
        let findings =
            Fixture::new().file(CHAPTER, "# x\n\n## Goal {#goal}\n\n`\\{{#lab lab-01}}`\n").findings();
        insta::assert_snapshot!("chapter_without_card", findings);
    }

    #[test]
    fn a_second_card_is_found() {
        let findings = Fixture::new()
            .file(CHAPTER, "# x\n\n{{#lab lab-01}}\n\n## Goal {#goal}\n\n{{#lab lab-01}}\n")
            .findings();
        insta::assert_snapshot!("second_card", findings);
    }
}
