//! What the workbook promises, in words: under plain emulation on two cores, on an idle machine.
//!
//! Nothing compares a figure with these. They are printed beside it, and a person judges.

/// From asking for a guest to its agent's answer.
pub(super) const RESTORE: &str = "≤ 0.25 s";
/// From starting QEMU to the agent's answer.
pub(super) const COLD_BOOT: &str = "≤ 2.5 s";
/// A checkpoint, sparse.
pub(super) const CHECKPOINT: &str = "≤ 130 MB";
/// A kernel with its modules.
pub(super) const KERNEL: &str = "≤ 90 MB";
/// QEMU with a guest at the end of a lab's run.
pub(super) const MEMORY: &str = "≤ 200 MB";
/// From command to exit, the exercise just edited.
pub(super) const CHECK_ON_ONE: &str = "≤ 1.5 s";
/// The same on all five kernels.
pub(super) const CHECK_ON_ALL: &str = "≤ 4 s";
/// How much longer the matrix takes without checkpoints.
pub(super) const RATIO: &str = "≥ 5";
/// Finding out that nothing is missing.
pub(super) const SETUP: &str = "< 0.2 s";
/// From saving the exercise to the first verdict in `watch`.
pub(super) const FIRST_VERDICT: &str = "median ≤ 1.2 s";
/// The same to the verdicts of all five kernels.
pub(super) const ALL_VERDICTS: &str = "≤ 4 s";
/// `list`, `hint`, `next`, from command to exit.
pub(super) const COMMAND: &str = "≤ 50 ms";
/// The explainer on a log of 1 MB.
pub(super) const EXPLAINER: &str = "≤ 20 ms";
/// A program over the instruction limit, from asking for a guest to the verdict.
pub(super) const REJECTION: &str = "≤ 10 s";
