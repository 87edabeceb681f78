//! One lab: its manifest and where its files lie.
//!
//! It holds paths and does not open them.

use std::path::{Path, PathBuf};

use super::{CatalogError, KernelVersion, Manifest, Mutant};
use crate::snapshot::Snapshots;

/// A lab of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lab {
    /// The stable id: `lab-01`.
    pub id: String,
    /// The folder's name: `lab-01-hello`.
    pub name: String,
    /// What `lab.toml` says.
    pub manifest: Manifest,
    /// `labs/lab-01-hello`, with the course's root before it.
    pub folder: PathBuf,
    /// `labs-ebpf/lab-01-hello`, if the lab has an eBPF object.
    pub ebpf_folder: Option<PathBuf>,
    /// On which side the learner writes.
    pub side: ExerciseSide,
    /// What the learner edits.
    pub exercise: PathBuf,
    /// What it should become.
    pub solution: PathBuf,
    /// Wrong solutions that must fail, ordered by name.
    pub mutants: Vec<Mutant>,
    /// The accepted observations.
    pub snapshots: Snapshots,
    /// The chapter of the book; it need not exist.
    pub chapter: PathBuf,
}

/// On which side of the lab `exercise.rs` stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExerciseSide {
    /// `labs-ebpf/LAB/src/exercise.rs`: the learner writes what runs in the kernel.
    Ebpf,
    /// `labs/LAB/src/exercise.rs`: the learner writes what runs in user space.
    Guest,
}

/// Which file stands as `exercise.rs`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The learner's own.
    Exercise,
    /// The reference.
    Solution,
    /// A wrong solution, by name.
    Mutant(String),
    /// A student's file.
    Submission(PathBuf),
}

impl std::fmt::Display for Side {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exercise => write!(f, "exercise"),
            Self::Solution => write!(f, "solution"),
            Self::Mutant(name) => write!(f, "mutant {name}"),
            Self::Submission(path) => write!(f, "submission {}", path.display()),
        }
    }
}

impl Lab {
    /// The file that stands as `exercise.rs` for a side.
    ///
    /// # Errors
    /// [`CatalogError::UnknownMutant`] lists the mutants that there are.
    pub fn source<'a>(&'a self, side: &'a Side) -> Result<&'a Path, CatalogError> {
        match side {
            Side::Exercise => Ok(&self.exercise),
            Side::Solution => Ok(&self.solution),
            Side::Mutant(name) => Ok(&self.mutant(name)?.path),
            Side::Submission(path) => Ok(path),
        }
    }

    /// A mutant by name.
    ///
    /// # Errors
    /// [`CatalogError::UnknownMutant`] lists the mutants that there are.
    pub fn mutant(&self, name: &str) -> Result<&Mutant, CatalogError> {
        self.mutants.iter().find(|mutant| mutant.name == name).ok_or_else(|| CatalogError::UnknownMutant {
            lab: self.name.clone(),
            name: name.to_owned(),
            known: self.mutants.iter().map(|mutant| mutant.name.clone()).collect(),
        })
    }

    /// Why the lab is skipped on a kernel; `None` if it is to run. A kernel whose name is no
    /// version (an image by path) is not skipped.
    #[must_use]
    pub fn skip_reason(&self, kernel: &str) -> Option<String> {
        let needed = self.manifest.min_kernel?;
        let version: KernelVersion = kernel.parse().ok()?;
        (version < needed).then(|| format!("needs kernel {needed} or newer"))
    }
}
