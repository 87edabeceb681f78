//! A recording: a small file of text that a person can review, written and read.
//!
//! Sections begin with `== NAME`; their rows are columns between `|`, the text last.

use std::collections::BTreeMap;

use super::bpf;
use super::machine;
use super::raw::{Line, Raw, bytes};
use super::run::Run;

/// How many steps of the verifier are kept.
const STEPS: usize = 60;

/// What one kernel made of one program.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Recording {
    /// What `uname -r` says there.
    pub release: String,
    /// The source file.
    pub file: String,
    /// Why the program was refused, in plain words.
    pub refused: Option<String>,
    /// Number and text of each line that has code.
    pub source: Vec<(u32, String)>,
    /// What the compiler made of it.
    pub bytecode: Vec<Row>,
    /// What the verifier made of that; empty if the program was refused.
    pub translated: Vec<Row>,
    /// What the JIT compiler made of that.
    pub machine: Vec<Row>,
    /// A run by the kernel; `None` if it runs no programs of this type by itself.
    pub run: Option<Run>,
    /// The verifier's way.
    pub verifier: Vec<Step>,
    /// How many steps are left out.
    pub left_out: usize,
}

/// A row of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The number of the instruction, or its offset in machine code.
    pub at: u32,
    /// The line of source that it comes from.
    pub line: Option<u32>,
    /// Its bytes.
    pub bytes: String,
    /// Its text.
    pub text: String,
}

/// A step of the verifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The instruction's number.
    pub at: u32,
    /// The jump to which the verifier went back before this step.
    pub back_from: Option<u32>,
    /// The instruction.
    pub text: String,
    /// What the verifier learned by it, in words.
    pub learned: Vec<String>,
}

impl Recording {
    /// From the runner's raw answer.
    pub fn of(raw: &Raw) -> Self {
        let printed: BTreeMap<u32, &str> =
            raw.walk.iter().map(|step| (step.index, step.text.as_str())).collect();
        let code: Vec<u8> = raw.bytecode.iter().flat_map(|row| bytes(&row.bytes)).collect();
        let bytecode: Vec<Row> = bpf::listing(&code, &[])
            .into_iter()
            .map(|listed| Row {
                at: listed.at,
                line: raw.bytecode.get(listed.at as usize).and_then(|row| row.line),
                bytes: spaced(&listed.bytes),
                // In the kernel's words where it said any; an address in them is another one each time.
                text: match printed.get(&listed.at) {
                    Some(text) if listed.bytes[0] != 0x18 => (*text).to_owned(),
                    _ => listed.text,
                },
            })
            .collect();
        let mut recording = Self {
            release: raw.release.clone(),
            file: raw.file.clone(),
            refused: raw.refused.clone(),
            source: raw.source.clone(),
            bytecode,
            left_out: raw.walk.len().saturating_sub(STEPS),
            ..Self::default()
        };
        recording.verifier = raw.walk.iter().take(STEPS).map(step).collect();
        if let Some(study) = &raw.study {
            recording.run = Run::of(study, &recording.bytecode);
            let known: Vec<u32> = raw.source.iter().map(|(line, _)| *line).collect();
            let at = |line: &Line| Some(line.translated);
            let translated = bpf::listing(&bytes(&study.translated), &study.helpers);
            let calls: Vec<String> = translated
                .iter()
                .filter_map(|listed| listed.text.strip_prefix("call "))
                .map(str::to_owned)
                .collect();
            recording.translated = translated
                .into_iter()
                .map(|listed| Row {
                    at: listed.at,
                    line: line_at(&study.lines, &known, listed.at, at),
                    bytes: masked(&listed),
                    text: listed.text,
                })
                .collect();
            recording.machine = machine::listing(&bytes(&study.jited), &calls)
                .into_iter()
                .map(|insn| Row {
                    at: insn.at,
                    line: line_at(&study.lines, &known, insn.at, |line| line.jited),
                    bytes: insn.bytes,
                    text: insn.text,
                })
                .collect();
        }
        recording
    }

    /// The file's text.
    pub fn to_text(&self) -> String {
        let mut out = format!("release {}\nfile {}\n", self.release, self.file);
        if let Some(why) = &self.refused {
            out += &format!("refused {why}\n");
        }
        out += "== source\n";
        for (line, text) in &self.source {
            out += &format!("{line}|{text}\n");
        }
        for (name, rows) in
            [("bytecode", &self.bytecode), ("translated", &self.translated), ("machine", &self.machine)]
        {
            out += &format!("== {name}\n");
            for row in rows {
                out += &format!("{}|{}|{}|{}\n", row.at, shown(row.line), row.bytes, row.text);
            }
        }
        out += &self.run.as_ref().map(Run::to_text).unwrap_or_default();
        out += &format!("== verifier {}\n", self.left_out);
        for step in &self.verifier {
            out +=
                &format!("{}|{}|{}|{}\n", step.at, shown(step.back_from), step.learned.join("; "), step.text);
        }
        out
    }

    /// Reads a file; `None` if it is no recording.
    pub fn parse(text: &str) -> Option<Self> {
        let mut found = Self::default();
        let mut section = "";
        for line in text.lines() {
            if let Some(name) = line.strip_prefix("== ") {
                section = name;
                if let Some(run) = name.strip_prefix("run ") {
                    found.run = Some(Run::head(run)?);
                    section = "run";
                }
                if let Some(left_out) = name.strip_prefix("verifier ") {
                    found.left_out = left_out.parse().ok()?;
                }
                continue;
            }
            match section {
                "" => found.head(line)?,
                "source" => {
                    let (number, text) = line.split_once('|')?;
                    found.source.push((number.parse().ok()?, text.to_owned()));
                }
                "bytecode" => found.bytecode.push(Row::parse(line)?),
                "translated" => found.translated.push(Row::parse(line)?),
                "machine" => found.machine.push(Row::parse(line)?),
                "run" => found.run.as_mut()?.row(line)?,
                _ => found.verifier.push(Step::parse(line)?),
            }
        }
        (!found.release.is_empty()).then_some(found)
    }

    fn head(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once(' ')?;
        match key {
            "release" => value.clone_into(&mut self.release),
            "file" => value.clone_into(&mut self.file),
            "refused" => self.refused = Some(value.to_owned()),
            _ => return None,
        }
        Some(())
    }
}

impl Row {
    fn parse(line: &str) -> Option<Self> {
        let mut columns = line.splitn(4, '|');
        let (at, line) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok());
        let (bytes, text) = (columns.next()?.to_owned(), columns.next()?.to_owned());
        Some(Self { at, line, bytes, text })
    }
}

impl Step {
    fn parse(line: &str) -> Option<Self> {
        let mut columns = line.splitn(4, '|');
        let (at, back_from) = (columns.next()?.parse().ok()?, columns.next()?.parse().ok());
        let learned = columns.next()?;
        let learned = learned.split("; ").filter(|words| !words.is_empty()).map(str::to_owned).collect();
        Some(Self { at, back_from, learned, text: columns.next()?.to_owned() })
    }
}

fn step(step: &super::raw::Step) -> Step {
    let words = |(register, _, words): &(u8, String, String)| format!("R{register} is {words}");
    // A wide load shows an address, which is another one each time.
    let text = match step.text.split_once(" = 0xffff") {
        // Sixteen digits, and the text may go on.
        Some((register, rest)) if rest.len() >= 12 => format!("{register} = an address of the kernel"),
        _ => step.text.clone(),
    };
    Step {
        at: step.index,
        back_from: step.back_from,
        text,
        learned: step.learned.iter().map(words).collect(),
    }
}

/// The line whose code begins at or before `at`. Lines of libraries stand for the line before them.
fn line_at(lines: &[Line], known: &[u32], at: u32, place: impl Fn(&Line) -> Option<u32>) -> Option<u32> {
    let mut begun = lines.iter().filter(|line| place(line).is_some_and(|begin| begin <= at));
    begun.rfind(|line| known.contains(&line.line)).map(|line| line.line)
}

/// The bytes of a translated instruction; those of an address are dots.
fn masked(listed: &bpf::Listed) -> String {
    let is_hidden = |at: usize| match listed.bytes[0] {
        // Both halves of a wide load that holds an address.
        0x18 => listed.text.contains("address") && at % 8 >= 4,
        // A helper's distance.
        0x85 => listed.bytes[1] >> 4 != 1 && at >= 4,
        _ => false,
    };
    let shown =
        |(at, byte): (usize, &u8)| if is_hidden(at) { "..".to_owned() } else { format!("{byte:02x}") };
    listed.bytes.iter().enumerate().map(shown).collect::<Vec<_>>().join(" ")
}

/// Two digits for each byte, and blanks between.
pub(super) fn spaced(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

fn shown(number: Option<u32>) -> String {
    number.map(|number| number.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::see::raw::StudyMap;

    #[test]
    fn what_is_written_is_read() {
        let row = Row { at: 3, line: Some(7), bytes: "b7 00".into(), text: "r0 = 1 | 2".into() };
        let step = Step { at: 1, back_from: Some(9), text: "exit".into(), learned: vec!["R0 is 1".into()] };
        let recording = Recording {
            release: "6.1.0".into(),
            file: "labs-ebpf/x/src/main.rs".into(),
            refused: Some("no | way".into()),
            source: vec![(7, "  a | b".into())],
            bytecode: vec![row.clone()],
            translated: vec![Row { line: None, ..row.clone() }],
            machine: vec![row],
            run: Some(Run {
                kind: 3,
                returned: 7,
                filled: vec![(3, "b7 01".into())],
                maps: vec![StudyMap {
                    name: "COUNTS".into(),
                    kind: 2,
                    key_size: 4,
                    value_size: 8,
                    max_entries: 1,
                    before: String::new(),
                    after: "0100000000000000".into(),
                }],
            }),
            verifier: vec![step.clone(), Step { back_from: None, learned: vec![], ..step }],
            left_out: 3,
        };
        assert_eq!(Recording::parse(&recording.to_text()), Some(recording));
        assert_eq!(Recording::parse(""), None);
        assert_eq!(Recording::parse("release 1\n== bytecode\nx"), None);
    }
}
