//! Finding the labs: one folder, one lab.
//!
//! Nothing lists labs twice, so there is nothing to keep in step. Whatever is wrong with any lab is
//! an error here, before anything is built.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{CatalogError, ExerciseSide, KernelVersion, Lab, Manifest, Mutant};
use crate::{snapshot::Snapshots, workspace::reference};

/// All labs and kernels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catalog {
    root: PathBuf,
    labs: Vec<Lab>,
    kernels: Vec<String>,
}

impl Catalog {
    /// Reads all labs under a course's root. `kernels` are the series of the kernel list, oldest first.
    ///
    /// # Errors
    /// The first thing that is wrong with any lab; see [`CatalogError`].
    pub fn discover(root: &Path, kernels: &[String]) -> Result<Self, CatalogError> {
        Self::read(root, None, kernels)
    }

    /// The same for a learner's workspace, whose solutions lie below `reference`. There a missing `exercise.rs`
    /// is no error: the learner may have renamed it, and the other labs do not need it.
    ///
    /// # Errors
    /// As [`Catalog::discover`].
    pub fn of_workspace(root: &Path, reference: &Path, kernels: &[String]) -> Result<Self, CatalogError> {
        Self::read(root, Some(reference), kernels)
    }

    fn read(root: &Path, reference: Option<&Path>, kernels: &[String]) -> Result<Self, CatalogError> {
        let mut labs: Vec<Lab> = Vec::new();
        for name in folders(root, Path::new("labs"))? {
            let manifest = Path::new("labs").join(&name).join("lab.toml");
            if !name.starts_with("lab-") && !root.join(&manifest).exists() {
                continue;
            }
            let lab = Finder { root, reference, name: &name, kernels }.find()?;
            if let Some(other) = labs.iter().find(|other| other.id == lab.id) {
                let (id, first) = (lab.id, other.name.clone());
                return Err(CatalogError::TwiceTheId { id, first, second: name });
            }
            labs.push(lab);
        }
        Ok(Self { root: root.to_owned(), labs, kernels: kernels.to_vec() })
    }

    /// The course's root folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// All labs, ordered by name.
    #[must_use]
    pub fn labs(&self) -> &[Lab] {
        &self.labs
    }

    /// The series of the kernel list, oldest first.
    #[must_use]
    pub fn kernels(&self) -> &[String] {
        &self.kernels
    }
}

/// Looks for the files of one lab.
struct Finder<'a> {
    root: &'a Path,
    /// Where the solutions lie, if not in the course itself.
    reference: Option<&'a Path>,
    name: &'a str,
    kernels: &'a [String],
}

impl Finder<'_> {
    fn find(&self) -> Result<Lab, CatalogError> {
        let folder = Path::new("labs").join(self.name);
        let id = id_of(self.name).ok_or_else(|| CatalogError::FolderName { folder: folder.clone() })?;
        let manifest = self.manifest(&folder.join("lab.toml"))?;
        let ebpf = Path::new("labs-ebpf").join(self.name);
        let (side, home) = self.side(&folder, &ebpf)?;
        let solution = home.join("src/solution.rs");
        let solution = match self.reference {
            Some(reference) => reference.join(solution),
            None => {
                let hint = "write the reference solution there; every lab has one beside its exercise";
                self.must_exist(&solution, hint)?;
                self.root.join(solution)
            }
        };
        let checks: Vec<&str> = manifest.checks.iter().map(|check| check.name.as_str()).collect();
        let snapshots = Snapshots::load(self.root, &folder.join("snapshots"))?;
        snapshots.verify(&folder.join("lab.toml"), &checks, self.kernels)?;
        let mutants = self.mutants(&home.join("mutants"), &checks)?;
        Ok(Lab {
            id,
            name: self.name.to_owned(),
            folder: self.root.join(&folder),
            ebpf_folder: Some(self.root.join(&ebpf)).filter(|folder| folder.exists()),
            side,
            exercise: self.root.join(home.join("src/exercise.rs")),
            solution,
            mutants,
            snapshots,
            chapter: self.root.join("book/src").join(format!("{}.md", self.name)),
            manifest,
        })
    }

    fn manifest(&self, file: &Path) -> Result<Manifest, CatalogError> {
        let hint = match self.reference {
            Some(_) => "bring it back with `cargo runner update`",
            None => "write the manifest; `cargo runner dev new lab-NN-topic` makes one to start from",
        };
        self.must_exist(file, hint)?;
        let shown = file.display().to_string();
        let manifest = Manifest::parse(&self.read(file)?, &shown)?;
        let newest = self.kernels.iter().filter_map(|kernel| kernel.parse::<KernelVersion>().ok()).max();
        if let (Some(needed), Some(newest)) = (manifest.min_kernel, newest)
            && needed > newest
        {
            let (needed, newest) = (needed.to_string(), newest.to_string());
            return Err(CatalogError::RunsNowhere { lab: self.name.to_owned(), file: shown, needed, newest });
        }
        Ok(manifest)
    }

    /// Where `exercise.rs` stands.
    fn side(&self, guest: &Path, ebpf: &Path) -> Result<(ExerciseSide, PathBuf), CatalogError> {
        let (in_guest, in_ebpf) = (guest.join("src/exercise.rs"), ebpf.join("src/exercise.rs"));
        if self.reference.is_some() {
            // The exercise itself may be missing.
            if reference::has(&guest.join("src/solution.rs")) {
                return Ok((ExerciseSide::Guest, guest.to_owned()));
            }
            if reference::has(&ebpf.join("src/solution.rs")) {
                return Ok((ExerciseSide::Ebpf, ebpf.to_owned()));
            }
        }
        match (self.root.join(&in_guest).exists(), self.root.join(&in_ebpf).exists()) {
            (true, false) => Ok((ExerciseSide::Guest, guest.to_owned())),
            (false, true) => Ok((ExerciseSide::Ebpf, ebpf.to_owned())),
            (true, true) => Err(CatalogError::TwoExercises {
                lab: self.name.to_owned(),
                first: in_ebpf,
                second: in_guest,
            }),
            (false, false) => {
                Err(self
                    .missing(&in_ebpf, "restore it from the course; a lab about user space has it in `labs`"))
            }
        }
    }

    fn mutants(&self, folder: &Path, checks: &[&str]) -> Result<Vec<Mutant>, CatalogError> {
        if !self.root.join(folder).exists() {
            return Ok(Vec::new());
        }
        let mut mutants = Vec::new();
        for file in entries(self.root, folder)? {
            let Some(name) = file.strip_suffix(".rs") else {
                continue;
            };
            let path = folder.join(&file);
            let mut mutant = Mutant::parse(name, path.clone(), &self.read(&path)?, checks)?;
            mutant.path = self.root.join(path);
            mutants.push(mutant);
        }
        Ok(mutants)
    }

    fn must_exist(&self, file: &Path, hint: &str) -> Result<(), CatalogError> {
        if self.root.join(file).exists() { Ok(()) } else { Err(self.missing(file, hint)) }
    }

    fn missing(&self, file: &Path, hint: &str) -> CatalogError {
        CatalogError::MissingFile { lab: self.name.to_owned(), file: file.to_owned(), hint: hint.to_owned() }
    }

    fn read(&self, file: &Path) -> Result<String, CatalogError> {
        fs::read_to_string(self.root.join(file))
            .map_err(|source| CatalogError::Unreadable { path: file.to_owned(), source })
    }
}

/// `lab-01` of `lab-01-hello`.
fn id_of(name: &str) -> Option<String> {
    let (number, topic) = name.strip_prefix("lab-")?.split_once('-')?;
    let two_digits = number.len() == 2 && number.bytes().all(|byte| byte.is_ascii_digit());
    (two_digits && !topic.is_empty()).then(|| format!("lab-{number}"))
}

fn folders(root: &Path, folder: &Path) -> Result<Vec<String>, CatalogError> {
    let names = entries(root, folder)?;
    Ok(names.into_iter().filter(|name| root.join(folder).join(name).is_dir()).collect())
}

/// The names in a folder, sorted.
fn entries(root: &Path, folder: &Path) -> Result<Vec<String>, CatalogError> {
    let refused = |source| CatalogError::Unreadable { path: folder.to_owned(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(folder)).map_err(refused)? {
        names.push(entry.map_err(refused)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}
