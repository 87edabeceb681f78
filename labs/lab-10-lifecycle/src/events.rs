//! The events: system calls that this program makes, so many of each. And who has counted them.
//!
//! Nobody else in the guest makes these calls while they are counted.

use std::collections::BTreeMap;

use anyhow::Context;
use aya::{
    maps::{Array, Map, MapData, MapInfo},
    programs::ProgramInfo,
};

/// A program that counts one system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counter {
    /// The program's name.
    pub(crate) program: &'static str,
    /// What it counts, and how it is called.
    call: (libc::c_long, &'static str),
}

/// The three of them.
pub(crate) const COUNTERS: [Counter; 3] = [
    Counter { program: "count_getuid", call: (libc::SYS_getuid, "getuid") },
    Counter { program: "count_getppid", call: (libc::SYS_getppid, "getppid") },
    Counter { program: "count_getgid", call: (libc::SYS_getgid, "getgid") },
];

/// The entries of the map `COUNTS`, as the programs use them.
const ENTRIES: [&str; 8] =
    ["count_getppid", "count_getuid", "count_getgid", "again", "red", "green", "blue", "fell through"];

/// What was counted, by the names of [`ENTRIES`].
type Counts = BTreeMap<usize, u64>;

/// Makes the call of each counter, so many times each, and says what was made and who counted.
///
/// # Errors
/// If the kernel does not let it read a counter.
pub(crate) fn calls(loaded: &[ProgramInfo], times: u64) -> anyhow::Result<String> {
    let mut made = Vec::new();
    let counted = counted(loaded, || {
        for (Counter { call: (number, name), .. }, more) in COUNTERS.into_iter().zip(0..) {
            make(number, 0, times + more);
            made.push(format!("{} {name}", times + more));
        }
    })?;
    Ok(format!("{}: {counted}", made.join(", ")))
}

/// Makes `times` calls of `getppid`, and says whether this program has counted them.
///
/// # Errors
/// As [`calls`].
pub(crate) fn calls_by(program: &ProgramInfo, times: u64) -> anyhow::Result<String> {
    counted(std::slice::from_ref(program), || make(libc::SYS_getppid, 0, times))
}

/// Makes `times` calls of `getpgid` for a slot, and says who counted.
///
/// # Errors
/// As [`calls`].
pub(crate) fn calls_for(loaded: &[ProgramInfo], slot: u32, times: u64) -> anyhow::Result<String> {
    counted(loaded, || make(libc::SYS_getpgid, slot.into(), times))
}

/// Whether a program looked for another one in vain while `act` went on.
///
/// # Errors
/// As [`calls`], and those of `act`.
pub(crate) fn fell_through(
    loaded: &[ProgramInfo],
    act: impl FnOnce() -> anyhow::Result<()>,
) -> anyhow::Result<bool> {
    let maps = counters_of(loaded)?;
    let before = read(&maps)?;
    act()?;
    Ok(read(&maps)?.last_key_value() > before.last_key_value())
}

fn make(number: libc::c_long, argument: libc::c_long, times: u64) {
    for _ in 0..times {
        // SAFETY: these calls take a number at most, and only return one.
        unsafe { libc::syscall(number, argument) };
    }
}

/// Who has counted how much while `act` went on.
fn counted(loaded: &[ProgramInfo], act: impl FnOnce()) -> anyhow::Result<String> {
    let maps = counters_of(loaded)?;
    let before = read(&maps)?;
    act();
    let after = read(&maps)?;
    let counts: Vec<String> = after
        .iter()
        .filter_map(|(entry, count)| {
            Some((entry, count.checked_sub(before[entry]).filter(|more| *more > 0)?))
        })
        .map(|(entry, more)| format!("{} {more}", ENTRIES[*entry]))
        .collect();
    Ok(if counts.is_empty() { "nobody counted".to_owned() } else { counts.join(", ") })
}

/// The maps `COUNTS` of these programs, each one once.
fn counters_of(loaded: &[ProgramInfo]) -> anyhow::Result<Vec<Array<MapData, u64>>> {
    let mut maps = BTreeMap::new();
    for program in loaded {
        for id in program.map_ids()?.unwrap_or_default() {
            if MapInfo::from_id(id)?.name_as_str() == Some("COUNTS") {
                let map = Map::Array(MapData::from_id(id)?);
                maps.insert(id, Array::try_from(map).context("`COUNTS` is no array of numbers")?);
            }
        }
    }
    Ok(maps.into_values().collect())
}

fn read(maps: &[Array<MapData, u64>]) -> anyhow::Result<Counts> {
    let mut counts: Counts = (0..ENTRIES.len()).map(|entry| (entry, 0)).collect();
    for map in maps {
        for (entry, count) in &mut counts {
            *count += map.get(&(*entry as u32), 0)?;
        }
    }
    Ok(counts)
}
