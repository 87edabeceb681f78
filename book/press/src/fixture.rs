//! A small course in a folder of its own, for tests.
//!
//! It is good as it stands; a test breaks one thing in it.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::checks;
use crate::course::Course;
use crate::expand::expand;
use crate::finding::{Finding, listing};
use crate::pages::Pages;

const BOOK: &str = "[book]\ntitle = \"T\"\nlanguage = \"en\"\n\
    [build]\ncreate-missing = false\n\
    [preprocessor.workbook]\ncommand = \"none\"\nbefore = [\"links\"]\n";
const LAB: &str = "title = \"Hello\"\nsummary = \"One `map` & one <program>.\"\nminutes = 50\n\
    min_kernel = \"6.1\"\nexercise = \"Differs\"\nhints = [\"Think of maps.\", \"Look at `get`.\", \"let x = *get(0);\"]\n\
    [[check]]\nname = \"count\"\nwhat = \"it counts\"\npoints = 2\n\
    [[check]]\nname = \"end\"\nwhat = \"it ends with `0`\"\npoints = 1\n";
const CODE: &str = "// ANCHOR: all\nfn a() {}\n// ANCHOR: inner\nfn b() {}\n// ANCHOR_END: inner\n// ANCHOR_END: all\n\
    // ANCHOR: empty\n\n// ANCHOR_END: empty\n// ANCHOR: endless\nfn c() {}\n";
const CHECKED: &str =
    "[kernels]\n\"6.1\" = \"6.1.0-56\"\n[labs.lab-01-hello]\npassed = [\"6.1\"]\nmutants = 2\n";
const SNAPSHOT: &str = "---\nsource: labs\nexpression: x\n---\nbefore: 0\nafter: 7\n";

/// A course on disk that goes away with the value.
pub(crate) struct Fixture {
    root: TempDir,
}

impl Fixture {
    /// A good course: an introduction and one lab with its chapter.
    pub(crate) fn new() -> Fixture {
        let fixture = Fixture { root: tempfile::tempdir().unwrap() };
        let chapter = "# Hello\n\n{{#lab lab-01}}\n\n## Goal {#goal}\n\nSee the [start](index.md#start).\n";
        fixture
            .file("book/book.toml", BOOK)
            .file("book/src/SUMMARY.md", "# Summary\n\n[Start](README.md)\n\n- [Hello](lab-01-hello.md)\n")
            .file("book/src/README.md", "# Start\n\n## Begin {#start}\n\n[Hello](lab-01-hello.md#goal)\n")
            .file("book/src/lab-01-hello.md", chapter)
            .file("book/src/flow.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
            .file(
                "vm/kernels.toml",
                "[[series]]\nname = \"5.10\"\n[[series]]\nname = \"6.1\"\n[[series]]\nname = \"6.12\"\n",
            )
            .file("book/checked.toml", CHECKED)
            .file("labs/lab-01-hello/lab.toml", LAB)
            .file("labs/lab-01-hello/snapshots/count.snap", SNAPSHOT)
            .file("labs/lab-01-hello/snapshots/count@6.1.snap", "---\nsource: labs\n---\nafter: 8\n")
            .file("labs-ebpf/lab-01-hello/src/exercise.rs", CODE)
    }

    /// The course's root.
    pub(crate) fn root(&self) -> &Path {
        self.root.path()
    }

    /// Writes a file, with its folders.
    pub(crate) fn file(self, path: &str, text: &str) -> Fixture {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// Writes the introduction: its title, then `text`.
    pub(crate) fn page(self, text: &str) -> Fixture {
        self.file("book/src/README.md", &format!("# Start\n\n## Begin {{#start}}\n\n{text}"))
    }

    /// Takes a file away.
    pub(crate) fn without(self, path: &str) -> Fixture {
        fs::remove_file(self.root().join(path)).unwrap();
        self
    }

    /// Everything that the checks find, as they show it; empty if all is well.
    pub(crate) fn findings(&self) -> String {
        let read = || -> Result<(Course, Pages), Vec<Finding>> {
            Ok((Course::read(self.root())?, Pages::read(self.root())?))
        };
        match read() {
            Ok((course, pages)) => listing(&checks::all(&pages, &course)),
            Err(findings) => listing(&findings),
        }
    }

    /// `text` expanded, or what is wrong with it.
    pub(crate) fn expand(&self, text: &str) -> String {
        let course = Course::read(self.root()).unwrap();
        expand(text, Path::new("book/src/page.md"), &course).unwrap_or_else(|findings| listing(&findings))
    }
}
