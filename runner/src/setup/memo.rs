//! Remembers what programs said about themselves, so that looking at the machine again costs no process.
//!
//! An answer holds as long as the files that it depends on keep their time, size and inode. What is
//! not remembered correctly is only asked again: a damaged file of answers is an empty one.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// Answers by the name of the question.
#[derive(Debug, Default)]
pub(super) struct Memo {
    file: PathBuf,
    answers: BTreeMap<String, Answer>,
    changed: Changed,
}

#[derive(Debug, Default, PartialEq, Eq)]
enum Changed {
    #[default]
    No,
    Yes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Answer {
    /// The state of the files that the answer depends on.
    state: String,
    text: String,
}

impl Memo {
    /// Reads the answers that are kept in `folder`.
    pub(super) fn load(folder: &Path) -> Self {
        let file = folder.join("probes.json");
        let read = std::fs::read(&file).ok();
        let answers = read.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        Self { file, answers, changed: Changed::No }
    }

    /// The remembered answer, or a new one from `ask`. No answer is not remembered.
    pub(super) fn answer(
        &mut self,
        question: &str,
        files: &[&Path],
        ask: impl FnOnce() -> Option<String>,
    ) -> Option<String> {
        let state: String = files.iter().map(|file| state_of(file)).collect();
        if let Some(answer) = self.answers.get(question)
            && answer.state == state
        {
            return Some(answer.text.clone());
        }
        let text = ask()?;
        self.answers.insert(question.to_owned(), Answer { state, text: text.clone() });
        self.changed = Changed::Yes;
        Some(text)
    }

    /// Writes the answers if there are new ones. That this fails costs only time, next time.
    pub(super) fn save(self) {
        if self.changed == Changed::No {
            return;
        }
        let write = || -> std::io::Result<()> {
            let folder = self.file.parent().unwrap_or(Path::new("."));
            std::fs::create_dir_all(folder)?;
            let mut file = tempfile::NamedTempFile::new_in(folder)?;
            file.write_all(&serde_json::to_vec_pretty(&self.answers)?)?;
            file.persist(&self.file)?;
            Ok(())
        };
        let _ = write();
    }
}

/// What changes when a file is replaced or edited.
fn state_of(file: &Path) -> String {
    let shown = file.display();
    match file.metadata() {
        Ok(meta) => {
            format!("{shown} {}.{:09} {} {}\n", meta.mtime(), meta.mtime_nsec(), meta.size(), meta.ino())
        }
        Err(_) => format!("{shown} absent\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(memo: &mut Memo, file: &Path, text: &str) -> Option<String> {
        memo.answer("version", &[file], || Some(text.to_owned()))
    }

    #[test]
    fn an_answer_holds_until_the_file_changes() {
        let folder = tempfile::tempdir().unwrap();
        let tool = folder.path().join("tool");
        std::fs::write(&tool, "one").unwrap();
        let mut memo = Memo::load(folder.path());
        assert_eq!(asked(&mut memo, &tool, "1").as_deref(), Some("1"));
        memo.save();

        let mut memo = Memo::load(folder.path());
        assert_eq!(asked(&mut memo, &tool, "2").as_deref(), Some("1"));
        std::fs::write(&tool, "four").unwrap();
        assert_eq!(asked(&mut memo, &tool, "2").as_deref(), Some("2"));
        std::fs::remove_file(&tool).unwrap();
        assert_eq!(asked(&mut memo, &tool, "3").as_deref(), Some("3"));
    }

    #[test]
    fn no_answer_is_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut memo = Memo::load(folder.path());
        assert_eq!(memo.answer("version", &[], || None), None);
        assert_eq!(asked(&mut memo, folder.path(), "1").as_deref(), Some("1"));
    }

    #[test]
    fn rubbish_is_no_memory() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("probes.json"), "{\"version\": 7").unwrap();
        let mut memo = Memo::load(folder.path());
        assert_eq!(asked(&mut memo, folder.path(), "1").as_deref(), Some("1"));
    }
}
