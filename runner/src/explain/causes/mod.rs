//! What is behind an error of opening, loading, attaching, pinning or using, where the verifier has said nothing.
//!
//! It reads the error's text as Aya, libbpf, bpftool and the system write it. Where several causes give the
//! same text, it names them all; where nothing is known, it returns nothing. Recorded errors are in
//! `runner/data/errors`.

mod definition;
mod entry;
mod errno;
mod line;
mod maps;
mod network;
mod objects;
mod perf_events;
mod pins;
mod probes;
mod programs;
mod render;
mod sides;
mod tracepoints;
mod using;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};

use super::pattern::{fill, matches};

use entry::{Entry, Says, says};

pub use definition::made_exact;
pub use render::{cause_text, render_cause};

/// A cause, and the way out of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Its name, which never changes: `map-full`.
    pub id: String,
    /// When it comes up.
    pub stage: Stage,
    /// In plain words.
    pub words: String,
    /// What to do.
    pub fix: String,
    /// Where to read on: a page below `book/src`, with its heading.
    pub read: String,
}

/// Causes that are seen from the number of the error alone, and only if the verifier gave no reason.
const SILENT: [&str; 2] = ["unknown-program-type", "log-switched-off"];

impl Cause {
    /// Whether it can be true beside a reason that the verifier gave.
    #[must_use]
    pub fn goes_with_reason(&self) -> bool {
        !SILENT.contains(&self.id.as_str())
    }
}

/// When an error of a cause comes up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// The object is read, its maps are created.
    Open,
    /// A program is handed to the kernel.
    Load,
    /// A program is put on its hook.
    Attach,
    /// Loaded programs and maps are pinned, read, changed, run, listed.
    Use,
}

/// All causes, in the order in which they are asked: the special ones first.
fn all() -> impl Iterator<Item = &'static Entry> {
    let topics: [&[Entry]; 10] = [
        objects::CAUSES,
        sides::CAUSES,
        maps::CAUSES,
        programs::CAUSES,
        tracepoints::CAUSES,
        probes::CAUSES,
        perf_events::CAUSES,
        network::CAUSES,
        pins::CAUSES,
        using::CAUSES,
    ];
    topics.into_iter().flatten()
}

/// The words of a cause, its fix and its page, with holes that only an error fills.
pub(super) fn described(id: &str) -> Option<(&'static str, &'static str, &'static str)> {
    all().find(|entry| entry.id == id).map(|entry| (entry.words, entry.fix, entry.read))
}

/// The cause of an `OpenFailed` verdict.
#[must_use]
pub fn open_error(error: &str) -> Option<Cause> {
    cause_of(&format!("cannot open the object: {error}"))
}

/// The cause of a `Rejected` verdict, where the verifier's log gives no reason.
#[must_use]
pub fn load_error(error: &str) -> Option<Cause> {
    cause_of(&format!("the program was rejected: {error}"))
}

/// The cause of an `AttachFailed` verdict. The hook tells apart what the error alone does not.
#[must_use]
pub fn attach_error(hook: &str, error: &str) -> Option<Cause> {
    cause_of(&format!("cannot attach to {hook}: {error}"))
}

/// The cause of the last error in a text, for example what a loader printed.
#[must_use]
pub fn cause_of(text: &str) -> Option<Cause> {
    found_in(text).map(|(cause, _)| cause)
}

/// The cause of the last error in a text, with the line that names it.
#[must_use]
pub fn found_in(text: &str) -> Option<(Cause, String)> {
    let lines = line::lines_of(text);
    lines.into_iter().rev().find_map(|line| Some((of_line(&line)?, line)))
}

fn of_line(line: &str) -> Option<Cause> {
    let errno = errno::in_line(line);
    all().find_map(|entry| {
        let captures = entry.says.iter().find_map(|says| {
            if says.errno != 0 && Some(says.errno) != errno {
                return None;
            }
            matches(says.line, line)
        })?;
        Some(Cause {
            id: entry.id.to_owned(),
            stage: entry.stage,
            words: fill(entry.words, &captures),
            fix: fill(entry.fix, &captures),
            read: entry.read.to_owned(),
        })
    })
}
