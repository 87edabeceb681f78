//! A program's instructions as they are loaded: with the object's maps and functions put in. Aya keeps none.

use std::{
    collections::HashSet,
    os::fd::{AsFd, AsRawFd},
};

use aya::maps::{MapFd, MapInfo, loaded_maps};
use aya_obj::{Map, Object, ProgramSection, generated::bpf_insn};
use channel::{StudyMap, StudyRun};
use kit::raw::{self, Insn};

use crate::study::hexadecimal;

/// Map names are cut by the kernel: `BPF_OBJ_NAME_LEN` of `include/linux/bpf.h`, without the zero.
const NAME: usize = 15;

/// The opcode of a load that takes two instructions.
const WIDE: u8 = 0x18;

/// `BPF_PSEUDO_MAP_FD` and `BPF_PSEUDO_MAP_VALUE`: what such a load has for its source if it loads a map.
const MAP: [u8; 2] = [1, 2];

/// `BPF_MAP_TYPE_ARRAY`.
const ARRAY: u32 = 2;

/// How much of an array is read after a run, in bytes.
const PAGE: u32 = 4096;

/// One program of an object whose maps exist.
pub(crate) struct Loaded {
    /// Its type: a number of `enum bpf_prog_type`.
    pub(crate) kind: u32,
    /// Its instructions, those of its functions after them.
    pub(crate) code: Vec<Insn>,
    maps: Vec<(String, MapFd, Map)>,
}

impl Loaded {
    /// Finds the maps that were made for `object`, and puts them into the program `name`.
    pub(crate) fn of(object: &[u8], name: &str) -> Option<Self> {
        let mut object = Object::parse(object).ok()?;
        let text: HashSet<usize> =
            object.functions.values().map(|function| function.section_index.0).collect();
        let there: Vec<MapInfo> = loaded_maps().flatten().collect();
        let mut maps = Vec::new();
        for (name, map) in &object.maps {
            let cut = &name[..name.floor_char_boundary(NAME)];
            let info = there.iter().rev().find(|info| info.name_as_str() == Some(cut))?;
            maps.push((name.clone(), info.fd().ok()?, map.clone()));
        }
        maps.sort_by(|(one, ..), (other, ..)| one.cmp(other));
        let fds = maps.iter().map(|(name, fd, map)| (name.as_str(), fd.as_fd().as_raw_fd(), map));
        object.relocate_maps(fds, &text).ok()?;
        object.relocate_calls(&text).ok()?;
        let program = object.programs.get(name)?;
        let function = object.functions.get(&program.function_key())?;
        let code = function.instructions.iter().map(insn).collect();
        Some(Self { kind: kind(&program.section)?, code, maps })
    }

    /// What a run began with, and what it left in maps: to be asked after it.
    pub(crate) fn ran(&self) -> StudyRun {
        let mut code = self.code.clone();
        for insn in code.iter_mut().filter(|insn| insn.opcode == WIDE && MAP.contains(&insn.src)) {
            let place = self.maps.iter().position(|(_, fd, _)| fd.as_fd().as_raw_fd() == insn.immediate);
            insn.immediate = place.map_or(-1, |place| place as i32);
        }
        StudyRun {
            kind: self.kind,
            code: hexadecimal(&raw::bytes(&code)),
            maps: self.maps.iter().map(|(name, fd, map)| of(name, fd, map)).collect(),
        }
    }
}

fn of(name: &str, fd: &MapFd, map: &Map) -> StudyMap {
    let (size, entries) = (map.value_size(), map.max_entries());
    let is_read = map.map_type() == ARRAY && size.saturating_mul(entries) <= PAGE;
    let value = |index| raw::element(fd.as_fd(), index, size as usize).ok();
    let values: Option<Vec<_>> = if is_read { (0..entries).map(value).collect() } else { None };
    StudyMap {
        name: name.to_owned(),
        kind: map.map_type(),
        key_size: map.key_size(),
        value_size: size,
        max_entries: entries,
        before: hexadecimal(map.data()),
        after: hexadecimal(&values.unwrap_or_default().concat()),
    }
}

/// The number of a program's type in `enum bpf_prog_type`; `None` for types that want more than that.
fn kind(section: &ProgramSection) -> Option<u32> {
    Some(match section {
        ProgramSection::SocketFilter => 1,
        ProgramSection::KProbe => 2,
        ProgramSection::SchedClassifier => 3,
        ProgramSection::TracePoint => 5,
        ProgramSection::Xdp { .. } => 6,
        ProgramSection::RawTracePoint => 17,
        _ => return None,
    })
}

fn insn(insn: &bpf_insn) -> Insn {
    Insn::new(insn.code, insn.dst_reg(), insn.src_reg(), insn.off, insn.imm)
}
