//! All figures of one run, as values: what is printed and what machines read.

use serde::Serialize;
use vm::{Accelerator, Qemu};

use super::{machine::Machine, statistics::Spread};

/// The version of these figures as JSON; it changes when a field comes, goes or changes its meaning.
pub(super) const SCHEMA: u32 = 2;

/// Everything that one run measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct Figures {
    /// [`SCHEMA`].
    pub(super) schema: u32,
    /// The runner's own version.
    pub(super) runner: String,
    /// QEMU's version.
    pub(super) qemu: String,
    /// How guests execute instructions.
    pub(super) accelerator: Accelerator,
    /// How many guests run at once.
    pub(super) parallel: usize,
    /// The machine.
    pub(super) machine: Machine,
    /// How often each thing was measured, but for the matrix.
    pub(super) rounds: u32,
    /// Finding out that nothing is missing.
    pub(super) setup: Spread,
    /// One entry for each kernel, oldest first.
    pub(super) kernels: Vec<KernelFigures>,
    /// Checks after an edit: on one kernel, and on all.
    pub(super) checks: Vec<CheckFigures>,
    /// What a learner waits for.
    pub(super) learner: LearnerFigures,
    /// The whole matrix; `None` if it was left out.
    pub(super) matrix: Option<MatrixFigures>,
}

/// What was measured of one kernel.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct KernelFigures {
    /// The series.
    pub(super) kernel: String,
    /// From starting QEMU to the agent's answer, without a checkpoint.
    pub(super) cold_boot: Spread,
    /// From asking for a guest to the agent's answer, with a checkpoint.
    pub(super) restore: Spread,
    /// What the checkpoint takes on disk.
    pub(super) checkpoint_bytes: u64,
    /// What the kernel and its modules take on disk.
    pub(super) kernel_bytes: u64,
    /// What QEMU holds in memory at the end of a lab's run, pages shared with the checkpoint included.
    pub(super) memory_bytes: u64,
}

/// Where the time of a check goes, from command to exit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CheckFigures {
    /// The command, as a person would type it.
    pub(super) command: String,
    /// How many guests it runs.
    pub(super) jobs: usize,
    /// Compiling, once for all jobs.
    pub(super) build: Spread,
    /// The steps of a job; `None` if there are several jobs, which run side by side.
    pub(super) job: Option<JobFigures>,
    /// From command to exit.
    pub(super) total: Spread,
}

/// The steps of one job.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct JobFigures {
    /// Restoring the guest.
    pub(super) restore: Spread,
    /// Handing over the lab's files.
    pub(super) hand_over: Spread,
    /// Running the lab's program.
    pub(super) run: Spread,
    /// Judging.
    pub(super) judge: Spread,
    /// All that is in the total and in no step: start, set-up, checkpoint's inspection, report.
    pub(super) rest: Spread,
}

/// What a learner waits for in a workspace.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct LearnerFigures {
    /// A check after every save.
    pub(super) watch: WatchFigures,
    /// The small commands.
    pub(super) commands: Vec<CommandFigures>,
    /// Long verifier logs.
    pub(super) explain: ExplainFigures,
    /// A program over the instruction limit: one entry for each kernel, oldest first.
    pub(super) over_the_limit: Vec<RejectionFigures>,
}

/// `watch`, from the moment at which the exercise is saved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct WatchFigures {
    /// How many kernels it checks on.
    pub(super) kernels: usize,
    /// From starting it in a new workspace, where everything is compiled first, to the first report, in seconds.
    pub(super) first_report_s: f64,
    /// To the first line with a verdict.
    pub(super) first_verdict: Spread,
    /// To the summary of all kernels.
    pub(super) all_verdicts: Spread,
}

/// A command, from command to exit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct CommandFigures {
    /// The command, without `runner`.
    pub(super) command: String,
    /// How long it took.
    pub(super) total: Spread,
}

/// The explainer and long logs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct ExplainFigures {
    /// The explainer alone, without a process, on a log of 1 MB.
    pub(super) alone: Spread,
    /// `explain` on that log, from command to exit.
    pub(super) command: Spread,
    /// `explain` on a log of 64 MB, from command to exit.
    pub(super) large: Spread,
    /// The address space that was enough for it, in MiB.
    pub(super) large_memory_mib: u32,
}

/// A refusal that takes the verifier long.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct RejectionFigures {
    /// The kernel.
    pub(super) kernel: String,
    /// The cause that was found, by its name.
    pub(super) cause: String,
    /// From asking for a guest to the verdict, in seconds.
    pub(super) job_s: f64,
}

/// All labs' solutions on all kernels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(super) struct MatrixFigures {
    /// How many guests ran.
    pub(super) jobs: usize,
    /// With checkpoints, in seconds.
    pub(super) restored_s: f64,
    /// With `--cold`, in seconds.
    pub(super) cold_s: f64,
}

impl MatrixFigures {
    /// How much longer it takes without checkpoints.
    pub(super) fn ratio(&self) -> f64 {
        self.cold_s / self.restored_s
    }
}

/// `10.0.2`.
pub(super) fn version(qemu: &Qemu) -> String {
    let (major, minor, micro) = qemu.version;
    format!("{major}.{minor}.{micro}")
}
