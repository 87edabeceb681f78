//! A course with two labs in a folder of its own, for tests to spoil.

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// A course. Its folder is removed with it.
pub(crate) struct Course {
    folder: TempDir,
}

/// A manifest with one check, `count`.
const MANIFEST: &str = r#"title = "Hello, kernel"
summary = "Count one system call."
minutes = 20
exercise = "Differs"
hints = ["vague", "closer", "the line"]

[[check]]
name = "count"
what = "it counts while it is attached"
points = 1
"#;

impl Course {
    /// Two labs that are as they should be: `lab-01-hello`, and `lab-12-lifecycle` for the newest kernel only.
    pub(crate) fn new() -> Self {
        let course = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        course
            .write("Cargo.toml", "[workspace]\n")
            .write("Cargo.lock", "")
            .write("book/src/SUMMARY.md", "# Summary\n")
            .write("rust-toolchain.toml", "[toolchain]\nchannel = \"1.95.0\"\n")
            .lab("lab-01-hello", MANIFEST)
            .lab("lab-12-lifecycle", &format!("min_kernel = \"7.3\"\n{MANIFEST}"))
    }

    /// The same as a learner's workspace: without solutions and wrong solutions, and with the marker.
    pub(crate) fn workspace(self) -> Self {
        ["lab-01-hello", "lab-12-lifecycle"].into_iter().fold(
            self.write("workbook.toml", ""),
            |course, name| {
                course
                    .without(&format!("labs-ebpf/{name}/src/solution.rs"))
                    .without(&format!("labs-ebpf/{name}/mutants"))
            },
        )
    }

    /// The text of a file.
    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path().join(path)).expect("a file to read")
    }

    fn lab(self, name: &str, manifest: &str) -> Self {
        self.write(&format!("labs/{name}/lab.toml"), manifest)
            .write(
                &format!("labs/{name}/snapshots/count.snap"),
                "---\nsource: lab.toml\n---\nafter attach: 7\n",
            )
            .write(&format!("labs-ebpf/{name}/src/exercise.rs"), "//! Yours.\n")
            .write(&format!("labs-ebpf/{name}/src/solution.rs"), "//! The reference.\n")
            .write(
                &format!("labs-ebpf/{name}/mutants/none.rs"),
                "// fails: Differs in count: after attach: 0\n",
            )
    }

    /// Writes a file and the folders above it.
    pub(crate) fn write(self, path: &str, text: &str) -> Self {
        let path = self.path().join(path);
        fs::create_dir_all(path.parent().expect("a file lies in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
        self
    }

    /// Replaces a text in a file that holds it.
    pub(crate) fn edit(self, path: &str, from: &str, to: &str) -> Self {
        let text = fs::read_to_string(self.path().join(path)).expect("a file to edit");
        assert!(text.contains(from), "`{path}` holds no `{from}`");
        self.write(path, &text.replace(from, to))
    }

    /// Removes a file or a folder.
    pub(crate) fn without(self, path: &str) -> Self {
        let path = self.path().join(path);
        if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }
            .expect("something to remove");
        self
    }

    /// The same as only read: no file and no folder can be written. [`Course::writable`] gives it back.
    pub(crate) fn read_only(self) -> Self {
        allow(&self.path(), 0o555, 0o444);
        self
    }

    /// Everything can be written again, and so removed.
    pub(crate) fn writable(&self) {
        allow(&self.path(), 0o755, 0o644);
    }

    /// The course's root, as the runner will see it.
    pub(crate) fn path(&self) -> PathBuf {
        fs::canonicalize(self.folder.path()).unwrap_or_else(|_| Path::new("/").to_owned())
    }
}

/// Sets the permissions of everything in a folder.
fn allow(folder: &Path, folders: u32, files: u32) {
    // What cannot be entered is entered before it is closed, or after it was opened.
    let set = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("ours");
    set(folder, folders | 0o200);
    for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            allow(&path, folders, files);
        } else {
            set(&path, files);
        }
    }
    set(folder, folders);
}
