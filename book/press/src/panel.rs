//! Panels: what the reader sees of a program, made from recordings and snapshots as plain tables.
//!
//! Everything is in the page as text; `theme/panels.js` only links rows and steps through tables. Without it nothing is
//! lost but the stepping.

mod code;
mod quiz;
mod run;
mod verifier;

use std::fs;
use std::path::Path;

use crate::course::{Course, Lab};
use crate::finding::Fault;
use crate::see::recording::Recording;

pub use code::code;
pub use quiz::{Quiz, quiz};
pub use run::run;
pub use verifier::verifier;

/// The recordings of a program on all kernels that have one, oldest first, each with the kernel's name.
fn recordings(course: &Course, lab: &Lab, subject: &str) -> Result<Vec<(String, Recording)>, Fault> {
    let folder = Path::new("labs").join(&lab.folder).join("seen");
    let mut found = Vec::new();
    for kernel in &course.kernels {
        let file = folder.join(format!("{subject}@{kernel}.txt"));
        let Ok(text) = fs::read_to_string(course.root.join(&file)) else { continue };
        let recording = Recording::parse(&text).ok_or_else(|| Fault {
            what: format!("`{}` is no recording", file.display()),
            why: "a line of it is not as `cargo runner dev see` writes it".to_owned(),
            hint: format!("record it anew: `cargo runner dev see {} {subject}`", lab.id),
        })?;
        found.push((kernel.clone(), recording));
    }
    if found.is_empty() {
        return Err(Fault {
            what: format!("`{}` has no recording of `{subject}`", lab.id),
            why: format!("`{}` holds no `{subject}@KERNEL.txt`", folder.display()),
            hint: format!("record it: `cargo runner dev see {} {subject}`", lab.id),
        });
    }
    Ok(found)
}

/// A choice of kernels, one shown at a time. It is made of radio buttons, so it works without a script.
fn tabs(id: &str, label: &str, panes: &[(String, String)]) -> String {
    let mut out = format!("<div class=\"tabs\" role=\"group\" aria-label=\"{label}\">\n");
    for (at, (kernel, _)) in panes.iter().enumerate() {
        let checked = if at + 1 == panes.len() { " checked" } else { "" };
        out += &format!(
            "<input type=\"radio\" name=\"{id}\" id=\"{id}-{at}\"{checked}><label for=\"{id}-{at}\">{kernel}</label>\n"
        );
    }
    for (_, pane) in panes {
        out += &format!("<div class=\"tab-pane\">{pane}</div>\n");
    }
    out + "</div>\n"
}

/// A word that may stand in an `id`.
fn slug(text: &str) -> String {
    text.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect()
}
