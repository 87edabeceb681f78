//! What can be wrong with the course's files or with a name that was typed.
//!
//! Paths in these messages are relative to the course's root.

use std::path::PathBuf;

use super::find::near;
use crate::judge::visible;

/// The catalog could not be made, or a name means nothing in it.
#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    /// A lab that is not there.
    #[error("there is no lab `{name}`: the labs are {}\nhint: {}", list(known), did_you_mean(near.as_deref(), "give one of these names, or a beginning that fits only one"))]
    UnknownLab {
        /// What was typed.
        name: String,
        /// The most similar name.
        near: Option<String>,
        /// All names.
        known: Vec<String>,
    },
    /// A beginning that fits several labs.
    #[error("`{name}` could be {}\nhint: type more of the name, or the number alone", list(fitting))]
    AmbiguousLab {
        /// What was typed.
        name: String,
        /// All labs that fit.
        fitting: Vec<String>,
    },
    /// A range whose end comes before its beginning.
    #[error("`{range}` runs backward: `{first}` comes after `{last}`\nhint: name the earlier lab first")]
    BackwardRange {
        /// What was typed.
        range: String,
        /// The id at its beginning.
        first: String,
        /// The id at its end.
        last: String,
    },
    /// A kernel that is not in the list.
    #[error("there is no kernel `{name}`: the kernels are {}, `newest` and `all`\nhint: {}", list(known), did_you_mean(near.as_deref(), "give one of these, or the path of a kernel image with a `/` in it"))]
    UnknownKernel {
        /// What was typed.
        name: String,
        /// The most similar name.
        near: Option<String>,
        /// All series.
        known: Vec<String>,
    },
    /// A mutant that is not there.
    #[error("lab `{lab}` has no mutant `{name}`: {}\nhint: give one of these names", mutants(known))]
    UnknownMutant {
        /// The lab's name.
        lab: String,
        /// What was typed.
        name: String,
        /// All mutants of the lab.
        known: Vec<String>,
    },
    /// A manifest that cannot be used.
    #[error("the manifest cannot be used: `{file}`, line {line}: {why}\nhint: {hint}")]
    Manifest {
        /// Relative to the root.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        why: String,
        /// What to do.
        hint: String,
    },
    /// A file that every lab must have.
    #[error("lab `{lab}` is incomplete: `{}` is missing\nhint: {hint}", file.display())]
    MissingFile {
        /// The lab's name.
        lab: String,
        /// Relative to the root.
        file: PathBuf,
        /// What to do.
        hint: String,
    },
    /// Both sides have an `exercise.rs`.
    #[error("lab `{lab}` has two exercises: `{}` and `{}`\nhint: a learner edits one file; remove the other one", first.display(), second.display())]
    TwoExercises {
        /// The lab's name.
        lab: String,
        /// Relative to the root.
        first: PathBuf,
        /// Relative to the root.
        second: PathBuf,
    },
    /// A folder name that holds no id.
    #[error("`{}` is no lab's name: a lab's folder is called `lab-NN-topic`\nhint: rename the folder, for example `lab-07-verifier`", folder.display())]
    FolderName {
        /// Relative to the root.
        folder: PathBuf,
    },
    /// Two folders with the same id.
    #[error(
        "the id `{id}` is used twice: by `{first}` and `{second}`\nhint: ids never change: give the newer lab a number of its own"
    )]
    TwiceTheId {
        /// `lab-07`.
        id: String,
        /// The one folder's name.
        first: String,
        /// The other's.
        second: String,
    },
    /// A lab that no kernel could run.
    #[error(
        "lab `{lab}` would run nowhere: `{file}` asks for kernel {needed}, the newest is {newest}\nhint: lower `min_kernel`, or add a newer series to `vm/kernels.toml`"
    )]
    RunsNowhere {
        /// The lab's name.
        lab: String,
        /// Relative to the root.
        file: String,
        /// What `min_kernel` says.
        needed: String,
        /// The last series of the list.
        newest: String,
    },
    /// A mutant whose first line promises nothing that can be tested.
    #[error("the first line of the mutant `{}` cannot be used: {why}: `{line}`\nhint: write `{}`, for example `// fails: Differs in count: after attach: 0`", file.display(), super::mutant::FORM)]
    MutantLine {
        /// Relative to the root.
        file: PathBuf,
        /// The line as it stands.
        line: String,
        /// What is wrong with it.
        why: String,
    },
    /// Something is wrong with a lab's snapshots.
    #[error(transparent)]
    Snapshot(#[from] crate::snapshot::SnapshotError),
    /// The system refused to read.
    #[error("`{}` cannot be read: {source}\nhint: run this inside the course's folder, and see that the file is readable", path.display())]
    Unreadable {
        /// Relative to the root.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

impl CatalogError {
    /// From what the TOML reader says, with the line and, for a misspelt key, the likely one.
    pub(super) fn manifest(file: &str, text: &str, error: &toml::de::Error) -> Self {
        let start = error.span().map_or(0, |span| span.start.min(text.len()));
        let line = text[..start].matches('\n').count() + 1;
        let why = visible(&error.message().lines().collect::<Vec<_>>().join(": "));
        let mut quoted = why.split('`').skip(1).step_by(2).map(str::to_owned);
        let wrong = quoted.next().filter(|_| why.starts_with("unknown "));
        let near = wrong.and_then(|wrong| near(&wrong, &quoted.collect::<Vec<_>>()));
        let hint = did_you_mean(near.as_deref(), "`CONTRIBUTING.md` describes every key of a manifest");
        Self::Manifest { file: file.to_owned(), line, why, hint }
    }
}

fn list(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn mutants(names: &[String]) -> String {
    if names.is_empty() { "it has none".to_owned() } else { format!("its mutants are {}", list(names)) }
}

fn did_you_mean(near: Option<&str>, otherwise: &str) -> String {
    near.map_or_else(|| otherwise.to_owned(), |name| format!("did you mean `{name}`?"))
}
