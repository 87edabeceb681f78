// fails: Differs in pins: drop_all: /sys/fs/bpf/drop-program, /sys/fs/bpf/same-number
//! Lab 02, wrong on purpose: a map and a program may have the same number.

use aya::{
    maps::MapInfo,
    programs::{links::LinkInfo, loaded_links, loaded_programs},
};

use crate::{
    listing::Row,
    names::type_name,
    pins::{Pin, Pinned},
};

/// Lists the loaded programs, in the order of their ids.
pub(crate) fn list(pins: &[Pin]) -> anyhow::Result<Vec<Row>> {
    let links = loaded_links().collect::<Result<Vec<_>, _>>()?;
    let mut rows = Vec::new();
    for program in loaded_programs() {
        let program = program?;
        let mut maps = Vec::new();
        for id in program.map_ids()?.unwrap_or_default() {
            maps.push(MapInfo::from_id(id)?.name_as_str().unwrap_or_default().to_owned());
        }
        maps.sort();
        // A link knows its program; a program does not know its links.
        let mine = |link: &&LinkInfo| link.program_id() == program.id();
        let mut kinds = Vec::new();
        for link in links.iter().filter(mine) {
            kinds.push(format!("{:?}", link.link_type()?));
        }
        let number = |pin: &Pin| match pin.object {
            Pinned::Program(id) | Pinned::LinkOf(id) | Pinned::Map(id) => id,
        };
        let keeps = |pin: &&Pin| number(pin) == program.id();
        rows.push(Row {
            id: program.id(),
            kind: type_name(program.program_type()),
            name: program.name_as_str().unwrap_or_default().to_owned(),
            maps,
            links: kinds,
            pins: pins.iter().filter(keeps).map(|pin| pin.path.clone()).collect(),
        });
    }
    Ok(rows)
}
