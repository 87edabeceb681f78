//! The model of a report: everything that any rendering needs.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::{Afterwards, Guidance, text::Text};
use crate::{catalog::Side, cost::ProgramCost, judge::Verdict, transcript::ObservedCheck};

/// The version of the model as JSON; it changes when a field changes its meaning.
pub const SCHEMA: u32 = 1;

/// What one command found out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: u32,
    /// The runner's own version.
    pub runner: String,
    /// When it began, in seconds since the Unix epoch.
    pub started_unix_s: u64,
    /// How long everything took, in milliseconds.
    pub took_ms: u64,
    /// The jobs: by lab, then by kernel, oldest first.
    pub jobs: Vec<JobReport>,
}

/// What was found out about one lab on one kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobReport {
    /// The lab's name: `lab-01-hello`.
    pub lab: String,
    /// The chapter's title.
    pub title: String,
    /// The kernel that was asked for: `6.1`.
    pub kernel: String,
    /// What `uname -r` said in the guest; `None` if no guest was started.
    pub release: Option<String>,
    /// Whose `exercise.rs` it was.
    pub side: Side,
    /// The workload's seed; 0 is what the committed snapshots show.
    pub seed: u64,
    /// The decision.
    pub verdict: Verdict,
    /// How long each step took.
    pub times: JobTimes,
    /// Where everything that the run left lies, relative to the course's root; `None` if nothing ran.
    pub evidence: Option<PathBuf>,
    /// The observations as the guest wrote them, to be printed even after a pass; empty if the lab does not ask for it.
    #[serde(default)]
    pub observations: Vec<ObservedCheck>,
    /// Remarks that change nothing, for example about bytes that are not UTF-8.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What rustc warned about in the file that stands as exercise, unchanged; empty if nothing.
    #[serde(default)]
    pub warnings: String,
    /// The cause of a refusal, by a name that never changes: `null-check`; `None` if it is not known.
    #[serde(default)]
    pub cause: Option<String>,
    /// The learner's line that a refusal is about: `labs-ebpf/lab-01-hello/src/exercise.rs:34`.
    #[serde(default)]
    pub place: Option<String>,
    /// Why it was refused, in plain words; empty if there is nothing to explain.
    #[serde(default)]
    pub explanation: Vec<Text>,
    /// What this kernel lacks, and which version brought it, if a refusal shows that.
    #[serde(default)]
    pub lacks: Option<Lack>,
    /// What the programs that were loaded cost.
    #[serde(default)]
    pub costs: Vec<ProgramCost>,
    /// Where a learner goes on; `None` for authors' runs, and after a pass.
    #[serde(default)]
    pub guidance: Option<Guidance>,
    /// What a learner may read after a pass; `None` for authors' runs.
    #[serde(default)]
    pub afterwards: Option<Afterwards>,
}

/// Something that a kernel does not have yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lack {
    /// What it is, as part of a sentence.
    pub feature: String,
    /// The first kernel that has it.
    pub since: String,
}

/// How long the steps of a job took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct JobTimes {
    /// Compiling; shared by all jobs of a command.
    pub build_ms: u64,
    /// From starting QEMU to the agent's first answer.
    pub start_ms: u64,
    /// Handing over the files.
    pub handover_ms: u64,
    /// The guest program.
    pub run_ms: u64,
    /// Judging.
    pub judge_ms: u64,
}

impl JobTimes {
    /// All steps but the build, which is shared.
    #[must_use]
    pub fn job_ms(&self) -> u64 {
        self.start_ms + self.handover_ms + self.run_ms + self.judge_ms
    }
}
