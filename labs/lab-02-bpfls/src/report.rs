//! What of a listing is observed: the rows of the lab's own programs, one check for each column.
//!
//! It compares nothing with what is right, except that a row's number must be a program's.

use std::collections::{BTreeMap, BTreeSet};

use aya::programs::loaded_programs;
use kit::{Lab, mask};

use crate::listing::Row;

/// What a row shows in one column.
type Column = fn(&Row) -> Vec<String>;

/// One check for each column, so that a learner sees which one is wrong. Rows of other programs are left
/// out; a row of a program that does not exist is not.
///
/// # Errors
/// If the kernel does not say which programs it has.
pub(crate) fn report(lab: &mut Lab, rows: &[Row], own: &BTreeMap<u32, &str>) -> anyhow::Result<()> {
    let there =
        loaded_programs().map(|program| Ok(program?.id())).collect::<anyhow::Result<BTreeSet<_>>>()?;
    lab.check("programs");
    for Row { id, kind, name, .. } in rows {
        if own.contains_key(id) {
            lab.observe(format!("{} {kind} {name}", mask("id", id)));
        } else if !there.contains(id) {
            lab.observe(format!("{} {kind} {name}: no program has this id", mask("id", id)));
        }
    }
    let columns: [(&str, Column); 3] = [
        ("maps", |row| row.maps.clone()),
        ("links", |row| row.links.clone()),
        ("pins", |row| row.pins.iter().map(|path| path.display().to_string()).collect()),
    ];
    for (check, column) in columns {
        lab.check(check);
        for (row, name) in rows.iter().filter_map(|row| Some((row, own.get(&row.id)?))) {
            let cell = column(row);
            let cell = if cell.is_empty() { "none".to_owned() } else { cell.join(", ") };
            lab.observe(format!("{name}: {cell}"));
        }
    }
    Ok(())
}
