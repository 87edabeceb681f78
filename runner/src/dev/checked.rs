//! Where the labs were really checked: what the matrix has seen, kept for the book's badges in `book/checked.toml`.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

use crate::{catalog::Side, judge::VerdictKind, plan::Job, run::Observed};

/// The file, from the course's root.
const FILE: &str = "book/checked.toml";

const HEAD: &str = "# Where each lab was really checked: its solution passed with two seeds, and each wrong solution failed for its reason.\n\
                    # `cargo runner dev check --only matrix` writes this file; the book's badges are made of it.\n\n";

/// What a matrix has seen, if every promise was kept.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Checked {
    /// The release behind each kernel's name, as the guest's `uname -r` said it.
    kernels: BTreeMap<String, String>,
    /// By the labs' folders.
    labs: BTreeMap<String, Lab>,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Lab {
    /// On which kernels the solution passed.
    passed: BTreeSet<String>,
    /// How many wrong solutions failed for their reason, on each of these kernels.
    mutants: usize,
}

impl Checked {
    fn of<'a>(seen: impl Iterator<Item = (&'a Job<'a>, &'a Observed)>) -> Self {
        let mut checked = Self::default();
        for (job, observed) in seen {
            let lab = checked.labs.entry(job.lab.name.clone()).or_default();
            lab.mutants = job.lab.mutants.len();
            if job.side == Side::Solution && observed.verdict.kind() == VerdictKind::Passed {
                lab.passed.insert(job.kernel_name());
                checked.kernels.extend(observed.release.clone().map(|release| (job.kernel_name(), release)));
            }
        }
        checked
    }

    fn differs_in_releases_only(&self, other: &Self) -> bool {
        self.labs == other.labs && self.kernels.keys().eq(other.kernels.keys())
    }

    fn text(&self) -> Result<String> {
        Ok(HEAD.to_owned() + &toml::to_string(self).context("what was checked cannot be written as TOML")?)
    }
}

/// Compares what the file says with what was seen; writes it anew if it says something else. Whether it was current: a
/// newer release of a kernel on which all is as before is news for the book, and no fault.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn is_current<'a>(
    course: &Path,
    seen: impl Iterator<Item = (&'a Job<'a>, &'a Observed)>,
) -> Result<bool> {
    let (path, now) = (course.join(FILE), Checked::of(seen));
    let (said, text) = (fs::read_to_string(&path).unwrap_or_default(), now.text()?);
    if said == text {
        return Ok(true);
    }
    fs::write(&path, text).with_context(|| format!("cannot write `{}`", path.display()))?;
    let only_newer = toml::from_str(&said).is_ok_and(|said: Checked| said.differs_in_releases_only(&now));
    let what = if only_newer { "other releases" } else { "something else" };
    println!("`{FILE}` said {what} than this run, and was written anew: look at the change, and commit it");
    Ok(only_newer)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One lab, which passed on the newest of these kernels.
    fn checked(kernels: [(&str, &str); 2], mutants: usize) -> Checked {
        Checked {
            kernels: kernels.map(|(name, release)| (name.to_owned(), release.to_owned())).into(),
            labs: [("lab-01-hello".to_owned(), Lab { passed: ["6.1".to_owned()].into(), mutants })].into(),
        }
    }

    const KERNELS: [(&str, &str); 2] = [("6.1", "6.1.0-56-cloud-amd64"), ("5.10", "5.10.0-43-cloud-amd64")];

    #[test]
    fn the_file_is_short_and_in_order() {
        insta::assert_snapshot!("checked", checked(KERNELS, 3).text().expect("it is plain data"));
    }

    #[test]
    fn a_newer_release_is_no_fault_and_anything_else_is_one() {
        let before: Checked =
            toml::from_str(&checked(KERNELS, 3).text().expect("it is plain data")).expect("it was written");
        let newer = [("6.1", "6.1.0-57-cloud-amd64"), KERNELS[1]];
        assert!(before.differs_in_releases_only(&checked(newer, 3)));
        assert!(!before.differs_in_releases_only(&checked(newer, 4)));
        assert!(!before.differs_in_releases_only(&checked([("6.2", ""), KERNELS[1]], 3)));
    }
}
