//! The learner's own line for a place in a program, with the lines around it.
//!
//! Records that belong to Aya or to Rust's library lead back to the last own line that was executed before.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

use super::{
    lines::{LineRecord, SourceMap},
    log::VerifierLog,
    object::{Function, Instruction},
};
use crate::workspace::is_mark;

/// The opcode of a call.
const CALL: u8 = 0x85;

/// The source register of a call that means a kernel function.
const KFUNC: u8 = 2;

/// The opcode of a load of 64 bits, an address for example.
const LOAD: u8 = 0x18;

/// The opcodes of atomic operations, on 4 and on 8 bytes. With the constant 0 they are the old addition.
const ATOMIC: [u8; 2] = [0xc3, 0xdb];

/// How many lines are shown before and after the marked one.
const CONTEXT: usize = 2;

/// How many lines are marked at most where it is not known which one it is.
const SPAN: u32 = 9;

/// The largest source file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// A place in the learner's source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The file; relative to the course's root where it lies inside. Without an object only its name is known,
    /// and on old kernels not even that.
    pub file: Option<String>,
    /// Counted from 1.
    pub line: Option<u32>,
    /// The last line of a few of which it is one, if it is not known which.
    #[serde(default)]
    pub until: Option<u32>,
    /// The line itself.
    pub text: String,
    /// The line with those around it. Only the line, if the file cannot be read or has changed.
    pub lines: Vec<SourceLine>,
    /// How the place was found.
    pub way: Way,
}

/// How a place was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// The instruction comes from this line.
    Exact,
    /// The instruction comes from Aya or Rust's library; this is the nearest line of the learner's.
    Near,
    /// A panic can be reached from this line.
    Panic,
    /// A loop comes back here.
    Loop,
    /// Only the function is known; this is its first line.
    Function,
}

impl Place {
    /// `labs-ebpf/lab-01-hello/src/exercise.rs:34`, as far as it is known.
    #[must_use]
    pub fn shown(&self) -> String {
        match (&self.file, self.line) {
            (Some(file), Some(line)) => format!("{file}:{line}"),
            _ => "your source".to_owned(),
        }
    }
}

/// One line of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceLine {
    /// Counted from 1.
    pub number: u32,
    /// Without the line's end.
    pub text: String,
}

/// Where source files and programs are looked up.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The object that was loaded.
    pub map: &'a SourceMap,
    /// The program's name in it.
    pub program: &'a str,
    /// The course's root: source files are read below it.
    pub root: &'a Path,
}

/// Parts of paths below which no learner's file lies: Cargo's downloads, Rust's own library.
const FOREIGN: [&str; 4] = ["/registry/src/", "/git/checkouts/", "/rustlib/src/", "/rustc/"];

/// Files of Aya and of Rust's library, for logs whose object is not there.
const FOREIGN_NAMES: [&str; 12] = [
    "helpers.rs",
    "mod.rs",
    "non_null.rs",
    "mut_ptr.rs",
    "const_ptr.rs",
    "hint.rs",
    "range.rs",
    "array.rs",
    "hash_map.rs",
    "ring_buf.rs",
    "maybe_uninit.rs",
    "num.rs",
];

impl<'a> Source<'a> {
    /// The line of an instruction. If it is not the learner's: the own line that was executed last before it,
    /// else the next one in the function. Lines of attributes (`#[xdp]`) do not count:
    /// they stand for code that Aya writes around the learner's function.
    pub(super) fn place(&self, log: &VerifierLog<'_>, index: Option<u32>) -> Option<Place> {
        let steps = log.steps.iter().map(|step| step.index);
        let steps = steps.skip(usize::from(index == log.stopped_at.map(|(at, _)| at)));
        let executed = || index.into_iter().chain(steps.clone());
        let layout = self.map.layout(self.program)?;
        let record = |index| layout.line_at(index).filter(|record| is_own(&record.file));
        let written = |record: &&LineRecord| !is_attribute(record);
        let found = executed().position(|index| record(index).as_ref().is_some_and(written));
        if let Some(at) = found {
            let record = executed().nth(at).and_then(record)?;
            if at == 0 {
                return Some(self.show(record, Way::Exact));
            }
            // The call stands between the own line before it and the one behind it.
            let behind = index.map(|index| self.map.lines_behind(self.program, index)).unwrap_or_default();
            let next = behind.into_iter().find(|next| is_own(&next.file) && !is_attribute(next));
            let until = next.filter(|next| next.file == record.file).map(|next| next.line);
            return Some(self.show_until(record, until));
        }
        let behind = self.map.lines_behind(self.program, index?);
        if let Some(next) = behind.iter().find(|record| is_own(&record.file) && !is_attribute(record)) {
            return Some(self.show(next, Way::Near));
        }
        None
    }

    /// The line that a family is about, where the log names no instruction: found in the object itself.
    pub(super) fn landmark(&self, family: &str, reason: &str) -> Option<Place> {
        let lines = |fits: fn(&Instruction<'_>) -> bool| self.map.lines_where(self.program, fits);
        let named = |function: Option<&Function>, word| function.is_some_and(|f| f.name.contains(word));
        let (records, way) = match family {
            "reachable-panic" => {
                (self.map.lines_where(self.program, |code| named(code.function, "panic")), Way::Panic)
            }
            "recursion" => (self.map.lines_of_recursion(self.program), Way::Exact),
            "program-too-large" | "too-complex" | "unfinished" => (lines(|code| code.jumps_back), Way::Loop),
            "callback-unsupported" => {
                (lines(|code| code.opcode == LOAD && code.function.is_some()), Way::Exact)
            }
            "kernel-function" => (lines(|code| code.opcode == CALL && code.source == KFUNC), Way::Exact),
            "unsupported-atomic" => {
                (lines(|code| ATOMIC.contains(&code.opcode) && code.immediate != 0), Way::Exact)
            }
            "unknown-instruction" => {
                let opcode = reason.strip_prefix("unknown opcode ")?;
                let opcode = u8::from_str_radix(opcode.get(..2)?, 16).ok()?;
                (self.map.lines_where(self.program, |code| code.opcode == opcode), Way::Exact)
            }
            "global-function" => {
                let (_, rest) = reason.split_once(" in ")?;
                (self.map.lines_of_function(self.program, rest.split("()").next()?), Way::Exact)
            }
            _ => return None,
        };
        let record = records.into_iter().find(|record| is_own(&record.file))?;
        Some(self.show(record, way))
    }

    /// Where the learner's function begins: for a log that names no instruction, and for a program whose code
    /// is all Aya's or Rust's, put together by the compiler.
    pub(super) fn function(&self) -> Option<Place> {
        let files: BTreeSet<&str> = self.map.files().filter(|file| is_own(file)).collect();
        // Its file may have no record of its own.
        let beside = files
            .iter()
            .filter_map(|file| file.rsplit_once('/'))
            .map(|(folder, _)| format!("{folder}/exercise.rs"));
        let all: BTreeSet<String> = files.iter().map(ToString::to_string).chain(beside).collect();
        let begin = format!("fn {}(", self.program);
        all.into_iter().find_map(|file| {
            let text = self.paths_of(&file).find_map(|path| read(&path))?;
            let (line, text) = (1..).zip(text.lines()).find(|(_, line)| line.contains(&begin))?;
            let record = LineRecord::of_file(file, line, text);
            Some(self.show(&record, Way::Function))
        })
    }

    /// Where a file of the object may lie on this machine: where it was compiled, which for a submission is a
    /// tree of its own; else below the course, for an object from another machine.
    fn paths_of(&self, file: &str) -> impl Iterator<Item = PathBuf> + use<> {
        let below = inside_course(file).map(|path| self.root.join(path));
        [PathBuf::from(file)].into_iter().chain(below)
    }

    /// A place of which only the lines around it are known: all of them, if they are few.
    fn show_until(&self, record: &LineRecord, until: Option<u32>) -> Place {
        let until = until.filter(|until| (record.line..record.line + SPAN).contains(until));
        let mut place = self.show(record, Way::Near);
        if let Some(until) = until.filter(|until| *until > record.line)
            && let Some(more) = self.lines_between(record, until)
        {
            (place.lines, place.until) = (more, Some(until));
        }
        place
    }

    /// The lines from a record's to another, if the file still says what the object remembers.
    fn lines_between(&self, record: &LineRecord, until: u32) -> Option<Vec<SourceLine>> {
        let text = self.paths_of(&record.file).find_map(|path| read(&path))?;
        cut(&text, record)?;
        let lines = (1..)
            .zip(text.lines())
            .filter(|(number, line)| (record.line..=until).contains(number) && !is_mark(line));
        Some(lines.map(|(number, text)| SourceLine { number, text: text.trim_end().to_owned() }).collect())
    }

    fn show(&self, record: &LineRecord, way: Way) -> Place {
        let text = record.text.trim().to_owned();
        let (file, lines) = self.around(record);
        let alone = || vec![SourceLine { number: record.line, text: text.clone() }];
        let lines = lines.unwrap_or_else(alone);
        Place { file: Some(file), line: Some(record.line), until: None, lines, text, way }
    }

    /// The file's path to show, and the lines around the record's. The object remembers the line: if the file
    /// says something else there, it has changed since, and its lines would mislead.
    fn around(&self, record: &LineRecord) -> (String, Option<Vec<SourceLine>>) {
        let inside = inside_course(&record.file);
        let shown = inside.map_or_else(|| record.file.clone(), ToString::to_string);
        let lines =
            self.paths_of(&record.file).filter_map(|path| read(&path)).find_map(|text| cut(&text, record));
        (shown, lines)
    }
}

/// Without an object: the last own line in the log itself.
pub(super) fn from_log(log: &VerifierLog<'_>) -> Option<Place> {
    let comments = log.steps.iter().filter_map(|step| step.source);
    let own = comments.enumerate().find(|(_, comment)| match comment.place {
        Some((file, _)) => !FOREIGN_NAMES.contains(&file),
        None => !comment.text.starts_with("fun(") && !comment.text.starts_with("intrinsics::"),
    });
    let (at, comment) = own?;
    let (file, line) = comment.place.map_or((None, None), |(file, line)| (Some(file.to_owned()), Some(line)));
    let number = line.unwrap_or_default();
    Some(Place {
        file,
        line,
        text: comment.text.to_owned(),
        until: None,
        lines: vec![SourceLine { number, text: comment.text.to_owned() }],
        way: if at == 0 { Way::Exact } else { Way::Near },
    })
}

fn is_attribute(record: &LineRecord) -> bool {
    record.text.trim_start().starts_with("#[")
}

fn is_own(file: &str) -> bool {
    !FOREIGN.iter().any(|part| file.contains(part))
}

/// `labs-ebpf/…` of a path: objects hold absolute paths of the folder in which they were built.
fn inside_course(path: &str) -> Option<&str> {
    let at =
        path.rfind("/labs-ebpf/").map(|at| at + 1).or_else(|| path.starts_with("labs-ebpf/").then_some(0))?;
    let inside = &path[at..];
    (!inside.split('/').any(|part| part == "..")).then_some(inside)
}

/// Reads a source file of Rust. An object may name anything, and other files may give no end.
fn read(path: &Path) -> Option<String> {
    path.extension().filter(|end| *end == "rs")?;
    let size = fs::metadata(path).ok().filter(fs::Metadata::is_file)?.len();
    (size <= LARGEST).then(|| fs::read_to_string(path).ok()).flatten()
}

fn cut(text: &str, record: &LineRecord) -> Option<Vec<SourceLine>> {
    let marked = text.lines().nth(usize::try_from(record.line.checked_sub(1)?).ok()?)?;
    if marked.trim() != record.text.trim() {
        return None;
    }
    // Marks for the book are no code: a reader is shown the lines behind them.
    let numbered: Vec<(u32, &str)> = (1..).zip(text.lines()).filter(|(_, line)| !is_mark(line)).collect();
    let at = numbered.iter().position(|(number, _)| *number == record.line)?;
    let near = &numbered[at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(numbered.len())];
    let shown =
        |(number, text): &(u32, &str)| SourceLine { number: *number, text: text.trim_end().to_owned() };
    Some(near.iter().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn only_rust_is_read_as_source() {
        let folder = tempfile::tempdir().unwrap();
        for (name, expected) in [("a.rs", Some("fn a() {}")), ("a", None), ("rs", None), ("a.rs.log", None)] {
            let file = folder.path().join(name);
            std::fs::write(&file, "fn a() {}").unwrap();
            assert_eq!(read(&file).as_deref(), expected, "{name}");
        }
        assert_eq!(read(folder.path()), None);
    }
}
