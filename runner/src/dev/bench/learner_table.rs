//! The learner's part of the figures for a person. Pure.

use super::{
    figures::{ExplainFigures, LearnerFigures, RejectionFigures, WatchFigures},
    statistics::Spread,
    table::{Rows, aligned, seconds},
    targets,
};

/// A text for each of `watch`, the small commands, `explain`, and refusals.
pub(super) fn parts(figures: &LearnerFigures) -> Vec<String> {
    let LearnerFigures { watch, commands, explain, over_the_limit } = figures;
    let small = commands.iter().map(|one| row(&one.command, milliseconds(&one.total), targets::COMMAND));
    let parts = [
        ("runner watch lab-01, from saving the exercise", watching(watch)),
        ("small commands, from command to exit", small.collect()),
        ("runner explain", explaining(explain)),
        ("a program over the instruction limit, rejected", rejections(over_the_limit)),
    ];
    parts.into_iter().map(|(title, rows)| format!("{title}\n{}", aligned(&rows))).collect()
}

fn watching(figures: &WatchFigures) -> Rows {
    let all = format!("to all {} verdicts", figures.kernels);
    let once = format!("{:.1}, once, in a new workspace", figures.first_report_s);
    vec![
        row("to the first verdict", seconds(&figures.first_verdict), targets::FIRST_VERDICT),
        row(&all, seconds(&figures.all_verdicts), targets::ALL_VERDICTS),
        vec!["  with all to compile".to_owned(), once],
    ]
}

fn explaining(figures: &ExplainFigures) -> Rows {
    let enough = format!("{} MiB of address space are enough", figures.large_memory_mib);
    vec![
        row("log of 1 MB, the explainer alone", milliseconds(&figures.alone), targets::EXPLAINER),
        vec!["  log of 1 MB, the command".to_owned(), milliseconds(&figures.command)],
        vec!["  log of 64 MB, the command".to_owned(), milliseconds(&figures.large), enough],
    ]
}

fn rejections(figures: &[RejectionFigures]) -> Rows {
    let slowest = figures.iter().map(|one| one.job_s).fold(0.0, f64::max);
    let mut rows: Rows = figures
        .iter()
        .map(|one| vec![format!("  {}", one.kernel), format!("{:.2}", one.job_s), one.cause.clone()])
        .collect();
    rows.push(row("slowest", format!("{slowest:.2}"), targets::REJECTION));
    rows
}

fn row(name: &str, figure: String, target: &str) -> Vec<String> {
    vec![format!("  {name}"), figure, format!("target {target}")]
}

/// `9.8 / 10.0 / 12.1 ms`.
fn milliseconds(spread: &Spread) -> String {
    let [min, median, max] = [spread.min_s, spread.median_s, spread.max_s].map(|seconds| seconds * 1000.0);
    format!("{min:.1} / {median:.1} / {max:.1} ms")
}
