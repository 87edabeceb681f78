//! All checks of the book's sources, as one table.
//!
//! Each check is a pure reader of the pages and of the files they name. None repairs anything.

pub mod expanded;
pub mod fence;
pub mod heading;
pub mod image;
pub mod include;
pub mod lab;
pub mod link;

use crate::course::Course;
use crate::expand::expand;
use crate::finding::Finding;
use crate::pages::{Page, Pages};

/// A check of one page.
type PageCheck = fn(&Page, &Pages, &Course) -> Vec<Finding>;

/// What is checked on every page, in the order in which findings on it are shown.
const PAGE_CHECKS: [PageCheck; 7] =
    [directives, include::check, fence::check, heading::check, image::check, link::check, lab::card];

/// Every finding in the sources of the book.
pub fn all(pages: &Pages, course: &Course) -> Vec<Finding> {
    let mut findings = lab::chapters(pages, course);
    for page in &pages.0 {
        findings.extend(PAGE_CHECKS.iter().flat_map(|check| check(page, pages, course)));
    }
    findings
}

/// Every directive can be expanded.
fn directives(page: &Page, _: &Pages, course: &Course) -> Vec<Finding> {
    expand(&page.text, &page.file, course).err().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::fixture::Fixture;

    #[test]
    fn a_good_course_has_no_findings() {
        assert_eq!(Fixture::new().findings(), "");
    }

    #[test]
    fn an_unknown_directive_is_found() {
        let findings = Fixture::new().page("{{#lap lab-01}}\n").findings();
        insta::assert_snapshot!("unknown_directive", findings);
    }

    #[test]
    fn a_manifest_that_lacks_a_key_is_found() {
        let findings =
            Fixture::new().file("labs/lab-01-hello/lab.toml", "title = \"x\"\nsummary = 7\n").findings();
        insta::assert_snapshot!("broken_manifest", findings);
    }

    #[test]
    fn a_missing_kernel_list_is_found() {
        insta::assert_snapshot!("no_kernel_list", Fixture::new().without("vm/kernels.toml").findings());
    }
}
