//! What the book has to know of the course: its root, its labs, its kernels.
//!
//! It reads only the keys that the book shows; the runner's catalog judges whole manifests.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::finding::Finding;

/// The course, read from disk.
#[derive(Debug)]
pub struct Course {
    /// The folder that holds `book/`, `labs/` and `labs-ebpf/`.
    pub root: PathBuf,
    /// Every lab, by folder name.
    pub labs: Vec<Lab>,
    /// The kernels of the matrix, oldest first, as in `vm/kernels.toml`.
    pub kernels: Vec<String>,
    /// Where the labs were really checked.
    pub checked: Checked,
}

/// `book/checked.toml`: what the last run of the matrix has seen. The runner's `dev/checked.rs` writes it.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Checked {
    /// The release behind each kernel's name.
    kernels: BTreeMap<String, String>,
    /// By the labs' folders.
    labs: BTreeMap<String, CheckedLab>,
}

/// What was seen of one lab.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct CheckedLab {
    /// On which kernels the solution passed.
    passed: Vec<String>,
    /// How many wrong solutions failed for their reason, on each of these kernels.
    pub mutants: usize,
}

impl Checked {
    /// What was seen of `lab`.
    pub fn lab(&self, lab: &Lab) -> Option<&CheckedLab> {
        self.labs.get(&lab.folder)
    }

    /// The release of `kernel` on which `lab` passed; `None` if it did not.
    pub fn release(&self, lab: &Lab, kernel: &str) -> Option<&str> {
        let passed = self.lab(lab)?.passed.iter().any(|passed| passed == kernel);
        passed.then(|| self.kernels.get(kernel).map(String::as_str))?
    }
}

/// One lab.
#[derive(Debug, PartialEq, Eq)]
pub struct Lab {
    /// The folder's name: `lab-01-hello`. The chapter has the same name.
    pub folder: String,
    /// The part that never changes: `lab-01`.
    pub id: String,
    /// What the lab says of itself.
    pub manifest: Manifest,
    /// The file that the learner edits, relative to the root; `None` where there is nothing to edit.
    pub exercise: Option<PathBuf>,
}

/// The part of `lab.toml` that the book shows.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Manifest {
    /// The lab's name, as a title.
    pub title: String,
    /// What the lab is about, one sentence.
    pub summary: String,
    /// How long a learner needs, in minutes.
    pub minutes: u32,
    /// The oldest kernel on which it works; without it, all.
    pub min_kernel: Option<String>,
    /// The verdict of the untouched exercise: `Passed` where there is nothing to write.
    pub exercise: String,
    /// From vague to the line.
    #[serde(default)]
    pub hints: Vec<String>,
    /// What is checked, in order.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
}

/// One check of a lab.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub struct Check {
    /// Its name, which is also its snapshot's.
    pub name: String,
    /// What it proves, one sentence.
    pub what: String,
    /// What it is worth.
    pub points: u32,
}

/// `vm/kernels.toml`, as far as the book needs it.
#[derive(Deserialize)]
struct KernelList {
    series: Vec<Series>,
}

#[derive(Deserialize)]
struct Series {
    name: String,
}

impl Course {
    /// Reads the course under `root`.
    ///
    /// # Errors
    /// A finding for each manifest or list that cannot be read.
    pub fn read(root: &Path) -> Result<Course, Vec<Finding>> {
        let mut findings = Vec::new();
        let kernels = read_toml::<KernelList>(root, Path::new("vm/kernels.toml"))
            .map(|list| list.series.into_iter().map(|series| series.name).collect())
            .unwrap_or_else(|finding| {
                findings.push(finding);
                Vec::new()
            });
        let mut labs = Vec::new();
        for folder in lab_folders(root) {
            match Lab::read(root, folder) {
                Ok(lab) => labs.push(lab),
                Err(finding) => findings.push(finding),
            }
        }
        let file = Path::new("book/checked.toml");
        // A new course has not been checked yet.
        let mut checked = Checked::default();
        if root.join(file).exists() {
            match read_toml(root, file) {
                Ok(read) => checked = read,
                Err(finding) => findings.push(finding),
            }
        }
        let root = root.to_owned();
        if findings.is_empty() { Ok(Course { root, labs, kernels, checked }) } else { Err(findings) }
    }

    /// The lab that is called `name`: by its id (`lab-01`) or by its folder (`lab-01-hello`).
    pub fn lab(&self, name: &str) -> Option<&Lab> {
        self.labs.iter().find(|lab| lab.id == name || lab.folder == name)
    }

    /// The kernels on which `lab` works, oldest first.
    pub fn kernels_of(&self, lab: &Lab) -> Vec<&str> {
        let oldest = lab.manifest.min_kernel.as_deref().map(version).unwrap_or_default();
        self.kernels.iter().map(String::as_str).filter(|series| version(series) >= oldest).collect()
    }
}

impl Lab {
    fn read(root: &Path, folder: String) -> Result<Lab, Finding> {
        let manifest: Manifest = read_toml(root, &Path::new("labs").join(&folder).join("lab.toml"))?;
        let exercise = ["labs-ebpf", "labs"]
            .map(|side| Path::new(side).join(&folder).join("src/exercise.rs"))
            .into_iter()
            .find(|path| root.join(path).is_file());
        let exercise = exercise.filter(|_| manifest.exercise != "Passed");
        let id = folder.splitn(3, '-').take(2).collect::<Vec<_>>().join("-");
        Ok(Lab { folder, id, manifest, exercise })
    }

    /// The lab's manifest, relative to the root.
    pub fn manifest_path(&self) -> PathBuf {
        Path::new("labs").join(&self.folder).join("lab.toml")
    }

    /// The sum of the points of all checks.
    pub fn points(&self) -> u32 {
        self.manifest.checks.iter().map(|check| check.points).sum()
    }
}

/// `6.12` as numbers, so that 6.9 comes before 6.12. Anything else counts as 0.
fn version(series: &str) -> Vec<u32> {
    series.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

/// Every folder `labs/lab-*`, sorted.
fn lab_folders(root: &Path) -> Vec<String> {
    let entries = fs::read_dir(root.join("labs")).into_iter().flatten().flatten();
    let mut folders: Vec<String> = entries
        .filter(|entry| entry.path().is_dir())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| name.starts_with("lab-"))
        .collect();
    folders.sort();
    folders
}

/// Reads and parses one TOML file; what goes wrong is a finding in that file.
fn read_toml<T: serde::de::DeserializeOwned>(root: &Path, path: &Path) -> Result<T, Finding> {
    let text = fs::read_to_string(root.join(path)).map_err(|error| {
        Finding::in_file(
            path,
            "the file cannot be read",
            error.to_string(),
            "the book is made from it: put it there",
        )
    })?;
    toml::from_str(&text).map_err(|error| {
        let finding = Finding::in_file(
            path,
            "the file does not say what the book has to show",
            error.message().trim().replace('\n', " "),
            "mend that key; `CONTRIBUTING.md` lists what a manifest holds",
        );
        match error.span() {
            Some(span) => finding.at(&text, span.start),
            None => finding,
        }
    })
}
