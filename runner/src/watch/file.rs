//! Notices that a file was saved, by looking at it.
//!
//! It asks the file system again and again instead of listening to it: events do not come on mounted folders,
//! under WSL, or when an editor saves by renaming another file, and one file is looked at in microseconds.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::mpsc::Sender,
    thread,
    time::Duration,
};

use super::model::Input;

/// For how long a file may be missing, in looks, before that is worth a word.
const MISSING: u32 = 40;

/// Starts a thread that says when the file has other contents, is gone, or is back. It ends when nobody listens.
/// It looks so often; a file that looks the same twice in a row is taken as saved: editors that write in
/// several steps, and storms of saves, count once.
pub(super) fn follow(file: PathBuf, every: Duration, inputs: Sender<Input>) {
    thread::spawn(move || {
        let mut observer = Observer::new(look(&file));
        loop {
            thread::park_timeout(every);
            if let Some(input) = observer.look(look(&file))
                && inputs.send(input).is_err()
            {
                return;
            }
        }
    });
}

fn look(file: &Path) -> Option<Vec<u8>> {
    fs::read(file).ok()
}

/// What was seen so far. Pure.
struct Observer {
    told: Option<Vec<u8>>,
    last: Option<Vec<u8>>,
    missing: u32,
}

impl Observer {
    fn new(now: Option<Vec<u8>>) -> Self {
        Self { told: now.clone(), last: now, missing: 0 }
    }

    fn look(&mut self, now: Option<Vec<u8>>) -> Option<Input> {
        let settled = now == self.last;
        self.last = now;
        match &self.last {
            None => {
                self.missing += 1;
                (self.missing == MISSING).then_some(Input::Gone)
            }
            Some(contents) => {
                let back = std::mem::take(&mut self.missing) >= MISSING;
                if settled && (self.told.as_ref() != Some(contents) || back) {
                    self.told = Some(contents.clone());
                    return Some(Input::Saved);
                }
                if back {
                    // Once more next time: then it has settled.
                    self.missing = MISSING;
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is said to these looks, one letter each: `.` missing; `s` saved, `g` gone, `-` nothing.
    fn said(looks: &str) -> String {
        let contents = |letter: char| (letter != '.').then(|| vec![letter as u8]);
        let mut letters = looks.chars();
        let mut observer = Observer::new(letters.next().and_then(contents));
        letters
            .map(|letter| match observer.look(contents(letter)) {
                Some(Input::Saved) => 's',
                Some(Input::Gone) => 'g',
                Some(_) => '?',
                None => '-',
            })
            .collect()
    }

    #[test]
    fn a_save_is_told_once_it_has_settled() {
        assert_eq!(said("aaabbb"), "---s-");
        assert_eq!(said("abcdee"), "----s", "a storm counts once");
        assert_eq!(said("abaa"), "---", "what is as it was is no save");
        assert_eq!(said("a.aa"), "---", "an editor that renames");
        assert_eq!(said("a.bb"), "--s");
    }

    #[test]
    fn a_missing_file_is_told_after_a_second_and_its_return_too() {
        let looks = format!("a{}aa", ".".repeat(MISSING as usize + 5));
        let told = said(&looks);
        assert_eq!(told.matches('g').count(), 1);
        assert!(told.ends_with("-s"), "{told}");
    }
}
