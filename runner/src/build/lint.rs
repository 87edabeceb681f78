//! Clippy over labs: exercises in place, solutions in their tree.

use std::path::Path;

use super::{
    BuildError, Toolchain,
    cargo::{Invocation, Kind},
    tree,
    watchdog::SILENCE,
};
use crate::catalog::{ExerciseSide, Lab, Side};

/// One clippy run over the labs of one side.
#[derive(Debug, Clone, Copy)]
pub struct Lint<'a> {
    /// The course's root.
    pub course: &'a Path,
    /// The labs.
    pub labs: &'a [&'a Lab],
    /// Which file stands as exercise: the learner's own or the solution.
    pub side: &'a Side,
    /// Objects or guest programs.
    pub kind: Kind,
}

impl Lint<'_> {
    /// Runs clippy; warnings are errors. Returns its exit status; `None` if a signal ended it.
    ///
    /// # Errors
    /// [`BuildError`] when clippy cannot run or the tree cannot be made.
    pub fn run(&self, toolchain: &Toolchain) -> Result<Option<i32>, BuildError> {
        let mut standing = Vec::new();
        for lab in self.labs.iter().filter(|lab| self.concerns(lab)) {
            let source = lab.source(self.side).map_err(|error| BuildError::Io {
                act: format!("find the {} of {}", self.side, lab.name),
                source: std::io::Error::other(error),
            })?;
            standing.push((*lab, source));
        }
        if standing.is_empty() {
            return Ok(Some(0));
        }
        let root = match self.side {
            Side::Exercise => self.course.to_owned(),
            _ => tree::prepare(self.course, "solution", &standing)?,
        };
        let folder = match self.kind {
            Kind::Objects => "target/ebpf",
            Kind::Programs => "target/guest",
        };
        let invocation = Invocation {
            tree: &root,
            target_folder: self.course.join(folder),
            kind: self.kind,
            packages: standing.iter().map(|(lab, _)| self.kind.package(lab)).collect(),
            patience: SILENCE,
        };
        invocation.lint(toolchain)
    }

    /// Whether a lab has a part of this kind that differs on this side.
    fn concerns(&self, lab: &Lab) -> bool {
        match (self.side, self.kind) {
            (Side::Exercise, Kind::Objects) => lab.ebpf_folder.is_some(),
            (Side::Exercise, Kind::Programs) => true,
            (_, Kind::Objects) => lab.side == ExerciseSide::Ebpf,
            (_, Kind::Programs) => lab.side == ExerciseSide::Guest,
        }
    }
}
