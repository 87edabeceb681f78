//! Where progress is kept, and how several runners write it without losing anything.
//!
//! Every change reads the file anew under a lock and replaces it as a whole. A file that cannot be read is
//! put aside, never overwritten.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use vm::lock::Lock;

use super::{Document, Unusable, document::LARGEST};
use crate::{
    paths::{Kind, Paths},
    workspace::{free_name, write_durably},
};

/// The file's name.
const NAME: &str = "workbook-progress.json";

/// The file of one workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Store {
    file: PathBuf,
    lock: PathBuf,
}

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// The progress; empty if there was none that could be read.
    pub document: Document,
    /// What the learner should know about the file, in our form for messages.
    pub notice: Option<String>,
}

impl Store {
    /// The progress of a workspace lies at its root, that of the course's own repository under `target`.
    #[must_use]
    pub fn of(paths: &Paths) -> Self {
        let target = paths.course.join("target");
        match paths.kind() {
            Kind::Workspace => Self::at(&paths.course.join(NAME), &target.join("progress.lock")),
            Kind::Repository => Self::at(&target.join(NAME), &target.join("progress.lock")),
        }
    }

    /// A store at a place of one's own.
    #[must_use]
    pub fn at(file: &Path, lock: &Path) -> Self {
        Self { file: file.to_owned(), lock: lock.to_owned() }
    }

    /// The file's name for messages.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Reads the progress. A broken file is put aside, and the notice says so.
    ///
    /// # Errors
    /// If the system refuses to read it.
    pub fn read(&self) -> Result<Read> {
        match self.load()? {
            Ok(document) => Ok(Read { document, notice: None }),
            Err(Unusable::Newer(_)) => Ok(Read { document: Document::default(), notice: Some(self.newer()) }),
            // Under the lock: another runner may have mended it meanwhile.
            Err(Unusable::Broken(why)) => {
                let held = self.hold();
                let notice = match held {
                    Ok(_lock) => match self.load()? {
                        Ok(document) => return Ok(Read { document, notice: None }),
                        Err(_) => self.put_aside(&why),
                    },
                    Err(_) => self.put_aside(&why),
                };
                Ok(Read { document: Document::default(), notice: Some(notice) })
            }
        }
    }

    /// Changes the progress and returns what the learner should know about the file.
    ///
    /// # Errors
    /// If the file cannot be read or written, or a newer runner wrote it: nothing is changed then.
    pub fn change(&self, change: impl FnOnce(&mut Document)) -> Result<Option<String>> {
        let _lock = self.hold()?;
        let (mut document, notice) = match self.load()? {
            Ok(document) => (document, None),
            Err(Unusable::Newer(_)) => return Err(anyhow!("{}", self.newer())),
            Err(Unusable::Broken(why)) => {
                let notice = self.put_aside(&why);
                if self.file.exists() {
                    return Err(anyhow!("{notice}"));
                }
                (Document::default(), Some(notice))
            }
        };
        let before = document.clone();
        change(&mut document);
        if document != before || !self.file.exists() {
            let text = document.text();
            // Written, it would be unreadable ever after.
            if text.len() > LARGEST {
                return Err(anyhow!(
                    "your progress in `{}` would have {} bytes, more than can be read again; nothing was changed\n\
                     hint: import only what `cargo runner progress export FILE` wrote",
                    self.shown(),
                    text.len()
                ));
            }
            write_durably(&self.file, text.as_bytes()).map_err(|error| unwritable(&self.file, &error))?;
        }
        Ok(notice)
    }

    fn hold(&self) -> Result<Lock> {
        let folder = self.lock.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        Ok(Lock::acquire(&self.lock)?)
    }

    /// The outer error is the system's, the inner one the document's.
    fn load(&self) -> Result<Result<Document, Unusable>> {
        match fs::read(&self.file) {
            Ok(bytes) => Ok(Document::parse(&bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Ok(Document::default())),
            Err(error) => Err(anyhow!(
                "cannot read your progress in `{}`: {error}\nhint: make the file readable for yourself, or move it away",
                self.file.display()
            )),
        }
    }

    fn put_aside(&self, why: &str) -> String {
        let aside = free_name(&self.file, "broken");
        let (file, kept) = (self.shown(), aside.file_name().unwrap_or_default().display());
        match fs::rename(&self.file, &aside) {
            Ok(()) => format!(
                "your progress in `{file}` could not be read: {why}; it is kept as `{kept}`, and progress begins anew\n\
                 hint: mend that file and bring it in with `cargo runner progress import {kept}`, or check your labs again"
            ),
            Err(error) => format!(
                "your progress in `{file}` could not be read: {why}; it could not be put aside either: {error}\n\
                 hint: move the file away, or make its folder writable"
            ),
        }
    }

    fn newer(&self) -> String {
        let why = match self.load() {
            Ok(Err(unusable)) => unusable.to_string(),
            _ => "a newer runner wrote it".into(),
        };
        format!(
            "your progress in `{}` cannot be read: {why}; it stays as it is, and nothing is recorded\n\
             hint: install the newer runner again",
            self.shown()
        )
    }

    fn shown(&self) -> std::path::Display<'_> {
        Path::new(self.file.file_name().unwrap_or_default()).display()
    }
}

fn unwritable(path: &Path, error: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "your progress cannot be recorded: `{}` cannot be written: {error}\nhint: make its folder writable, or free some of the disk",
        path.display()
    )
}
