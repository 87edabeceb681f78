//! Which line of which source file an instruction comes from: the line records of `.BTF.ext`.
//!
//! The format is described in the kernel's `Documentation/bpf/btf.rst`. Nothing else of BTF is read, and no
//! file but the object.

use std::collections::BTreeMap;

use object::{Object, ObjectSection};

use super::object::{Function, Functions, INSTRUCTION, Instruction, open};

/// The first two bytes of `.BTF` and `.BTF.ext`.
const MAGIC: u16 = 0xeb9f;

/// Why an object has no lines for us.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum LinesError {
    /// Not an eBPF object.
    #[error("the object cannot be read: {0}\nhint: give an eBPF object (`.o`), as the build left it")]
    NoObject(String),
    /// A file for another machine.
    #[error(
        "the object cannot be read: {0}\nhint: an eBPF object is built for `bpfel-unknown-none` (rustc), or with `-target bpf` (clang)"
    )]
    NotBpf(String),
    /// Without line records.
    #[error("the object has no line records: {0}\nhint: build it with `-C debuginfo=2 -C link-arg=--btf`")]
    NoLines(String),
}

/// One line of source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineRecord {
    /// Where the section's first instruction is 0, in bytes.
    offset: u64,
    /// The source file as the compiler knew it, usually an absolute path.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
    /// Counted from 1; 0 if it is not known.
    pub column: u32,
    /// The line itself, as it was when it was compiled.
    pub text: String,
}

impl LineRecord {
    /// A line that was read from a file: no instruction belongs to it.
    pub(super) fn of_file(file: String, line: u32, text: &str) -> Self {
        Self { offset: 0, file, line, column: 0, text: text.to_owned() }
    }
}

/// The lines of an object.
#[derive(Debug)]
pub struct SourceMap {
    functions: Functions,
    sections: BTreeMap<String, Vec<LineRecord>>,
}

impl SourceMap {
    /// Reads the line records of an object.
    ///
    /// # Errors
    /// If it is not an eBPF object, or has none.
    pub fn from_object(bytes: &[u8]) -> Result<Self, LinesError> {
        let file = open(bytes)?;
        let section = |name: &str| {
            let found = file.section_by_name(name).and_then(|section| section.data().ok());
            found.ok_or_else(|| LinesError::NoLines(format!("the section `{name}` is missing")))
        };
        let broken = || LinesError::NoLines("they are not as the format wants them".to_owned());
        let strings = strings(section(".BTF")?).ok_or_else(broken)?;
        let sections = records(section(".BTF.ext")?, strings).ok_or_else(broken)?;
        if sections.is_empty() {
            return Err(LinesError::NoLines("`.BTF.ext` holds none".to_owned()));
        }
        Ok(Self { functions: Functions::read(&file), sections })
    }

    /// The line of instruction number `index` of a loaded program.
    #[must_use]
    pub fn line_at(&self, program: &str, index: u32) -> Option<&LineRecord> {
        self.layout(program)?.line_at(index)
    }

    /// Where a program's functions lie, to ask for many of its lines.
    pub(super) fn layout(&self, program: &str) -> Option<Layout<'_>> {
        Some(Layout { map: self, linked: self.functions.linked(program)? })
    }

    /// The lines of the instructions behind one, in the same function.
    #[must_use]
    pub fn lines_behind(&self, program: &str, index: u32) -> Vec<&LineRecord> {
        let linked = self.functions.linked(program).unwrap_or_default();
        let Some((first, function)) = linked.into_iter().rev().find(|(first, _)| u64::from(index) >= *first)
        else {
            return Vec::new();
        };
        let Some(records) = self.sections.get(&function.section) else { return Vec::new() };
        let from = function.address.saturating_add((u64::from(index) - first) * INSTRUCTION);
        let end = function.address.saturating_add(function.size);
        records.iter().filter(|record| record.offset > from && record.offset < end).collect()
    }

    /// The lines of those instructions of a program (with the functions that it calls) that fit.
    pub(super) fn lines_where(
        &self,
        program: &str,
        fits: impl Fn(&Instruction<'_>) -> bool,
    ) -> Vec<&LineRecord> {
        let mut found = Vec::new();
        for (_, function) in self.functions.linked(program).unwrap_or_default() {
            for (at, instruction) in self.functions.instructions(function) {
                if fits(&instruction) {
                    found.extend(self.record(function, at));
                }
            }
        }
        found
    }

    /// The lines of a program's calls that can come back to where they stand.
    pub(super) fn lines_of_recursion(&self, program: &str) -> Vec<&LineRecord> {
        let calls = self.functions.recursive_calls(program);
        calls.into_iter().filter_map(|(function, at)| self.record(function, at)).collect()
    }

    /// The lines of a function of a program, by the last part of its path.
    pub(super) fn lines_of_function(&self, program: &str, name: &str) -> Vec<&LineRecord> {
        let linked = self.functions.linked(program).unwrap_or_default();
        let function = linked.into_iter().find(|(_, function)| function.name.ends_with(name));
        let Some((_, function)) = function else { return Vec::new() };
        let records = self.sections.get(&function.section).map_or(&[][..], Vec::as_slice);
        let end = function.address.saturating_add(function.size);
        records.iter().filter(|record| record.offset >= function.address && record.offset < end).collect()
    }

    /// The source files of all records, again and again.
    pub(super) fn files(&self) -> impl Iterator<Item = &str> {
        self.sections.values().flatten().map(|record| record.file.as_str())
    }

    /// Whether a program of this name is in the object.
    #[must_use]
    pub fn has(&self, program: &str) -> bool {
        self.functions.linked(program).is_some()
    }

    /// The names of all programs.
    #[must_use]
    pub fn programs(&self) -> Vec<&str> {
        let all = self.functions.all().iter();
        let programs = all.filter(|f| !f.section.starts_with(".text") && !f.name.is_empty());
        programs.map(|function| function.name.as_str()).collect()
    }

    /// The last record at or before an offset into a function.
    fn record(&self, function: &Function, offset: u64) -> Option<&LineRecord> {
        if offset >= function.size {
            return None;
        }
        let records = self.sections.get(&function.section)?;
        // A damaged object may claim any address.
        let at = function.address.saturating_add(offset);
        let behind = records.partition_point(|record| record.offset <= at);
        records[..behind].last().filter(|record| record.offset >= function.address)
    }
}

/// The functions of one program in the order of the loaded program, each with the number of its first instruction.
pub(super) struct Layout<'a> {
    map: &'a SourceMap,
    linked: Vec<(u64, &'a Function)>,
}

impl<'a> Layout<'a> {
    /// As [`SourceMap::line_at`].
    pub(super) fn line_at(&self, index: u32) -> Option<&'a LineRecord> {
        let (first, function) = self.linked.iter().rev().find(|(first, _)| u64::from(index) >= *first)?;
        self.map.record(function, (u64::from(index) - first) * INSTRUCTION)
    }
}

/// The strings of `.BTF`.
fn strings(btf: &[u8]) -> Option<&[u8]> {
    let header = header(btf)?;
    let (offset, length) = (word(btf, 16)?, word(btf, 20)?);
    btf.get(header.checked_add(offset)?..)?.get(..length)
}

/// The length of the header, if it is one.
fn header(section: &[u8]) -> Option<usize> {
    let magic = u16::from_le_bytes(section.get(..2)?.try_into().ok()?);
    (magic == MAGIC).then(|| word(section, 4)).flatten()
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    usize::try_from(u32::from_le_bytes(bytes.try_into().ok()?)).ok()
}

/// The line records of all sections, each section's in order.
fn records(ext: &[u8], strings: &[u8]) -> Option<BTreeMap<String, Vec<LineRecord>>> {
    let string = |at: usize| {
        let rest = strings.get(at..)?;
        let end = rest.iter().position(|byte| *byte == 0)?;
        Some(String::from_utf8_lossy(&rest[..end]).into_owned())
    };
    let (offset, length) = (word(ext, 16)?, word(ext, 20)?);
    let table = ext.get(header(ext)?.checked_add(offset)?..)?.get(..length)?;
    let size = word(table, 0)?;
    if size < 16 {
        return None;
    }
    let mut sections: BTreeMap<String, Vec<LineRecord>> = BTreeMap::new();
    let mut rest = &table[4..];
    while !rest.is_empty() {
        let (name, count) = (string(word(rest, 0)?)?, word(rest, 4)?);
        let length = count.checked_mul(size)?;
        let list = rest[8..].get(..length)?;
        let section = sections.entry(name).or_default();
        for record in list.chunks_exact(size) {
            let position = word(record, 12)?;
            section.push(LineRecord {
                offset: word(record, 0)? as u64,
                file: string(word(record, 4)?)?,
                line: (position >> 10) as u32,
                column: (position & 0x3ff) as u32,
                text: string(word(record, 8)?)?,
            });
        }
        section.sort_by_key(|record| record.offset);
        rest = &rest[8 + length..];
    }
    Some(sections)
}
