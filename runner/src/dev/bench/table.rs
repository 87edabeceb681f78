//! The figures for a person: tables with a line of targets. Pure.

use super::{
    figures::{CheckFigures, Figures, JobFigures, KernelFigures, MatrixFigures},
    learner_table,
    statistics::Spread,
    targets,
};

/// A table: its rows, the first of which is the head.
pub(super) type Rows = Vec<Vec<String>>;

/// All figures.
pub(super) fn render(figures: &Figures) -> String {
    let mut parts = vec![head(figures), aligned(&kernels(&figures.kernels))];
    parts.extend(figures.checks.iter().map(|check| format!("{}\n{}", check.command, aligned(&steps(check)))));
    parts.extend(learner_table::parts(&figures.learner));
    parts.extend(figures.matrix.as_ref().map(matrix));
    parts.push(setup(&figures.setup));
    parts.join("\n")
}

fn head(figures: &Figures) -> String {
    let machine = &figures.machine;
    let disturbed = machine.warning().map_or_else(String::new, |warning| format!("WARNING   {warning}\n"));
    format!(
        "{disturbed}machine   {} cores, {}, load {:.2} before, {:.2} after\n\
         software  runner {}, QEMU {} ({}), {} guests at once\n\
         rounds    {}; times in seconds, smallest / median / largest\n",
        machine.cores,
        machine.cpu,
        machine.load_before,
        machine.load_after,
        figures.runner,
        figures.qemu,
        match figures.accelerator {
            vm::Accelerator::Tcg => "emulation",
            vm::Accelerator::Kvm => "hardware virtualisation",
        },
        figures.parallel,
        figures.rounds,
    )
}

fn kernels(kernels: &[KernelFigures]) -> Rows {
    let mut rows =
        vec![["kernel", "cold boot", "restore", "checkpoint", "kernel", "memory"].map(String::from).to_vec()];
    for one in kernels {
        rows.push(vec![
            one.kernel.clone(),
            seconds(&one.cold_boot),
            seconds(&one.restore),
            megabytes(one.checkpoint_bytes),
            megabytes(one.kernel_bytes),
            megabytes(one.memory_bytes),
        ]);
    }
    let targets =
        [targets::COLD_BOOT, targets::RESTORE, targets::CHECKPOINT, targets::KERNEL, targets::MEMORY];
    rows.push(std::iter::once("target").chain(targets).map(String::from).collect());
    rows
}

fn steps(check: &CheckFigures) -> Rows {
    let mut rows = vec![vec!["  build".to_owned(), seconds(&check.build)]];
    if let Some(JobFigures { restore, hand_over, run, judge, rest }) = &check.job {
        let steps = [
            ("restore", restore),
            ("hand over", hand_over),
            ("run", run),
            ("judge", judge),
            ("the rest", rest),
        ];
        rows.extend(steps.map(|(name, spread)| vec![format!("  {name}"), seconds(spread)]));
    }
    let target = if check.jobs == 1 { targets::CHECK_ON_ONE } else { targets::CHECK_ON_ALL };
    rows.push(vec!["  total".to_owned(), seconds(&check.total), format!("target {target}")]);
    rows
}

fn matrix(figures: &MatrixFigures) -> String {
    let (jobs, ratio) = (figures.jobs, figures.ratio());
    format!(
        "matrix: {jobs} solutions with checkpoints {:.1} s, with `--cold` {:.1} s, ratio {ratio:.1}, target {}\n",
        figures.restored_s,
        figures.cold_s,
        targets::RATIO,
    )
}

fn setup(spread: &Spread) -> String {
    format!("set-up when nothing is missing: {}, target {}\n", seconds(spread), targets::SETUP)
}

/// `1.21 / 1.30 / 1.52`.
pub(super) fn seconds(spread: &Spread) -> String {
    format!("{:.2} / {:.2} / {:.2}", spread.min_s, spread.median_s, spread.max_s)
}

/// Millions of bytes.
fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

/// Rows with columns of equal width.
pub(super) fn aligned(rows: &Rows) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .max()
            .unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{
        figures::{CommandFigures, ExplainFigures, LearnerFigures, RejectionFigures, SCHEMA, WatchFigures},
        machine::Machine,
    };
    use super::*;

    fn spread(median_s: f64) -> Spread {
        Spread { min_s: median_s * 0.9, median_s, max_s: median_s * 2.0 }
    }

    fn learner() -> LearnerFigures {
        let command = |command: &str, took| CommandFigures { command: command.into(), total: spread(took) };
        let rejection = |kernel: &str, cause: &str, job_s| RejectionFigures {
            kernel: kernel.into(),
            cause: cause.into(),
            job_s,
        };
        LearnerFigures {
            watch: WatchFigures {
                kernels: 2,
                first_report_s: 95.4,
                first_verdict: spread(0.9),
                all_verdicts: spread(2.6),
            },
            commands: vec![command("list", 0.012), command("hint lab-01", 0.02), command("next", 0.01)],
            explain: ExplainFigures {
                alone: spread(0.002),
                command: spread(0.011),
                large: spread(0.03),
                large_memory_mib: 64,
            },
            over_the_limit: vec![
                rejection("5.10", "program-too-large", 5.86),
                rejection("6.12", "unfinished", 8.4),
            ],
        }
    }

    fn figures(load_before: f64) -> Figures {
        let kernel = |kernel: &str, boot| KernelFigures {
            kernel: kernel.into(),
            cold_boot: spread(boot),
            restore: spread(0.12),
            checkpoint_bytes: 104_857_600,
            kernel_bytes: 71_303_168,
            memory_bytes: 161_480_704,
        };
        let job = JobFigures {
            restore: spread(0.12),
            hand_over: spread(0.05),
            run: spread(0.3),
            judge: spread(0.001),
            rest: spread(0.04),
        };
        let check = |command: &str, jobs, job, total| CheckFigures {
            command: command.into(),
            jobs,
            build: spread(0.5),
            job,
            total: spread(total),
        };
        Figures {
            schema: SCHEMA,
            runner: "0.1.0".into(),
            qemu: "10.0.2".into(),
            accelerator: vm::Accelerator::Tcg,
            parallel: 2,
            machine: Machine { cores: 2, cpu: "AMD EPYC".into(), load_before, load_after: 1.9 },
            rounds: 10,
            setup: spread(0.02),
            kernels: vec![kernel("5.10", 1.4), kernel("6.1", 1.2)],
            checks: vec![
                check("runner check lab-01 --kernel 6.1, after an edit", 1, Some(job), 1.1),
                check("runner check lab-01, after an edit", 2, None, 2.5),
            ],
            learner: learner(),
            matrix: Some(MatrixFigures { jobs: 8, restored_s: 4.0, cold_s: 22.0 }),
        }
    }

    #[test]
    fn all_figures() {
        insta::assert_snapshot!("bench_table", render(&figures(0.1)));
    }

    #[test]
    fn a_quick_run_on_a_busy_machine() {
        let figures = Figures { matrix: None, ..figures(3.0) };
        insta::assert_snapshot!("bench_table_quick", render(&figures));
    }

    #[test]
    fn for_machines() {
        let json = serde_json::to_string_pretty(&figures(0.1)).expect("figures are JSON");
        insta::assert_snapshot!("bench_json", json);
    }
}
