//! The lab card at the head of a chapter, and its hints, made from the manifest.
//!
//! No text of a card is written by hand, so it cannot drift from what the runner does.

use std::fmt::Write;

use crate::course::{Course, Lab};
use crate::expand::{escape_html, marked};
use crate::finding::Fault;

/// The card: title, time, kernels, the file to edit, the command, the checks.
///
/// # Errors
/// If no kernel of the matrix is new enough for the lab.
pub fn lab_card(lab: &Lab, course: &Course) -> Result<String, Fault> {
    let kernels = course.kernels_of(lab);
    if kernels.is_empty() {
        return Err(Fault {
            what: format!("`{}` runs on no kernel", lab.id),
            why: format!(
                "its `min_kernel` is `{}`, newer than every kernel of `vm/kernels.toml`",
                lab.manifest.min_kernel.as_deref().unwrap_or_default()
            ),
            hint: format!("lower `min_kernel` in `{}`, or add a kernel", lab.manifest_path().display()),
        });
    }
    let edit = match &lab.exercise {
        Some(path) => format!("<code>{}</code>", escape_html(&path.display().to_string())),
        None => "nothing: this lab passes as it is".to_owned(),
    };
    Ok(format!(
        "\n\n<section class=\"lab-card\" aria-label=\"Lab card of {id}\">\n\
         <p class=\"lab-card-title\"><span class=\"lab-card-id\">{id}</span> {title}</p>\n\
         <p class=\"lab-card-summary\">{summary}</p>\n\
         <dl class=\"lab-card-facts\">\n\
         <div><dt>Time</dt><dd>{minutes} minutes</dd></div>\n\
         <div><dt>Checked on</dt><dd>{kernels}</dd></div>\n\
         <div><dt>You edit</dt><dd>{edit}</dd></div>\n\
         </dl>\n\n\
         ```sh\ncargo runner check {id}\n```\n\n\
         {checks}</section>\n\n",
        id = lab.id,
        title = marked(&lab.manifest.title),
        summary = marked(&lab.manifest.summary),
        minutes = lab.manifest.minutes,
        kernels = badges(lab, course, &kernels),
        checks = checks(lab, course, &kernels),
    ))
}

/// A badge for each kernel: whether the last run of the matrix has seen the lab's solution pass there, and on which
/// release.
fn badges(lab: &Lab, course: &Course, kernels: &[&str]) -> String {
    let badge = |kernel: &&str| match course.checked.release(lab, kernel) {
        Some(release) => format!(
            "<span class=\"badge\" title=\"{release}\">{kernel} <span class=\"badge-mark\" role=\"img\" \
             aria-label=\"passed on {release}\">✓</span></span>",
            release = escape_html(release),
        ),
        None => format!("<span class=\"badge unchecked\">{kernel} <span>not checked</span></span>"),
    };
    let mut out = kernels.iter().map(badge).collect::<Vec<_>>().join(" ");
    if let Some(seen) = course.checked.lab(lab).filter(|seen| seen.mutants > 0) {
        let _ = write!(
            out,
            " <span class=\"badge-note\">{} fail there</span>",
            counted(seen.mutants, "wrong solution")
        );
    }
    out
}

/// The checks of a lab, folded away.
fn checks(lab: &Lab, course: &Course, kernels: &[&str]) -> String {
    let count = lab.manifest.checks.len();
    let mut out = format!(
        "<details>\n<summary>{}, {}</summary>\n<table>\n\
         <thead><tr><th>Check</th><th>What it proves</th><th>Points</th></tr></thead>\n<tbody>\n",
        counted(count, "check"),
        counted(lab.points() as usize, "point"),
    );
    for check in &lab.manifest.checks {
        let (name, what) = (escape_html(&check.name), marked(&check.what));
        let row = format!("<tr><td><code>{name}</code></td><td>{what}</td><td>{}</td></tr>\n", check.points);
        out.push_str(&row);
    }
    out.push_str("</tbody>\n</table>\n");
    let releases: Vec<_> = kernels.iter().filter_map(|kernel| course.checked.release(lab, kernel)).collect();
    if !releases.is_empty() {
        let _ = writeln!(out, "<p>Checked on {}.</p>", escape_html(&releases.join(", ")));
    }
    out.push_str("</details>\n");
    out
}

/// The hints of a lab, each folded away, from vague to the line.
pub fn hints(lab: &Lab) -> String {
    let count = lab.manifest.hints.len();
    let mut out = String::from("\n\n<div class=\"hints\">\n");
    for (index, hint) in lab.manifest.hints.iter().enumerate() {
        // Writing to a `String` cannot fail.
        let _ = write!(
            out,
            "<details>\n<summary>Hint {} of {count}</summary>\n<p>{}</p>\n</details>\n",
            index + 1,
            hint_text(hint.trim())
        );
    }
    out.push_str("</div>\n\n");
    out
}

/// A hint as HTML; one without backticks that ends like a statement is code as a whole.
fn hint_text(hint: &str) -> String {
    if !hint.contains('`') && hint.ends_with([';', '}', ')']) {
        return format!("<code>{}</code>", escape_html(hint));
    }
    marked(hint)
}

/// `1 check`, `2 checks`.
fn counted(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
