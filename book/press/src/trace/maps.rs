//! The maps of a program that runs once more: arrays and hash tables. The machine has one processor, so a map that has a
//! value for each processor has one.

use std::collections::BTreeMap;

use super::memory::{Memory, Naming};
use crate::see::raw::{StudyMap, bytes};

/// Numbers of `enum bpf_map_type` in `include/uapi/linux/bpf.h`.
mod kind {
    pub(super) const HASH: [u32; 4] = [1, 5, 9, 10];
    pub(super) const ARRAY: [u32; 2] = [2, 6];
}

/// The kernel keeps values in units of 8 bytes.
const UNIT: usize = 8;

/// `-ENOENT`, `-E2BIG`: what the helpers answer.
const NO_ENTRY: u64 = -2_i64 as u64;
const TOO_MANY: u64 = -7_i64 as u64;

/// One map.
#[derive(Debug)]
pub(super) struct Map {
    /// What a program gets for the map itself: an address of nothing.
    pub(super) handle: u64,
    known: StudyMap,
    content: Content,
}

#[derive(Debug)]
enum Content {
    /// The address of the first value.
    Array(u64),
    /// The address of each key's value.
    Hash(BTreeMap<Vec<u8>, u64>),
    /// A map that the machine does not know.
    Other,
}

impl Map {
    /// A map as it was before the run.
    pub(super) fn new(known: &StudyMap, memory: &mut Memory) -> Self {
        let handle = memory.add(&format!("map {}", known.name), Naming::Up, Vec::new());
        let content = match known.kind {
            kind if kind::ARRAY.contains(&kind) && known.value_size > 0 => {
                Content::Array(memory.add(&known.name, naming(known), values(known)))
            }
            kind if kind::HASH.contains(&kind) => Content::Hash(BTreeMap::new()),
            _ => Content::Other,
        };
        Self { handle, known: known.clone(), content }
    }

    /// The address of a byte of the first value, which `rN = MAP[0]+OFFSET` loads.
    pub(super) fn value(&self, offset: u32) -> Result<u64, String> {
        match self.content {
            Content::Array(first) => Ok(first + u64::from(offset)),
            _ => self.unknown(),
        }
    }

    /// The address of a key's value; 0 if there is none.
    pub(super) fn lookup(&self, key: u64, memory: &Memory) -> Result<u64, String> {
        let key = memory.bytes(key, self.known.key_size as usize)?;
        Ok(match &self.content {
            Content::Array(first) => self.element(*first, &key).unwrap_or(0),
            Content::Hash(entries) => entries.get(&key).copied().unwrap_or(0),
            Content::Other => return self.unknown(),
        })
    }

    /// Sets a key's value: `bpf_map_update_elem` with `BPF_ANY`.
    pub(super) fn update(&mut self, key: u64, value: u64, memory: &mut Memory) -> Result<u64, String> {
        let key = memory.bytes(key, self.known.key_size as usize)?;
        let value = memory.bytes(value, self.known.value_size as usize)?;
        let place = match &mut self.content {
            Content::Array(first) => {
                let first = *first;
                self.element(first, &key)
            }
            Content::Hash(entries) => match entries.get(&key) {
                Some(place) => Some(*place),
                None if entries.len() as u32 >= self.known.max_entries => None,
                None => {
                    let name = format!("{}[{}]", self.known.name, shown(&key));
                    let place = memory.add(&name, Naming::Up, vec![Some(0); value.len()]);
                    entries.insert(key, place);
                    Some(place)
                }
            },
            Content::Other => return self.unknown(),
        };
        match place {
            Some(place) => memory.store(place, &value).map(|()| 0),
            None => Ok(TOO_MANY),
        }
    }

    /// Takes a key out: `bpf_map_delete_elem`.
    pub(super) fn delete(&mut self, key: u64, memory: &Memory) -> Result<u64, String> {
        let key = memory.bytes(key, self.known.key_size as usize)?;
        match &mut self.content {
            Content::Hash(entries) => Ok(entries.remove(&key).map_or(NO_ENTRY, |_| 0)),
            _ => self.unknown(),
        }
    }

    /// Compares an array with what the kernel's had in it after its run.
    ///
    /// # Errors
    /// The first value that differs.
    pub(super) fn compare(&self, memory: &Memory) -> Result<(), String> {
        let (Content::Array(first), after) = (&self.content, bytes(&self.known.after)) else { return Ok(()) };
        for (index, theirs) in after.chunks(self.known.value_size.max(1) as usize).enumerate() {
            let ours = memory.bytes(first + (index * self.stride()) as u64, theirs.len())?;
            if ours != theirs {
                let name = &self.known.name;
                return Err(format!("{name}[{index}] is {ours:02x?} here, and {theirs:02x?} in the kernel"));
            }
        }
        Ok(())
    }

    fn element(&self, first: u64, key: &[u8]) -> Option<u64> {
        let index = u32::from_le_bytes(key.try_into().ok()?);
        (index < self.known.max_entries).then(|| first + u64::from(index) * self.stride() as u64)
    }

    fn stride(&self) -> usize {
        (self.known.value_size as usize).next_multiple_of(UNIT)
    }

    fn unknown<T>(&self) -> Result<T, String> {
        Err(format!(
            "the map {} is of type {}, which the stepper cannot run",
            self.known.name, self.known.kind
        ))
    }
}

fn naming(known: &StudyMap) -> Naming {
    if known.max_entries == 1 {
        return Naming::Up;
    }
    Naming::Elements((known.value_size as usize).next_multiple_of(UNIT))
}

/// All values of an array, each in units of 8 bytes.
fn values(known: &StudyMap) -> Vec<Option<u8>> {
    let size = known.value_size as usize;
    let before = bytes(&known.before);
    let mut all = Vec::new();
    for index in 0..known.max_entries as usize {
        let value = (0..size).map(|at| Some(before.get(index * size + at).copied().unwrap_or(0)));
        all.extend(value);
        all.resize((index + 1) * size.next_multiple_of(UNIT), Some(0));
    }
    all
}

/// A key as a number, if it is as long as one.
fn shown(key: &[u8]) -> String {
    let mut number = [0; 8];
    match key.len() {
        1 | 2 | 4 | 8 => {
            number[..key.len()].copy_from_slice(key);
            u64::from_le_bytes(number).to_string()
        }
        _ => key.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" "),
    }
}
