//! The repository's files as a value.
//!
//! It reads what belongs to the repository, tracked or about to be; it judges nothing.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Files by their path from the root, with `/` between the parts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tree {
    /// `None` for what is not text.
    files: BTreeMap<String, Option<String>>,
    /// What git is told to overlook; folders end with `/` and are not looked into.
    ignored: Vec<String>,
}

impl Tree {
    /// All files of this repository that git tracks or would add.
    ///
    /// # Panics
    /// If git cannot list them: a rule over no files would hold.
    #[must_use]
    pub fn of_repository() -> Self {
        let root = root();
        let others = ["--others", "--exclude-standard"];
        let mut files = BTreeMap::new();
        for path in git(&root, &["--cached", others[0], others[1]]) {
            // A file that is deleted and not yet committed is listed as well.
            if let Ok(bytes) = fs::read(root.join(&path)) {
                files.insert(path, String::from_utf8(bytes).ok());
            }
        }
        assert!(!files.is_empty(), "git lists no files in `{}`\nhint: work in a clone", root.display());
        let ignored = git(&root, &[others[0], "--ignored", others[1], "--directory"]);
        Self { files, ignored }
    }

    /// The same tree with this text as the file at `path`.
    #[must_use]
    pub fn with(mut self, path: &str, text: &str) -> Self {
        self.files.insert(path.to_owned(), Some(text.to_owned()));
        self
    }

    /// The same tree without the file at `path`.
    ///
    /// # Panics
    /// If it has none.
    #[must_use]
    pub fn without(mut self, path: &str) -> Self {
        assert!(self.files.remove(path).is_some(), "there is no `{path}` to leave out");
        self
    }

    /// The same tree with one more path that git overlooks.
    #[must_use]
    pub fn ignoring(mut self, path: &str) -> Self {
        self.ignored.push(path.to_owned());
        self
    }

    /// The text of a file; `None` if there is none, or it is not text.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path)?.as_deref()
    }

    /// Whether there is such a file.
    #[must_use]
    pub fn has(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    /// All paths, sorted.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// All text files with their text, sorted by path.
    pub fn texts(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().filter_map(|(path, text)| Some((path.as_str(), text.as_deref()?)))
    }

    /// The text files whose path ends so.
    pub fn ending(&self, end: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts().filter(move |(path, _)| path.ends_with(end))
    }

    /// What git overlooks.
    #[must_use]
    pub fn ignored(&self) -> &[String] {
        &self.ignored
    }
}

/// The repository's root.
///
/// # Panics
/// Never: this crate lies in a folder of it.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("this crate lies in a folder").to_owned()
}

fn git(root: &Path, options: &[&str]) -> Vec<String> {
    let arguments = ["ls-files", "-z"].iter().chain(options);
    let said = duct::cmd("git", arguments).dir(root).stdin_null().stdout_capture().run();
    let output = said.unwrap_or_else(|error| {
        panic!(
            "git cannot list the files of `{}`: {error}\nhint: work in a clone, with git installed",
            root.display()
        )
    });
    let text = String::from_utf8(output.stdout).expect("paths of the repository are UTF-8");
    text.split_terminator('\0').map(str::to_owned).collect()
}
