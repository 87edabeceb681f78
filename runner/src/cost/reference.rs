//! What the reference solution costs: recorded by authors on the matrix's kernels, read after a pass.
//!
//! `labs/LAB/costs.toml` is written by `runner dev accept` and never by hand; `runner dev check` proves that it
//! is current.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::ProgramCost;

/// The file's name in the lab's folder.
pub const FILE: &str = "costs.toml";

/// What stands at the head of the file.
const HEAD: &str = "# What the reference solution's programs cost. Written by `cargo runner dev accept`.\n";

/// Why the record cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum ReferenceError {
    /// The file system says no.
    #[error(
        "cannot read or write `{file}`: {error}\nhint: check that it is a file that you may read and write"
    )]
    File {
        /// The record.
        file: PathBuf,
        /// Why.
        error: io::Error,
    },
    /// Not as `dev accept` writes it.
    #[error("`{file}` is not as it was written: {why}\nhint: let `cargo runner dev accept` write it anew")]
    Text {
        /// The record.
        file: PathBuf,
        /// What the parser says.
        why: String,
    },
}

/// The costs on one kernel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recorded {
    /// The kernel's series: `6.1`.
    pub kernel: String,
    /// What `uname -r` said: machine code and the verifier's work may differ in another release.
    pub release: String,
    /// The programs, in the order in which they are loaded.
    #[serde(rename = "program")]
    pub programs: Vec<ProgramCost>,
}

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    #[serde(default, rename = "kernel")]
    kernels: Vec<Recorded>,
}

/// The record of a lab, by its folder; empty if there is none.
///
/// # Errors
/// If there is one that cannot be read.
pub fn of_reference(lab: &Path) -> Result<Vec<Recorded>, ReferenceError> {
    let file = lab.join(FILE);
    match fs::read_to_string(&file) {
        Ok(text) => match toml::from_str::<Record>(&text) {
            Ok(record) => Ok(record.kernels),
            Err(error) => Err(ReferenceError::Text { file, why: error.message().to_owned() }),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(ReferenceError::File { file, error }),
    }
}

/// Writes the record of a lab; nothing to record removes it. Returns whether the file changed.
///
/// # Errors
/// If it cannot be written.
pub fn write(lab: &Path, kernels: Vec<Recorded>) -> Result<bool, ReferenceError> {
    let file = lab.join(FILE);
    let fault = |error| ReferenceError::File { file: file.clone(), error };
    let text = match kernels.iter().any(|kernel| !kernel.programs.is_empty()) {
        true => toml::to_string(&Record { kernels }).map(|text| format!("{HEAD}\n{text}")),
        false => Ok(String::new()),
    };
    let text = text.map_err(|error| fault(io::Error::other(error)))?;
    let before = fs::read_to_string(&file).unwrap_or_default();
    if before == text {
        return Ok(false);
    }
    let done = if text.is_empty() { fs::remove_file(&file) } else { fs::write(&file, text) };
    done.map(|()| true).map_err(fault)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let lab = tempfile::tempdir().unwrap();
        assert_eq!(of_reference(lab.path()).unwrap(), []);
        let program = |name: &str, verified| ProgramCost {
            program: name.into(),
            instructions: 15,
            stack: 8,
            verified,
            jited: 93,
        };
        let recorded = vec![Recorded {
            kernel: "6.1".into(),
            release: "6.1.0-56".into(),
            programs: vec![program("a", None), program("b", Some(17))],
        }];
        assert!(write(lab.path(), recorded.clone()).unwrap());
        assert!(!write(lab.path(), recorded.clone()).unwrap());
        assert_eq!(of_reference(lab.path()).unwrap(), recorded);
        assert!(write(lab.path(), Vec::new()).unwrap());
        assert_eq!(of_reference(lab.path()).unwrap(), []);
    }

    #[test]
    fn a_record_that_was_edited_says_what_to_do() {
        let lab = tempfile::tempdir().unwrap();
        fs::write(lab.path().join(FILE), "[[kernel]]\nkernal = 1\n").unwrap();
        let said = of_reference(lab.path()).unwrap_err().to_string();
        assert!(said.contains("kernal") && said.contains("hint: let `cargo runner dev accept`"), "{said}");
    }
}
