//! One run of a program by the kernel, recorded: what it began with and what came out of it.

use super::bpf::Insn;
use super::raw::{Study, StudyMap, bytes};
use super::recording::Row;

/// The helpers that answer the same each time: lookup, update and deletion in a map, and the number of the processor, of
/// which the kernels of the matrix have one. Numbers of `enum bpf_func_id` in `include/uapi/linux/bpf.h`.
pub const STEADY: [i32; 4] = [1, 2, 3, 8];

/// One run on a packet of 64 zero bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The program's type: a number of `enum bpf_prog_type`.
    pub kind: u32,
    /// The lower half of R0 at the end.
    pub returned: u32,
    /// Number and bytes of the instructions that differ from the object's: maps and functions are put in.
    pub filled: Vec<(u32, String)>,
    /// The maps, before and after.
    pub maps: Vec<StudyMap>,
}

impl Run {
    /// From the kernel's answer. `None` if there was no run, or each one may end in another way.
    pub fn of(study: &Study, bytecode: &[Row]) -> Option<Self> {
        let run = study.run.as_ref()?;
        let code = bytes(&run.code);
        if !calls(&code).all(|helper| STEADY.contains(&helper)) {
            return None;
        }
        let mut filled = Vec::new();
        for row in bytecode {
            let begin = row.at as usize * 8;
            let theirs = code.get(begin..begin + bytes(&row.bytes).len())?;
            if theirs != bytes(&row.bytes) {
                filled.push((row.at, super::recording::spaced(theirs)));
            }
        }
        Some(Self { kind: run.kind, returned: study.returned?, filled, maps: run.maps.clone() })
    }

    /// The program as the kernel ran it.
    pub fn program(&self, bytecode: &[Row]) -> Vec<u8> {
        let of = |row: &Row| {
            let filled = self.filled.iter().find(|(at, _)| *at == row.at);
            bytes(filled.map_or(&row.bytes, |(_, bytes)| bytes))
        };
        bytecode.iter().flat_map(of).collect()
    }

    /// The section of the file.
    pub fn to_text(&self) -> String {
        let mut out = format!("== run {} {}\n", self.kind, self.returned);
        for (at, bytes) in &self.filled {
            out += &format!("filled|{at}|{bytes}\n");
        }
        for map in &self.maps {
            out += &format!(
                "map|{}|{}|{}|{}|{}|{}|{}\n",
                map.name, map.kind, map.key_size, map.value_size, map.max_entries, map.before, map.after
            );
        }
        out
    }

    /// Reads what stands after `== run `.
    pub fn head(text: &str) -> Option<Self> {
        let (kind, returned) = text.split_once(' ')?;
        Some(Self {
            kind: kind.parse().ok()?,
            returned: returned.parse().ok()?,
            filled: Vec::new(),
            maps: Vec::new(),
        })
    }

    /// Reads a row.
    pub fn row(&mut self, line: &str) -> Option<()> {
        let columns: Vec<&str> = line.split('|').collect();
        match columns[..] {
            ["filled", at, bytes] => self.filled.push((at.parse().ok()?, bytes.to_owned())),
            ["map", name, kind, key_size, value_size, max_entries, before, after] => {
                self.maps.push(StudyMap {
                    name: name.to_owned(),
                    kind: kind.parse().ok()?,
                    key_size: key_size.parse().ok()?,
                    value_size: value_size.parse().ok()?,
                    max_entries: max_entries.parse().ok()?,
                    before: before.to_owned(),
                    after: after.to_owned(),
                });
            }
            _ => return None,
        }
        Some(())
    }
}

/// The helpers that a program calls.
fn calls(code: &[u8]) -> impl Iterator<Item = i32> {
    let insns = code.as_chunks::<8>().0.iter().map(|word| Insn::from(*word));
    insns.filter(|insn| insn.opcode == 0x85 && insn.src == 0).map(|insn| insn.immediate)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::see::raw::StudyRun;

    fn study(code: &str) -> Study {
        let run = StudyRun { kind: 3, code: code.to_owned(), maps: Vec::new() };
        Study { returned: Some(7), run: Some(run), ..Study::default() }
    }

    fn row(at: u32, bytes: &str) -> Row {
        Row { at, line: None, bytes: bytes.to_owned(), text: String::new() }
    }

    #[test]
    fn what_the_loader_filled_in_is_kept() {
        let rows = [row(0, "85 10 00 00 ff ff ff ff"), row(1, "95 00 00 00 00 00 00 00")];
        let run = Run::of(&study("8510000001000000 9500000000000000"), &rows).unwrap();
        assert_eq!(run.filled, [(0, "85 10 00 00 01 00 00 00".to_owned())]);
        assert_eq!(run.program(&rows), bytes("8510000001000000 9500000000000000"));
    }

    #[test]
    fn a_run_by_chance_is_not_kept() {
        let random = "8500000007000000 9500000000000000";
        assert_eq!(Run::of(&study(random), &[]), None);
        assert!(Run::of(&study(&random.replace("85000000070", "85000000080")), &[]).is_some());
    }
}
