//! What the introduction says about all labs together: the table and the sum of the minutes.
//!
//! It does not group labs into parts: the order of the folders is the order of the course.

use std::fmt::Write;

use crate::course::Course;
use crate::expand::marked;

/// A table of all labs: chapter, summary, minutes, kernels, points.
pub fn labs(course: &Course) -> String {
    let mut out = String::from(
        "\n\n<div class=\"table-wrapper\">\n<table>\n<thead><tr><th>Lab</th><th>What you learn</th>\
         <th>Minutes</th><th>Kernels</th><th>Points</th></tr></thead>\n<tbody>\n",
    );
    for lab in &course.labs {
        // Writing to a `String` cannot fail.
        let _ = writeln!(
            out,
            "<tr><td><a href=\"{}.md\">{} · {}</a></td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            lab.folder,
            lab.id,
            marked(&lab.manifest.title),
            marked(&lab.manifest.summary),
            lab.manifest.minutes,
            span(&course.kernels_of(lab)),
            lab.points(),
        );
    }
    out.push_str("</tbody>\n</table>\n</div>\n\n");
    out
}

/// The sum of the minutes of all labs, in words: `1 hour 35 minutes`.
pub fn course_time(course: &Course) -> String {
    let minutes: u32 = course.labs.iter().map(|lab| lab.manifest.minutes).sum();
    let unit = |count: u32, noun: &str| match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    };
    let parts: Vec<String> =
        [unit(minutes / 60, "hour"), unit(minutes % 60, "minute")].into_iter().flatten().collect();
    if parts.is_empty() { "0 minutes".to_owned() } else { parts.join(" ") }
}

/// `all` would go stale in print: the first and the last kernel say it exactly.
fn span(kernels: &[&str]) -> String {
    match kernels {
        [] => "none".to_owned(),
        [only] => (*only).to_owned(),
        [first, .., last] => format!("{first} to {last}"),
    }
}
