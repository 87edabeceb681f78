//! What the runner hands over: one program on one kernel, as JSON. See `runner/src/dev/seen.rs`.

use serde::Deserialize;

/// One program on one kernel.
#[derive(Debug, Deserialize)]
pub struct Raw {
    /// The lab's folder.
    pub lab: String,
    /// The program; a mutant's name and a dot stand before it if it is a mutant's.
    pub subject: String,
    /// The kernel: `6.1`.
    pub kernel: String,
    /// What `uname -r` says there.
    pub release: String,
    /// The source file.
    pub file: String,
    /// Lines of source that have code.
    pub source: Vec<(u32, String)>,
    /// The object's instructions.
    pub bytecode: Vec<Row>,
    /// The verifier's way.
    pub walk: Vec<Step>,
    /// Why it was refused, in plain words.
    pub refused: Option<String>,
    /// What the kernel made of it; `None` if it was refused.
    pub study: Option<Study>,
}

/// An instruction of the object.
#[derive(Debug, Deserialize)]
pub struct Row {
    /// The line of source that it comes from.
    pub line: Option<u32>,
    /// `b7 01 00 00 21 0a 00 00`.
    pub bytes: String,
}

/// A step of the verifier.
#[derive(Debug, Deserialize)]
pub struct Step {
    /// The instruction's number.
    pub index: u32,
    /// The instruction in the kernel's words.
    pub text: String,
    /// The jump to which the verifier went back before this step.
    pub back_from: Option<u32>,
    /// Register, the kernel's word, ours.
    pub learned: Vec<(u8, String, String)>,
}

/// What the kernel made of a program: `Study` of `labs/channel`.
#[derive(Debug, Default, Deserialize)]
pub struct Study {
    /// Translated instructions, in hexadecimal.
    pub translated: String,
    /// Machine code, in hexadecimal.
    pub jited: String,
    /// Where the code of a line begins.
    pub lines: Vec<Line>,
    /// The helpers that translated calls mean.
    pub helpers: Vec<(i32, String)>,
    /// The lower half of R0 after one run.
    pub returned: Option<u32>,
    /// What that run began with; `None` where there was none.
    pub run: Option<StudyRun>,
}

/// What a run began with: `StudyRun` of `labs/channel`.
#[derive(Debug, Deserialize)]
pub struct StudyRun {
    /// The program's type: a number of `enum bpf_prog_type`.
    pub kind: u32,
    /// The instructions as they were loaded, in hexadecimal; a map is named by its place in `maps`.
    pub code: String,
    /// The object's maps.
    pub maps: Vec<StudyMap>,
}

/// A map: `StudyMap` of `labs/channel`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct StudyMap {
    /// Its name.
    pub name: String,
    /// Its type: a number of `enum bpf_map_type`.
    pub kind: u32,
    /// Bytes of a key.
    pub key_size: u32,
    /// Bytes of a value.
    pub value_size: u32,
    /// How many entries it can have.
    pub max_entries: u32,
    /// All values before the run, in hexadecimal; empty if they are all 0.
    pub before: String,
    /// All values after the run; empty if they are not known.
    pub after: String,
}

/// Where the code of a line of source begins.
#[derive(Debug, Deserialize)]
pub struct Line {
    /// The translated instruction.
    pub translated: u32,
    /// The offset in the machine code.
    pub jited: Option<u32>,
    /// The line.
    pub line: u32,
}

impl Raw {
    /// The name of the recording: `count@6.1.txt`.
    pub fn file_name(&self) -> String {
        format!("{}@{}.txt", self.subject, self.kernel)
    }
}

/// The bytes of a text in hexadecimal; what is none is left out.
pub fn bytes(text: &str) -> Vec<u8> {
    let digits: Vec<u8> =
        text.chars().filter_map(|digit| digit.to_digit(16)).map(|digit| digit as u8).collect();
    digits.as_chunks::<2>().0.iter().map(|[high, low]| high << 4 | low).collect()
}
