//! `watch` as a learner meets it: from saving the exercise to the first verdict, and to the last.
//!
//! It reads the lines that `watch` prints where there is no terminal. Each round saves the lab's solution with
//! another comment in it, so that rustc and the linker really run.

use std::{
    collections::VecDeque,
    fs,
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, anyhow, bail};
use rustix::process::{Pid, Signal, kill_process};
use vm::Deadline;

use super::{figures::WatchFigures, said::Said, statistics::Spread};
use crate::{catalog::Lab, report::Progress, workspace::write_file};

/// How long the first check of a new workspace may take: everything is compiled, perhaps beside other work.
const FIRST: Duration = Duration::from_secs(1800);

/// How long a check after a save may take.
const ROUND: Duration = Duration::from_secs(120);

/// How many lines are kept for an error.
const REMEMBERED: usize = 20;

/// Measures `watch` in a workspace, with the lab's solution as its exercise, a path from the workspace's root.
///
/// # Errors
/// When `watch` ends, says nothing for too long, or something did not pass.
pub(super) fn measure(
    workspace: &Path,
    exercise: &Path,
    lab: &Lab,
    rounds: u32,
    progress: &Progress,
) -> Result<WatchFigures> {
    let solution = fs::read_to_string(&lab.solution)
        .with_context(|| format!("cannot read `{}`", lab.solution.display()))?;
    let exercise = workspace.join(exercise);
    // As editors do it: the file is never half written.
    let save = |round: u32| {
        write_file(&exercise, format!("{solution}// Edited: round {round}.\n").as_bytes())
            .with_context(|| format!("cannot write `{}`", exercise.display()))
    };
    progress.step("watch in a new workspace, where everything is compiled first");
    save(0)?;
    let begin = Instant::now();
    let mut watching = Watching::start(workspace, lab)?;
    let first = watching.verdicts(begin, &Deadline::after(FIRST, "its first report"))?;
    let mut taken = Vec::new();
    for round in 1..=rounds {
        progress.step(format!("watch {}: {round} of {rounds}", lab.id));
        save(round)?;
        taken.push(watching.verdicts(Instant::now(), &Deadline::after(ROUND, "its report after a save"))?);
    }
    let spread = |of: fn(&Verdicts) -> Duration| Spread::of(&taken.iter().map(of).collect::<Vec<_>>());
    Ok(WatchFigures {
        kernels: first.count,
        first_report_s: first.all.as_secs_f64(),
        first_verdict: spread(|round| round.first),
        all_verdicts: spread(|round| round.all),
    })
}

/// When the verdicts of one check came.
struct Verdicts {
    /// The first one.
    first: Duration,
    /// The summary.
    all: Duration,
    /// How many there are.
    count: usize,
}

/// A running `watch`. Dropping it ends it, with everything that it started.
struct Watching {
    /// The lab's name, as lines begin with it.
    lab: String,
    child: Child,
    /// Ends the process group when dropped.
    registration: Option<vm::children::Registration>,
    /// What it says, and when. It is closed when the process has ended.
    lines: Receiver<(Instant, String)>,
    /// The last lines, for an error.
    remembered: VecDeque<String>,
}

impl Watching {
    fn start(workspace: &Path, lab: &Lab) -> Result<Self> {
        let program = std::env::current_exe().context("cannot find the runner's own executable")?;
        let mut command = Command::new(program);
        command.args(["watch", &lab.id, "--offline"]).current_dir(workspace);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        vm::children::contain(&mut command, &[]);
        let mut child = command.spawn().context("cannot start `runner watch`")?;
        let registration = Some(vm::children::Registration::of(child.id()));
        let (sender, lines) = channel();
        if let (Some(said), Some(complaints)) = (child.stdout.take(), child.stderr.take()) {
            hand_on(said, sender.clone());
            hand_on(complaints, sender);
        }
        Ok(Self { lab: lab.name.clone(), child, registration, lines, remembered: VecDeque::new() })
    }

    /// Reads on to the end of a check, and demands that all passed.
    fn verdicts(&mut self, since: Instant, deadline: &Deadline) -> Result<Verdicts> {
        let mut first = None;
        loop {
            let (at, line) = self.next(deadline)?;
            let after = at.saturating_duration_since(since);
            match Said::of(&line, &self.lab) {
                Said::Verdict => first = first.or(Some(after)),
                Said::Summary { passed, all } if passed == all => {
                    return Ok(Verdicts { first: first.unwrap_or(after), all: after, count: all });
                }
                Said::Summary { .. } | Said::Undecided => return Err(self.failed("not everything passed")),
                Said::Else => {}
            }
        }
    }

    fn next(&mut self, deadline: &Deadline) -> Result<(Instant, String)> {
        let (awaited, allowed) = (deadline.awaited(), deadline.timeout().as_secs());
        match self.lines.recv_timeout(deadline.left().unwrap_or_default()) {
            Ok((at, line)) => {
                if self.remembered.len() == REMEMBERED {
                    self.remembered.pop_front();
                }
                self.remembered.push_back(line.clone());
                Ok((at, line))
            }
            Err(_) if vm::children::interrupted() => bail!("interrupted"),
            Err(RecvTimeoutError::Timeout) => {
                Err(self.failed(&format!("{awaited} did not come within {allowed} s")))
            }
            Err(RecvTimeoutError::Disconnected) => Err(self.failed(&format!("it ended before {awaited}"))),
        }
    }

    fn failed(&self, what: &str) -> anyhow::Error {
        let said: Vec<&str> = self.remembered.iter().map(String::as_str).collect();
        anyhow!(
            "`runner watch` in a new workspace: {what}; its last lines:\n{}\n\
             hint: only what passes is measured; run it by hand",
            said.join("\n")
        )
    }
}

impl Drop for Watching {
    /// Asks first, as Ctrl-C does: then what it started is ended, too.
    fn drop(&mut self) {
        /// For how long it is waited for.
        const PATIENCE: Duration = Duration::from_secs(5);
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process(pid, Signal::INT);
        }
        let deadline = Deadline::after(PATIENCE, "the end of `runner watch`");
        while let Some(left) = deadline.left()
            && self.lines.recv_timeout(left).is_ok()
        {}
        self.registration = None;
        let _ = self.child.wait();
    }
}

fn hand_on(stream: impl Read + Send + 'static, lines: Sender<(Instant, String)>) {
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if lines.send((Instant::now(), line)).is_err() {
                return;
            }
        }
    });
}
