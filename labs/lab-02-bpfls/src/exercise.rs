//! Lab 02: list what is loaded, as `bpftool prog list` does. You edit this file.

use aya::programs::loaded_programs;

use crate::{listing::Row, names::type_name, pins::Pin};

// ANCHOR: list
/// Lists the loaded programs, in the order of their ids.
pub(crate) fn list(pins: &[Pin]) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for program in loaded_programs() {
        let program = program?;
        rows.push(Row {
            id: program.id(),
            kind: type_name(program.program_type()),
            name: program.name_as_str().unwrap_or_default().to_owned(),
            // TODO(lab): `program.map_ids()` gives numbers; `MapInfo::from_id`
            // knows their names.
            maps: Vec::new(),
            // TODO(lab): `loaded_links()` lists all links; each knows the
            // `program_id()` it belongs to.
            links: Vec::new(),
            // TODO(lab): these are all the pins there are. Keep those of this
            // program and its links.
            pins: pins.iter().map(|pin| pin.path.clone()).collect(),
        });
    }
    Ok(rows)
}
// ANCHOR_END: list
