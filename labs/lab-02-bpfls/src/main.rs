//! Lab 02, the guest program: loads, attaches and pins three programs, and asks the
//! learner's listing about them.
//!
//! It lists nothing itself. Programs that were there before are left out of the
//! observations.

mod crosscheck;
mod exercise;
mod listing;
mod pins;

use std::{collections::BTreeSet, process::ExitCode};

use anyhow::Context;
use aya::{
    maps::{HashMap, MapData},
    programs::{
        RawTracePoint, TracePoint, Xdp,
        links::{FdLink, PinnedLink},
    },
};
use kit::{Lab, Object, mask};
use listing::Row;

fn main() -> ExitCode {
    kit::lab(|lab| {
        let before: BTreeSet<u32> = listed()?.iter().map(|row| row.id).collect();
        let _kept = preload(lab)?;
        let rows = listed()?;
        crosscheck::run(&rows)?;
        let new: Vec<_> = rows.into_iter().filter(|row| !before.contains(&row.id)).collect();
        report(lab, &new);
        Ok(())
    })
}

fn listed() -> anyhow::Result<Vec<Row>> {
    exercise::list(&pins::all()?).context("`list` returned an error")
}

// ANCHOR: preload
/// Three programs: one attached once or more and not pinned, one kept by a pinned
/// link, one kept by a pin alone. What is returned keeps the rest alive.
fn preload(lab: &mut Lab) -> anyhow::Result<(Object, PinnedLink)> {
    let attachments = lab.seed().number(2, 1..=2);
    let [map_pin, link_pin, program_pin] = ["seen-counts", "switch-link", "drop-program"]
        .map(|name| format!("{}/{}", pins::BPFFS, lab.seed().name(name)));
    let mut object = lab.object().open()?;

    let mut files = object.load("see_files", TracePoint::load)?;
    for event in ["sys_enter_openat", "sys_enter_close"].into_iter().take(usize::try_from(attachments)?) {
        files.attach_to(&format!("tracepoint syscalls/{event}"), |program| {
            program.attach("syscalls", event)
        })?;
    }
    let mut switch = object.load("see_switch", RawTracePoint::load)?;
    let link = switch.attach_to("raw tracepoint sched_switch", |program| program.attach("sched_switch"))?;
    let link: FdLink = switch.take_link(link)?.into();
    let pinned = link.pin(&link_pin)?;
    object.load("drop_all", Xdp::load)?.pin(&program_pin)?;
    object.map::<HashMap<MapData, u32, u64>>("SEEN")?.pin(&map_pin)?;
    Ok((object, pinned))
}
// ANCHOR_END: preload

/// What a row shows in one column.
type Column = fn(&Row) -> Vec<String>;

/// One check for each column, so that a learner sees which one is wrong.
fn report(lab: &mut Lab, rows: &[Row]) {
    lab.check("programs");
    for Row { id, kind, name, .. } in rows {
        lab.observe(format!("{} {kind} {name}", mask("id", id)));
    }
    let columns: [(&str, Column); 3] = [
        ("maps", |row| row.maps.clone()),
        ("links", |row| row.links.clone()),
        ("pins", |row| row.pins.iter().map(|path| path.display().to_string()).collect()),
    ];
    for (check, column) in columns {
        lab.check(check);
        for row in rows {
            let cell = column(row);
            let cell = if cell.is_empty() { "none".to_owned() } else { cell.join(", ") };
            lab.observe(format!("{}: {cell}", row.name));
        }
    }
}
