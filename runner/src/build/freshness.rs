//! Makes cargo see what a file holds, and not only how old it is.
//!
//! Cargo takes a source file for unchanged if it is not newer than the last build. A file that comes back from
//! a backup, by `mv` or from an archive may be older and say something else: then the verdict would be on
//! another text than the one on the disk. Cargo's own answer, `-Z checksum-freshness`, is not stable yet
//! (<https://github.com/rust-lang/cargo/issues/14136>).

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::SystemTime,
};

use crate::workspace::{sha256, write_file};

/// What the sources held when they were last built, below `target`.
const RECORD: &str = "target/sources.json";

/// Dates every Rust file of these folders that holds something else than when it was last built and is not newer,
/// and remembers them all. `folders` are below `course`. A file that was just saved is left alone: editors warn
/// of files that others have touched.
///
/// # Errors
/// When a file cannot be dated, or the record cannot be written.
pub(super) fn mind(course: &Path, folders: &[PathBuf]) -> io::Result<()> {
    let file = course.join(RECORD);
    let before: BTreeMap<PathBuf, String> =
        fs::read(&file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let built = fs::metadata(&file).and_then(|file| file.modified()).ok();
    let mut now = before.clone();
    for path in folders.iter().flat_map(|folder| sources(folder)) {
        // What cannot be read is for rustc to tell.
        let Ok(bytes) = fs::read(&path) else { continue };
        let hash = sha256(&bytes);
        let shown = path.strip_prefix(course).unwrap_or(&path).to_owned();
        let changed = now.insert(shown, hash.clone()).as_ref() != Some(&hash);
        let newer = fs::metadata(&path).and_then(|file| file.modified()).ok() > built && built.is_some();
        if changed && !newer {
            File::options().append(true).open(&path)?.set_modified(SystemTime::now())?;
        }
    }
    if now == before {
        return Ok(());
    }
    write_file(&file, &serde_json::to_vec(&now)?)
}

/// The Rust files of a folder.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|end| end == "rs")).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_old_file_that_says_something_else_becomes_new() {
        let course = tempfile::tempdir().unwrap();
        let folder = course.path().join("src");
        let file = folder.join("exercise.rs");
        fs::create_dir(&folder).unwrap();
        let old = SystemTime::now() - Duration::from_secs(3600);
        let write = |text: &str| {
            fs::write(&file, text).unwrap();
            File::options().append(true).open(&file).unwrap().set_modified(old).unwrap();
        };
        let age = || {
            mind(course.path(), std::slice::from_ref(&folder)).unwrap();
            fs::metadata(&file).unwrap().modified().unwrap()
        };
        write("one");
        assert!(age() > old, "nobody knows what was built before");
        write("one");
        assert_eq!(age(), old, "the same text needs no build");
        write("two");
        assert!(age() > old, "another text does");
        fs::write(&file, "three").unwrap();
        let saved = SystemTime::now() + Duration::from_secs(5);
        File::options().append(true).open(&file).unwrap().set_modified(saved).unwrap();
        assert_eq!(age(), saved, "cargo sees by itself what was saved just now");
    }
}
