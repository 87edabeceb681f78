//! The words and lines of which an answer about an object is made.
//!
//! They do not know what stands where: that is `render`'s matter.

use channel::Cost;

use super::{Answer, compare::Group};
use crate::{explain, report::text::wrap};

/// A terminal's 80 columns.
pub(super) const COLUMNS: usize = 80;

/// What is said before the names of kernels.
pub(super) const ACCEPTED: &str = "accepted by";
pub(super) const REJECTED: &str = "rejected by";
pub(super) const UNDECIDED: &str = "no answer from";

pub(super) fn cause_of_opening(error: &str) -> Vec<String> {
    let cause = explain::open_error(error);
    cause
        .iter()
        .flat_map(|cause| explain::render_cause(cause, None))
        .map(|line| format!("  {line}").trim_end().to_owned())
        .collect()
}

/// The sizes, once if they are the same everywhere.
pub(super) fn accepted(group: &Group<'_>, kernels: &str) -> Vec<String> {
    match group.costs.split_first() {
        Some((first, others)) if others.iter().any(|other| other != first) => {
            let each = group.kernels.iter().zip(&group.costs);
            let each = each.flat_map(|(kernel, cost)| indented(&format!("  {kernel}: {}", sizes(*cost))));
            indented(&format!("{ACCEPTED} {kernels}:")).into_iter().chain(each).collect()
        }
        Some((first, _)) => indented(&format!("{ACCEPTED} {kernels}: {}", sizes(*first))),
        None => Vec::new(),
    }
}

fn sizes(cost: Cost) -> String {
    let verified = cost.verified.map(|count| format!(", {count} verified")).unwrap_or_default();
    let code = match cost.jited {
        0 => "no machine code: the JIT compiler is off".to_owned(),
        bytes => format!("{bytes} bytes of machine code"),
    };
    let noun = if cost.translated == 1 { "instruction" } else { "instructions" };
    format!("{} {noun}{verified}, {code}", cost.translated)
}

pub(super) fn verb(answer: &Answer) -> &'static str {
    match answer {
        Answer::Accepted(..) => ACCEPTED,
        Answer::Rejected { .. } => REJECTED,
        Answer::Undecided { .. } => UNDECIDED,
    }
}

/// `5.10, 6.1 and 7.3`.
pub(super) fn listed(kernels: &[&str]) -> String {
    match kernels {
        [] => "no kernel".to_owned(),
        [one] => (*one).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn indented(text: &str) -> Vec<String> {
    let depth = 2 + text.len() - text.trim_start().len();
    let lines = wrap(text, COLUMNS - depth, 2);
    lines.into_iter().map(|line| format!("{}{line}", " ".repeat(depth))).collect()
}
