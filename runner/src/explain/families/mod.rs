//! The families of reasons for which the verifier refuses programs: one entry each, by topic.
//!
//! An entry says how to recognise its lines on all kernels and what to tell a learner. Families are asked in
//! order, the special ones first. Recorded logs of each are in `runner/data/verifier`.

mod calls;
mod context;
mod helper_calls;
mod limits;
mod memory;
mod pointers;
mod structure;

pub(super) use limits::UNFINISHED;

use super::pattern::{Captures, matches};

/// A family of reasons.
#[derive(Debug, PartialEq, Eq)]
pub struct Family {
    /// Its name, which never changes: `null-check`.
    pub id: &'static str,
    /// How its lines look, and what each says in plain words. The first that fits counts.
    patterns: &'static [Pattern],
    /// The verifier's rule behind it.
    pub rule: &'static str,
    /// What usually mends it, in words of Rust and Aya.
    pub fix: &'static str,
    /// Where to read on: a page below `book/src`, with its heading.
    pub read: &'static str,
}

/// One way in which a kernel says it.
#[derive(Debug, PartialEq, Eq)]
struct Pattern {
    /// See [`super::pattern`].
    line: &'static str,
    /// In plain words, with the same holes.
    words: &'static str,
    /// What else must be so.
    only: Only,
}

/// What must be so besides the words of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    /// Nothing.
    Always,
    /// The instruction writes to memory.
    Store,
    /// The instruction calls a function that stands before it.
    CallBack,
    /// `{off}` lies within the 512 bytes of the stack, and so do `{size}` bytes from there.
    InsideStack,
}

const fn says(line: &'static str, words: &'static str) -> Pattern {
    Pattern { line, words, only: Only::Always }
}

impl Pattern {
    const fn only(self, only: Only) -> Self {
        Self { only, ..self }
    }
}

/// A line that was recognised.
#[derive(Debug)]
pub(super) struct Recognised {
    pub(super) family: &'static Family,
    pub(super) words: String,
    /// Which of the reasons it was.
    pub(super) line: usize,
}

/// All families, in the order in which they are asked.
pub fn all() -> impl Iterator<Item = &'static Family> {
    let topics: [&[Family]; 7] = [
        memory::FAMILIES,
        context::FAMILIES,
        helper_calls::FAMILIES,
        pointers::FAMILIES,
        calls::FAMILIES,
        structure::FAMILIES,
        limits::FAMILIES,
    ];
    topics.into_iter().flatten()
}

/// The family of a log's reasons. `instruction` is the text of the one at which the verifier stopped.
pub(super) fn recognise(reasons: &[&str], instruction: Option<&str>) -> Option<Recognised> {
    for family in all() {
        for pattern in family.patterns {
            for (line, reason) in reasons.iter().enumerate().rev() {
                if let Some(captures) = matches(pattern.line, reason)
                    && holds(pattern.only, &captures, instruction)
                {
                    let words = super::pattern::fill(pattern.words, &captures);
                    return Some(Recognised { family, words, line });
                }
            }
        }
    }
    None
}

fn holds(only: Only, captures: &Captures, instruction: Option<&str>) -> bool {
    match only {
        Only::Always => true,
        Only::Store => instruction.is_some_and(is_store),
        Only::CallBack => instruction.is_some_and(|text| text.contains("call pc-")),
        Only::InsideStack => {
            let number = |name| captures.get(name).and_then(|text| text.parse::<i64>().ok());
            let (Some(offset), Some(size)) = (number("off"), number("size")) else { return false };
            offset >= -512 && offset.checked_add(size).is_some_and(|end| end <= 0)
        }
    }
}

/// `(7b) *(u64 *)(r1 +0) = r2`.
fn is_store(instruction: &str) -> bool {
    instruction
        .split_once(") ")
        .is_some_and(|(_, operation)| operation.starts_with("*(") || operation.starts_with("lock "))
}
