//! `explain` on long logs: the explainer alone, the whole command, and a log that must not fill the memory.
//!
//! The logs are made of a recorded one, whose instructions are repeated before its end: they are as long as
//! those of large programs, and give the same reason.

use std::{
    fs,
    hint::black_box,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};

use super::{
    command::{self, Finished},
    figures::ExplainFigures,
    statistics::Spread,
};
use crate::{
    explain::{explain, render},
    report::Progress,
};

/// The recorded log.
const RECORDED: &str = include_str!("../../../data/verifier/null-check/6.1.log");

/// Where its end begins.
const REASON: &str = "R0 invalid mem access";

/// What the command says about it.
const CAUSE: &str = "this explanation is called `null-check`";

/// A long log, in bytes.
const LONG: usize = 1_000_000;

/// A log that must not be read as a whole, in bytes.
const LARGE: usize = 64_000_000;

/// How much address space the command gets for the large log, in MiB: this program and the log together do not
/// fit into it.
const MEMORY_MIB: u32 = 64;

/// Measures all three. The logs lie in `folder`; commands run in `workspace`.
///
/// # Errors
/// When a log cannot be written, or is not explained as the recorded one is.
pub(super) fn measure(
    folder: &Path,
    workspace: &Path,
    rounds: u32,
    progress: &Progress,
) -> Result<ExplainFigures> {
    let long = log_of(LONG);
    progress.step(format!("explain, a log of 1 MB: {rounds} times"));
    let alone: Vec<Duration> = (0..rounds).map(|_| alone(&long)).collect();
    let command = |bytes: &str, name: &str, run: fn(&Path, &[&str]) -> Result<Finished>| -> Result<_> {
        let file = folder.join(name);
        fs::write(&file, bytes).with_context(|| format!("cannot write `{}`", file.display()))?;
        let file = file.display().to_string();
        let words = ["explain", &file];
        let once = |_| explained(run(workspace, &words)?.well(&words)?);
        Ok(Spread::of(&(0..rounds).map(once).collect::<Result<Vec<_>>>()?))
    };
    let of_long = command(&long, "long.log", command::finish)?;
    progress.step(format!("explain, a log of 64 MB: {rounds} times"));
    let of_large = command(&log_of(LARGE), "large.log", |folder, words| {
        command::finish_within(MEMORY_MIB, folder, words)
    })?;
    Ok(ExplainFigures {
        alone: Spread::of(&alone),
        command: of_long,
        large: of_large,
        large_memory_mib: MEMORY_MIB,
    })
}

/// The recorded log with its instructions repeated, of at least so many bytes.
fn log_of(bytes: usize) -> String {
    let (instructions, end) = RECORDED.split_at(RECORDED.find(REASON).unwrap_or_default());
    let times = bytes.div_ceil(instructions.len().max(1));
    [&instructions.repeat(times), end].concat()
}

fn alone(log: &str) -> Duration {
    let begin = Instant::now();
    black_box(render(&explain(black_box(log), None), None));
    begin.elapsed()
}

fn explained(finished: Finished) -> Result<Duration> {
    let said = String::from_utf8_lossy(&finished.output);
    if said.lines().any(|line| line == CAUSE) {
        return Ok(finished.took);
    }
    bail!("`runner explain` found another cause than `{CAUSE}` in a long log:\n{said}\nhint: mend it first")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_log_is_explained_as_the_recorded_one() {
        let long = log_of(LONG);
        assert!((LONG..LONG + RECORDED.len()).contains(&long.len()), "{} bytes", long.len());
        assert_eq!(render(&explain(&long, None), None), render(&explain(RECORDED, None), None));
    }
}
