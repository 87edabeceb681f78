//! What can be said of an accepted program beyond its cost: its result, its code, the verifier's states.
//!
//! Only authors ask for it: what the book shows is recorded from it. What cannot be had is left empty.

use std::{collections::BTreeMap, fmt::Write, fs, os::fd::AsFd};

use aya::programs::Program;
use channel::{Study, StudyLine};
use kit::raw::{self, Insn};

use crate::loaded::Loaded;

/// What a program is run on.
const PACKET: [u8; 64] = [0; 64];

/// The opcode of a call.
const CALL: u8 = 0x85;

/// Studies a program that is loaded. `object` is the whole object, `name` the program's in it.
pub(crate) fn of(program: &Program, object: &[u8], name: &str) -> Study {
    let input = Loaded::of(object, name);
    let mut study = Study::default();
    // Aya has no log of a program that is accepted, so the program is loaded once more, from its instructions.
    if let Some(input) = &input {
        study.log = raw::log_of(input.kind, &input.code).unwrap_or_default();
    }
    let Some(loaded) = program.fd().ok().and_then(|fd| raw::Program::from_fd(fd.as_fd()).ok()) else {
        return study;
    };
    study.returned = loaded.run(&PACKET).ok().map(|ran| ran.value);
    if study.returned.is_some() {
        study.run = input.as_ref().map(Loaded::ran);
    }
    if let Ok(code) = loaded.code() {
        study.helpers = helpers(&code.translated);
        study.translated = hexadecimal(&raw::bytes(&code.translated));
        study.jited = hexadecimal(&code.jited);
        // Aya gives a program the lines of its source, so a place's number is a line.
        let line = |place: raw::Place| StudyLine {
            translated: place.translated as u32,
            jited: Some(place.jited as u32),
            line: place.loaded as u32,
        };
        study.lines = loaded.places().unwrap_or_default().into_iter().map(line).collect();
    }
    study
}

/// The names of the helpers that translated calls mean: the immediate is the distance from `__bpf_call_base`.
fn helpers(translated: &[Insn]) -> Vec<(i32, String)> {
    let calls = translated.iter().filter(|insn| insn.opcode == CALL && insn.src == 0);
    let calls: BTreeMap<i32, ()> = calls.map(|insn| (insn.immediate, ())).collect();
    let symbols = fs::read_to_string("/proc/kallsyms").unwrap_or_default();
    let symbols: Vec<(u64, &str)> = symbols.lines().filter_map(symbol).collect();
    let Some((base, _)) = symbols.iter().find(|(_, name)| *name == "__bpf_call_base") else {
        return Vec::new();
    };
    let named = |immediate: i32| {
        let address = base.wrapping_add_signed(immediate.into());
        let (_, name) = symbols.iter().find(|(at, _)| *at == address)?;
        Some((immediate, (*name).to_owned()))
    };
    calls.into_keys().filter_map(named).collect()
}

/// `ffffffff81234560 T bpf_map_lookup_elem`
fn symbol(line: &str) -> Option<(u64, &str)> {
    let mut words = line.split_whitespace();
    let address = u64::from_str_radix(words.next()?, 16).ok()?;
    Some((address, words.nth(1)?))
}

/// Two digits for each byte.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symbol_is_read_without_its_module() {
        let line = "ffffffffa0000010 t helper\t[module]";
        assert_eq!(symbol(line), Some((0xffff_ffff_a000_0010, "helper")));
        assert_eq!(symbol("x"), None);
    }

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hexadecimal(&[0, 0xa, 0xff]), "000aff");
    }
}
