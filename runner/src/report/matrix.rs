//! Labs × kernels at a glance.

use super::{Paint, Report};
use crate::judge::VerdictKind;

/// The table, one line per lab and side; `-` where nothing was asked for.
pub(super) fn matrix(report: &Report, paint: Paint) -> Vec<String> {
    let mut kernels: Vec<&str> = Vec::new();
    let mut rows: Vec<String> = Vec::new();
    for job in &report.jobs {
        if !kernels.contains(&job.kernel.as_str()) {
            kernels.push(&job.kernel);
        }
        let row = super::terminal::subject(job);
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    let first = rows.iter().map(|row| row.chars().count()).max().unwrap_or(0);
    let cell = |row: &str, kernel: &str| -> Option<VerdictKind> {
        let here =
            report.jobs.iter().filter(|job| job.kernel == kernel && super::terminal::subject(job) == row);
        here.map(|job| job.verdict.kind()).max()
    };
    if paint == Paint::Spoken {
        let said = |row: &String| {
            let cells = kernels.iter().filter_map(|kernel| Some((kernel, cell(row, kernel)?)));
            let cells: Vec<String> =
                cells.map(|(kernel, kind)| format!("{kernel} {}", kind.words())).collect();
            format!("{row}: {}", cells.join(", "))
        };
        return rows.iter().map(said).collect();
    }
    let width = |kernel: &str| {
        let cells = rows.iter().filter_map(|row| cell(row, kernel)).map(|kind| kind.short().len());
        cells.chain([kernel.chars().count()]).max().unwrap_or(0)
    };
    let line =
        |head: &str, cells: Vec<String>| format!("{head:first$}  {}", cells.join("  ")).trim_end().to_owned();
    let heads = kernels.iter().map(|kernel| format!("{kernel:0$}", width(kernel))).collect();
    let mut lines = vec![line("", heads)];
    for row in &rows {
        let cells = kernels.iter().map(|kernel| match cell(row, kernel) {
            Some(kind) => {
                let blanks = width(kernel) - kind.short().len();
                format!("{}{:blanks$}", paint.verdict(kind, kind.short()), "")
            }
            None => format!("{:1$}", "-", width(kernel)),
        });
        lines.push(line(row, cells.collect()));
    }
    lines
}
