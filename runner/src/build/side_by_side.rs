//! Carries out cargo invocations: the two kinds side by side, those of one kind one after the other.
//!
//! Objects and programs have target folders of their own, so neither cargo waits for the other. All
//! trees share these folders: what one invocation made is read before the next one may replace it.
//! What is to be built is not decided here.

use std::{collections::BTreeMap, fs, path::PathBuf, sync::Arc, thread};

use super::{
    BuildError, Toolchain,
    cargo::{Invocation, Kind},
    messages::{Messages, Notice},
};

/// What one invocation left: cargo's messages, and the executables by package.
pub(super) struct Made {
    pub(super) messages: Messages,
    pub(super) files: BTreeMap<String, Arc<[u8]>>,
}

/// Runs all invocations; the results are in the same order.
///
/// # Errors
/// The first error of either kind.
pub(super) fn run(
    invocations: &[Invocation<'_>],
    toolchain: &Toolchain,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Vec<Made>, BuildError> {
    let of_kind = |kind| -> Result<Vec<(usize, Made)>, BuildError> {
        let own = invocations.iter().enumerate().filter(|(_, invocation)| invocation.kind == kind);
        own.map(|(index, invocation)| Ok((index, run_one(invocation, toolchain, notice)?))).collect()
    };
    let (objects, programs) = thread::scope(|scope| {
        // Cargo dies with the thread that started it; this one lives until its cargos have ended.
        let objects = scope.spawn(|| of_kind(Kind::Objects));
        let programs = of_kind(Kind::Programs);
        (objects.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), programs)
    });
    let mut made = objects?;
    made.extend(programs?);
    made.sort_by_key(|(index, _)| *index);
    Ok(made.into_iter().map(|(_, made)| made).collect())
}

/// Runs one invocation and reads what it made. A package over which the compiler fell silent ends its cargo;
/// the other packages are then built without it.
///
/// # Errors
/// When cargo cannot run, or a file that it made cannot be read.
pub(super) fn run_one(
    invocation: &Invocation<'_>,
    toolchain: &Toolchain,
    notice: &(dyn Fn(Notice) + Sync),
) -> Result<Made, BuildError> {
    let mut left = invocation.clone();
    let mut messages = left.run(toolchain, &mut |said| notice(said))?;
    while left.packages.iter().any(|package| messages.silent.contains_key(package)) {
        left.packages.retain(|package| !messages.silent.contains_key(package));
        if !left.packages.is_empty() {
            messages.append(left.run(toolchain, &mut |said| notice(said))?);
        }
    }
    let read = |(name, path): (&String, &PathBuf)| {
        let bytes = fs::read(path)
            .map_err(|source| BuildError::Io { act: format!("read `{}`", path.display()), source })?;
        Ok((name.clone(), bytes.into()))
    };
    let files = messages.executables.iter().map(read).collect::<Result<_, BuildError>>()?;
    Ok(Made { messages, files })
}
