//! A newer course comes into a workspace, and no edited file is touched.
//!
//! First the whole plan as a value, then its steps, each complete or not begun: after an interruption the
//! next `update` goes on where this one stopped.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};

use super::{
    Marker, Written,
    contents::{self, contents},
    sha256, write_file,
};

/// What happens to one file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is new in the course, or was deleted: it is written.
    Write,
    /// It is as the older course wrote it: the newer one takes its place.
    Replace,
    /// It was edited, and the course has a newer one: the newer one is put beside it.
    Beside,
    /// The course no longer has it, and it is as it was written: it is removed.
    Remove,
    /// The course no longer has it, and it was edited: it stays.
    Orphan,
}

/// What has to be done, by path. Files that stay as they are do not appear. `there` are the hashes of the files
/// on the disk; `written` those that the older course wrote; `new` those of the newer one. Pure.
#[must_use]
pub fn plan(
    there: &BTreeMap<String, String>,
    written: &BTreeMap<String, String>,
    new: &BTreeMap<String, String>,
) -> BTreeMap<String, Step> {
    let mut steps = BTreeMap::new();
    for (path, wanted) in new {
        let (found, before) = (there.get(path), written.get(path));
        let step = match found {
            None => Step::Write,
            Some(found) if found == wanted => continue,
            Some(_) if contents::is_cargos(path) => {
                // Cargo's own changes to it are no reason to write it again.
                if before == Some(wanted) {
                    continue;
                }
                Step::Replace
            }
            Some(_) if found == before => Step::Replace,
            // Edited, and the course has nothing newer.
            Some(_) if before == Some(wanted) => continue,
            Some(_) => Step::Beside,
        };
        steps.insert(path.clone(), step);
    }
    for (path, before) in written.iter().filter(|(path, _)| !new.contains_key(*path)) {
        match there.get(path) {
            None => {}
            Some(found) if found == before || contents::is_cargos(path) => {
                steps.insert(path.clone(), Step::Remove);
            }
            Some(_) => {
                steps.insert(path.clone(), Step::Orphan);
            }
        }
    }
    steps
}

/// What was done to one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// The file, from the workspace's root.
    pub path: String,
    /// What happened.
    pub step: Step,
    /// The file that was put beside it.
    pub beside: Option<PathBuf>,
}

/// Brings the course of this binary into a workspace.
///
/// # Errors
/// If a newer runner wrote the workspace, or a file cannot be read or written.
pub fn update(root: &Path) -> Result<Vec<Done>> {
    Marker::read(root)?;
    let files = contents();
    let new: BTreeMap<String, String> =
        files.iter().map(|(path, bytes)| (path.clone(), sha256(bytes))).collect();
    let written = Written::read(root);
    let mut there = BTreeMap::new();
    for path in new.keys().chain(written.0.keys()) {
        match fs::read(root.join(path)) {
            Ok(bytes) => {
                there.insert(path.clone(), sha256(&bytes));
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(trouble("read", path, &error)),
        }
    }
    let mut done = Vec::new();
    for (path, step) in plan(&there, &written.0, &new) {
        let bytes = files.get(&path).map(Vec::as_slice).unwrap_or_default();
        let beside = carry_out(root, &path, step, bytes).map_err(|error| trouble("write", &path, &error))?;
        done.push(Done { path, step, beside });
    }
    // Last: until then a file that is done looks like one that needs nothing.
    Written(new).write(root).map_err(|error| trouble("write", "workbook.lock", &error))?;
    Marker::of_this_runner().write(root).map_err(|error| trouble("write", super::MARKER, &error))?;
    Ok(done)
}

fn carry_out(root: &Path, path: &str, step: Step, bytes: &[u8]) -> std::io::Result<Option<PathBuf>> {
    let place = root.join(path);
    match step {
        Step::Write | Step::Replace => write_file(&place, bytes)?,
        Step::Beside => {
            let beside = beside(&place, bytes);
            write_file(&beside, bytes)?;
            return Ok(Some(beside.strip_prefix(root).unwrap_or(&beside).to_owned()));
        }
        Step::Remove => {
            fs::remove_file(&place)?;
            remove_empty_folders(root, &place);
        }
        Step::Orphan => {}
    }
    Ok(None)
}

/// `exercise.rs.new`, or with a number where an older one, perhaps edited, is there.
fn beside(place: &Path, bytes: &[u8]) -> PathBuf {
    let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let free = |path: &PathBuf| fs::read(path).map_or(true, |old| old == bytes);
    let plain = place.with_file_name(format!("{name}.new"));
    let numbered = (2..).map(|number| place.with_file_name(format!("{name}.new-{number}")));
    std::iter::once(plain.clone()).chain(numbered).find(free).unwrap_or(plain)
}

/// The folders above a removed file that hold nothing any more.
fn remove_empty_folders(root: &Path, place: &Path) {
    for folder in place.ancestors().skip(1).take_while(|folder| *folder != root) {
        if fs::remove_dir(folder).is_err() {
            break;
        }
    }
}

fn trouble(verb: &str, path: &str, error: &std::io::Error) -> anyhow::Error {
    anyhow!(
        "cannot {verb} `{path}`: {error}\nhint: check that the workspace is writable and that the disk is not full, \
         then give the command again: it goes on where it stopped"
    )
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::nothing_new(Some("a"), Some("a"), Some("a"), None)]
    #[case::new_file(None, None, Some("a"), Some(Step::Write))]
    #[case::deleted(None, Some("a"), Some("a"), Some(Step::Write))]
    #[case::unedited(Some("a"), Some("a"), Some("b"), Some(Step::Replace))]
    #[case::edited(Some("x"), Some("a"), Some("b"), Some(Step::Beside))]
    #[case::edited_and_nothing_newer(Some("x"), Some("a"), Some("a"), None)]
    #[case::the_learner_took_the_newer_one(Some("b"), Some("a"), Some("b"), None)]
    #[case::no_list(Some("a"), None, Some("b"), Some(Step::Beside))]
    #[case::gone_from_the_course(Some("a"), Some("a"), None, Some(Step::Remove))]
    #[case::gone_and_edited(Some("x"), Some("a"), None, Some(Step::Orphan))]
    #[case::gone_everywhere(None, Some("a"), None, None)]
    fn one_file(
        #[case] there: Option<&str>,
        #[case] written: Option<&str>,
        #[case] new: Option<&str>,
        #[case] expected: Option<Step>,
    ) {
        let map = |hash: Option<&str>| -> BTreeMap<String, String> {
            hash.map(|hash| ("file".to_owned(), hash.to_owned())).into_iter().collect()
        };
        let steps = plan(&map(there), &map(written), &map(new));
        assert_eq!(steps.get("file").copied(), expected);
    }

    #[test]
    fn an_interrupted_init_is_completed() {
        let (folder, whole) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        super::super::init::init(whole.path()).unwrap();
        Marker::of_this_runner().write(folder.path()).unwrap();
        write_file(&folder.path().join("README.md"), &contents()["README.md"]).unwrap();
        let done = update(folder.path()).unwrap();
        assert!(done.iter().all(|done| done.step == Step::Write) && done.len() + 1 == contents().len());
        assert_eq!(Written::read(folder.path()), Written::read(whole.path()));
    }

    /// A workspace of an older course, in which one file was edited and one is gone since.
    #[test]
    fn an_update_keeps_what_was_edited_and_can_be_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        super::super::init::init(root).unwrap();
        let exercise = "labs-ebpf/lab-01-hello/src/exercise.rs";
        let mut written = Written::read(root);
        for path in [exercise, "labs-ebpf/lab-03-syscount/src/main.rs", "labs/lab-99-gone/lab.toml"] {
            fs::create_dir_all(root.join(path).parent().unwrap()).unwrap();
            fs::write(root.join(path), "older").unwrap();
            written.0.insert(path.to_owned(), sha256(b"older"));
        }
        written.write(root).unwrap();
        fs::write(root.join(exercise), "mine").unwrap();
        fs::remove_file(root.join("README.md")).unwrap();
        let first = update(root).unwrap();
        let steps: Vec<(&str, Step)> = first.iter().map(|done| (done.path.as_str(), done.step)).collect();
        let expected = [
            ("README.md", Step::Write),
            (exercise, Step::Beside),
            ("labs-ebpf/lab-03-syscount/src/main.rs", Step::Replace),
            ("labs/lab-99-gone/lab.toml", Step::Remove),
        ];
        assert_eq!(steps, expected);
        assert_eq!(fs::read_to_string(root.join(exercise)).unwrap(), "mine");
        assert_eq!(fs::read(root.join(format!("{exercise}.new"))).unwrap(), contents()[exercise]);
        assert!(!root.join("labs/lab-99-gone").exists());
        assert_eq!(update(root).unwrap(), []);
    }
}
