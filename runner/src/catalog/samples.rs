//! A small course on disk for tests.

use std::{fs, path::Path};

use tempfile::TempDir;

use super::Catalog;

/// The kernels of the matrix.
pub(crate) fn kernels() -> Vec<String> {
    ["5.10", "6.1", "6.12", "6.18", "7.3"].map(str::to_owned).to_vec()
}

/// A manifest with the checks `count` and `name`.
pub(crate) const MANIFEST: &str = r#"title = "Hello, kernel"
summary = "count one system call"
minutes = 20
exercise = "Differs"
programs = ["count_calls"]
hints = ["which hook sees the call?", "add one in the program", "line 12: `*count += 1`"]

[[check]]
name = "count"
what = "the program counts every call while it is attached"
points = 2

[[check]]
name = "name"
what = "the program sees who calls"
points = 1
"#;

/// An exercise as it is shipped: the mark stands in line 3.
pub(crate) const EXERCISE: &str =
    concat!("//! Count calls.\n\n// TODO", "(lab): count the call\nfn count() {}\n");

/// A course tree in a temporary folder.
pub(crate) struct Course {
    folder: TempDir,
}

impl Course {
    /// One lab, `lab-01-hello`, that is as it should be, and the crates beside it that are no labs.
    pub(crate) fn new() -> Self {
        let course = Self { folder: tempfile::tempdir().unwrap() };
        course
            .write("labs/kit/Cargo.toml", "")
            .write("labs/channel/Cargo.toml", "")
            .lab("lab-01-hello", MANIFEST)
    }

    /// Adds a lab whose exercise is on the eBPF side.
    pub(crate) fn lab(self, name: &str, manifest: &str) -> Self {
        self.write(&format!("labs/{name}/lab.toml"), manifest)
            .write(&format!("labs-ebpf/{name}/src/exercise.rs"), EXERCISE)
            .write(&format!("labs-ebpf/{name}/src/solution.rs"), "")
    }

    /// Writes a file and its folders.
    pub(crate) fn write(self, path: &str, text: &str) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes a snapshot of `lab-01-hello`.
    pub(crate) fn snapshot(self, file: &str, lines: &[&str]) -> Self {
        let text = format!("---\nsource: labs/lab-01-hello/lab.toml\n---\n{}\n", lines.join("\n"));
        self.write(&format!("labs/lab-01-hello/snapshots/{file}"), &text)
    }

    /// The snapshots that a good run meets.
    pub(crate) fn good_snapshots(self) -> Self {
        self.snapshot("count.snap", &["before attach: 0", "after attach: 7", "after detach: 7"])
            .snapshot("name.snap", &["seen by <pid#1>: lab-worker"])
    }

    /// Removes a file.
    pub(crate) fn without(self, path: &str) -> Self {
        fs::remove_file(self.root().join(path)).unwrap();
        self
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn catalog(&self) -> Catalog {
        Catalog::discover(self.root(), &kernels()).unwrap()
    }

    /// What discovering says is wrong.
    pub(crate) fn error(&self) -> String {
        Catalog::discover(self.root(), &kernels()).unwrap_err().to_string()
    }
}
