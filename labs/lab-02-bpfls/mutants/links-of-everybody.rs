// fails: Differs in links: drop_all:
//! Lab 02, wrong on purpose: every program is shown with the links of all.

use aya::{
    maps::MapInfo,
    programs::{loaded_links, loaded_programs},
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
        let mut kinds = Vec::new();
        for link in &links {
            kinds.push(format!("{:?}", link.link_type()?));
        }
        // A pinned link keeps its program, too. A pinned map keeps only itself.
        let keeps = |pin: &&Pin| match pin.object {
            Pinned::Program(id) | Pinned::LinkOf(id) => id == program.id(),
            Pinned::Map(_) => false,
        };
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
