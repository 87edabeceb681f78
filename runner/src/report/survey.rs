//! What a lab wants shown after a pass: the observations of all kernels, in one list.
//!
//! A line that all kernels say stands once; where they differ, each version stands with the kernels that
//! say it. It shows what was observed, and judges nothing.

use super::{JobReport, comparison::cut};
use crate::judge::{unmarked, visible};

/// How many characters of a line are shown: a value in a mark may be of any length, and still be right.
const LONGEST: usize = 500;

/// What stands before a line that all kernels say.
const ALL: &str = "all";

/// The list, by check. `jobs` are those of one lab, oldest kernel first.
pub(super) fn survey(jobs: &[&JobReport]) -> Vec<String> {
    let mut checks: Vec<&str> = Vec::new();
    for check in jobs.iter().flat_map(|job| &job.observations) {
        if !checks.contains(&check.name.as_str()) {
            checks.push(&check.name);
        }
    }
    let rows: Vec<(&str, Vec<(String, String)>)> =
        checks.into_iter().map(|check| (check, rows(jobs, check))).collect();
    let widest = rows.iter().flat_map(|(_, rows)| rows).map(|(kernels, _)| kernels.chars().count()).max();
    let width = widest.unwrap_or(0);
    let shown = |(kernels, line): &(String, String)| format!("  {kernels:width$}  {line}");
    let named = |check: &str| format!("{}:", visible(&cut(check, LONGEST)));
    rows.iter()
        .flat_map(|(check, rows)| std::iter::once(named(check)).chain(rows.iter().map(shown)))
        .collect()
}

/// The lines of one check, each with the kernels that say it.
fn rows(jobs: &[&JobReport], check: &str) -> Vec<(String, String)> {
    let lines = |job: &JobReport| -> Vec<String> {
        let found = job.observations.iter().find(|observed| observed.name == check);
        let shown = |line: &String| unmarked(&cut(line, LONGEST));
        found.map(|observed| observed.lines.iter().map(shown).collect()).unwrap_or_default()
    };
    let said: Vec<Vec<String>> = jobs.iter().map(|job| lines(job)).collect();
    let longest = said.iter().map(Vec::len).max().unwrap_or(0);
    let mut rows = Vec::new();
    for at in 0..longest {
        let mut versions: Vec<(&str, Vec<usize>)> = Vec::new();
        for (kernel, lines) in said.iter().enumerate() {
            let Some(line) = lines.get(at) else { continue };
            match versions.iter_mut().find(|(version, _)| version == line) {
                Some((_, kernels)) => kernels.push(kernel),
                None => versions.push((line, vec![kernel])),
            }
        }
        rows.extend(versions.into_iter().map(|(line, kernels)| (label(jobs, &kernels), line.to_owned())));
    }
    rows
}

/// `all`, `6.1 to 7.3` for neighbours, `5.10, 6.12` for others.
pub(super) fn label(jobs: &[&JobReport], kernels: &[usize]) -> String {
    let name = |index: &usize| jobs[*index].kernel.as_str();
    match kernels {
        _ if jobs.len() > 1 && kernels.len() == jobs.len() => ALL.to_owned(),
        [first, _, .., last] if last - first + 1 == kernels.len() => {
            format!("{} to {}", name(first), name(last))
        }
        _ => kernels.iter().map(name).collect::<Vec<_>>().join(", "),
    }
}
