//! `lab.toml`: what a lab declares about itself.
//!
//! It reads one file's text. Whether the files that the manifest speaks of exist is
//! [`super::discover`]'s matter.

use serde::Deserialize;

use super::{CatalogError, KernelVersion};
use crate::judge::{VerdictKind, visible};

/// The longest time for a guest program, in seconds: an hour. A slow machine multiplies it, and that must still
/// be a time.
const LONGEST_TIMEOUT_S: u64 = 3600;

/// One `lab.toml`. Unknown keys are errors: a misspelt key must not be a silent default.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The chapter's title, for example `Hello, kernel`.
    pub title: String,
    /// One sentence for listings.
    pub summary: String,
    /// How long a learner needs, in minutes.
    pub minutes: u32,
    /// From which kernel on the lab works; `None` means from the oldest of the matrix.
    #[serde(default)]
    pub min_kernel: Option<KernelVersion>,
    /// How many virtual CPUs the guest has: 1 or 2.
    #[serde(default = "one")]
    pub vcpus: u8,
    /// Kernel modules that the lab needs, for example `veth`.
    #[serde(default)]
    pub modules: Vec<String>,
    /// Extra boot arguments; a lab that has some gets a checkpoint of its own.
    #[serde(default)]
    pub kernel_arguments: Vec<String>,
    /// How long the guest program may run, in seconds on the reference machine; the runner scales
    /// it by the boot time it measured. At most an hour.
    #[serde(default = "ten")]
    pub timeout_s: u64,
    /// Whether the observations are printed after a pass, too.
    #[serde(default)]
    pub show: bool,
    /// When a learner may see the reference solution.
    #[serde(default)]
    pub solution: Reveal,
    /// The verdict of the untouched exercise.
    pub exercise: VerdictKind,
    /// Names of eBPF programs that the object must hold.
    #[serde(default)]
    pub programs: Vec<String>,
    /// Exactly three hints, from vague to the line.
    pub hints: Vec<String>,
    /// What a learner has used after a pass, one thing each.
    #[serde(default)]
    pub used: Vec<String>,
    /// What to try after a pass, one thing each.
    #[serde(default)]
    pub try_next: Vec<String>,
    /// The checks, in order of appearance.
    #[serde(rename = "check")]
    pub checks: Vec<Check>,
}

/// When `diff` shows the reference solution.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reveal {
    /// Once the learner's own exercise has passed on any kernel.
    #[default]
    AfterPass,
    /// At any time.
    Always,
}

/// One declared check: a named group of observations.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// The name in the guest program and of the snapshot file: letters, digits, `-` and `_`.
    pub name: String,
    /// One sentence: what this check proves.
    pub what: String,
    /// What it is worth when graded.
    pub points: u32,
}

fn one() -> u8 {
    1
}

fn ten() -> u64 {
    10
}

impl Manifest {
    /// Reads the text of a manifest; `file` is only named in messages.
    ///
    /// # Errors
    /// [`CatalogError::Manifest`] with the line: not TOML, an unknown or missing key, a value
    /// outside its range.
    pub fn parse(text: &str, file: &str) -> Result<Self, CatalogError> {
        let manifest: Self =
            toml::from_str(text).map_err(|error| CatalogError::manifest(file, text, &error))?;
        match manifest.fault() {
            None => Ok(manifest),
            Some(Fault { place, why, hint }) => {
                let (file, line, hint) = (file.to_owned(), place.line(text), hint.to_owned());
                let why = visible(&why);
                Err(CatalogError::Manifest { file, line, why, hint })
            }
        }
    }

    /// The first value outside its range.
    fn fault(&self) -> Option<Fault> {
        let fault = |key, why: String, hint| Some(Fault { place: Place::Key(key), why, hint });
        for (key, text) in [("title", &self.title), ("summary", &self.summary)] {
            if !is_one_line(text) {
                return fault(key, format!("`{key}` is not one line of text"), ONE_LINE);
            }
        }
        if !(1..=2).contains(&self.vcpus) {
            return fault("vcpus", format!("`vcpus` is {}", self.vcpus), "give `vcpus` as 1 or 2");
        }
        if !(1..=LONGEST_TIMEOUT_S).contains(&self.timeout_s) {
            let hint = "give `timeout_s` in seconds, at least 1 and at most 3600";
            return fault("timeout_s", format!("`timeout_s` is {}", self.timeout_s), hint);
        }
        let three = "write one vague hint, one closer, and one that names the line";
        if self.hints.len() != 3 {
            return fault(
                "hints",
                format!("there must be three hints, but there are {}", self.hints.len()),
                three,
            );
        }
        if let Some(empty) = self.hints.iter().position(|hint| hint.trim().is_empty()) {
            return fault("hints", format!("hint {} is empty", empty + 1), three);
        }
        if self.checks.is_empty() {
            return fault(
                "check",
                "there is no check".into(),
                "add a `[[check]]` with `name`, `what` and `points`",
            );
        }
        (0..self.checks.len()).find_map(|index| self.fault_of_check(index))
    }

    fn fault_of_check(&self, index: usize) -> Option<Fault> {
        let Check { name, what, .. } = &self.checks[index];
        let fault = |why, hint| Some(Fault { place: Place::Check(index), why, hint });
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if name.is_empty() || !name.chars().all(plain) {
            let hint = "a check's name is the name of its snapshot file: letters, digits, `-`, `_`";
            return fault(format!("`{name}` cannot be a check's name"), hint);
        }
        if !is_one_line(what) {
            return fault(format!("`what` of check `{name}` is not one line of text"), ONE_LINE);
        }
        if self.checks[..index].iter().any(|earlier| earlier.name == *name) {
            return fault(format!("check `{name}` is declared twice"), "rename one of the two");
        }
        None
    }
}

/// What to do about a text that is not.
const ONE_LINE: &str = "write one sentence, without line breaks or other control characters";

/// Whether a text fits into a line of a list.
fn is_one_line(text: &str) -> bool {
    !text.trim().is_empty() && !text.contains(char::is_control)
}

/// A value outside its range.
struct Fault {
    place: Place,
    why: String,
    hint: &'static str,
}

/// Where a value stands.
enum Place {
    /// At a key of the manifest itself.
    Key(&'static str),
    /// In a `[[check]]`, counted from 0.
    Check(usize),
}

impl Place {
    /// The line, counted from 1; 1 if the place is not found.
    fn line(&self, text: &str) -> usize {
        let begins = |line: &str, with: &str| line.trim_start().starts_with(with);
        let mut lines = text.lines().enumerate();
        let found = match self {
            Self::Key(key) => lines.find(|(_, line)| begins(line, key)),
            Self::Check(index) => lines.filter(|(_, line)| begins(line, "[[check]]")).nth(*index),
        };
        found.map_or(1, |(line, _)| line + 1)
    }
}
