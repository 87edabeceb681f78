// fails: Differs in pins with seed 7: see_switch: /sys/fs/bpf/switch-link
//! Lab 02, wrong on purpose: the paths of seed 0 instead of a look into bpffs.

use aya::{
    maps::MapInfo,
    programs::{loaded_links, loaded_programs},
};

use crate::{
    listing::Row,
    names::type_name,
    pins::Pin,
};

/// Lists the loaded programs, in the order of their ids.
pub(crate) fn list(_pins: &[Pin]) -> anyhow::Result<Vec<Row>> {
    let mut rows = Vec::new();
    for program in loaded_programs() {
        let program = program?;
        let name = program.name_as_str().unwrap_or_default().to_owned();
        let mut maps = Vec::new();
        for id in program.map_ids()?.unwrap_or_default() {
            maps.push(MapInfo::from_id(id)?.name_as_str().unwrap_or_default().to_owned());
        }
        maps.sort();
        let mut links = Vec::new();
        for link in loaded_links() {
            let link = link?;
            if link.program_id() == program.id() {
                links.push(format!("{:?}", link.link_type()?));
            }
        }
        let pins = match name.as_str() {
            "see_switch" => vec!["/sys/fs/bpf/switch-link".into()],
            "drop_all" => vec!["/sys/fs/bpf/drop-program".into()],
            _ => Vec::new(),
        };
        rows.push(Row { id: program.id(), kind: type_name(program.program_type()), name, maps, links, pins });
    }
    Ok(rows)
}
