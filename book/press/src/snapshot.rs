//! The accepted observations of a check, for a listing: `{{#snapshot lab-01 count}}`.
//!
//! It shows the file's text and leaves out insta's header. It does not judge anything.

use std::fs;
use std::path::Path;

use crate::course::{Course, Lab};
use crate::finding::{Fault, name_hint};

/// The observations of `check`, on `kernel` where that kernel has a snapshot of its own.
///
/// # Errors
/// If the lab has no such snapshot.
pub fn text(course: &Course, lab: &Lab, check: &str, kernel: Option<&str>) -> Result<String, Fault> {
    let name = kernel.map_or_else(|| check.to_owned(), |kernel| format!("{check}@{kernel}"));
    let folder = Path::new("labs").join(&lab.folder).join("snapshots");
    let path = folder.join(format!("{name}.snap"));
    let raw = fs::read_to_string(course.root.join(&path)).map_err(|error| {
        let names = names(&course.root.join(&folder));
        Fault {
            what: format!("`{}` has no snapshot `{name}`", lab.id),
            why: format!("`{}`: {error}", path.display()),
            hint: if names.is_empty() {
                format!("record it first: `cargo runner dev accept {}`", lab.id)
            } else {
                name_hint(&name, names.iter().map(String::as_str))
            },
        }
    })?;
    Ok(without_header(&raw).trim_matches('\n').to_owned())
}

/// The snapshots that a folder holds, without `.snap`, sorted.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".snap").map(str::to_owned))
        .collect();
    names.sort();
    names
}

/// An insta file begins with a header between two lines `---`.
fn without_header(raw: &str) -> &str {
    raw.strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .map_or(raw, |(_, contents)| contents)
}
