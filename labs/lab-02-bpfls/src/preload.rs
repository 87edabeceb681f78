//! What there is to list: three programs, attached and pinned in ways that the seed draws.
//!
//! It lists nothing.

use std::{collections::BTreeMap, os::fd::OwnedFd};

use aya::{
    maps::{Array, HashMap, MapData},
    programs::{
        RawTracePoint, TracePoint, Xdp,
        links::{FdLink, PinnedLink},
    },
};
use kit::{Lab, Object, Seed};

use crate::bpffs::{self, BPFFS};

/// The programs, and what keeps them alive.
pub(crate) struct Preloaded {
    /// The kernel's numbers for them, with their names.
    pub(crate) programs: BTreeMap<u32, &'static str>,
    _kept: (Object, PinnedLink, Vec<OwnedFd>),
}

/// How to load one of the programs; returns its id.
type Load = fn(&mut Object) -> anyhow::Result<u32>;

/// Three programs: one attached and not pinned, one kept by a pinned link, one kept
/// by a pin alone. Other seeds load them in another order and pin another one.
pub(crate) fn preload(lab: &mut Lab) -> anyhow::Result<Preloaded> {
    let mut programs: [(&str, Load); 3] = [
        ("see_files", |object| Ok(object.load("see_files", TracePoint::load)?.info()?.id())),
        ("see_switch", |object| Ok(object.load("see_switch", RawTracePoint::load)?.info()?.id())),
        ("drop_all", |object| Ok(object.load("drop_all", Xdp::load)?.info()?.id())),
    ];
    lab.seed().shuffle(&mut programs);
    let mut object = lab.object().open()?;
    let mut ids = BTreeMap::new();
    for (name, load) in programs {
        ids.insert(load(&mut object)?, name);
    }
    attach(&mut object, lab.seed())?;
    let link = pin(&mut object, lab.seed())?;
    let decoys = decoys(&mut object, lab.seed(), &ids)?;
    Ok(Preloaded { programs: ids, _kept: (object, link, decoys) })
}

// ANCHOR: preload
/// `see_files` is attached to some system calls. It ends with this process.
fn attach(object: &mut Object, seed: &mut Seed) -> anyhow::Result<()> {
    let mut files = object.loaded::<TracePoint>("see_files")?;
    let attachments = usize::try_from(seed.number(2, 1..=3))?;
    for event in ["sys_enter_openat", "sys_enter_close", "sys_enter_read"].into_iter().take(attachments) {
        files.attach_to(&format!("tracepoint syscalls/{event}"), |program| {
            program.attach("syscalls", event)
        })?;
    }
    Ok(())
}

/// The link of `see_switch` is pinned, and one program by itself.
fn pin(object: &mut Object, seed: &mut Seed) -> anyhow::Result<PinnedLink> {
    let mut switch = object.loaded::<RawTracePoint>("see_switch")?;
    let link = switch.attach_to("raw tracepoint sched_switch", |program| program.attach("sched_switch"))?;
    let link: FdLink = switch.take_link(link)?.into();
    let pinned = link.pin(path(seed, "switch-link"))?;
    let program = path(seed, "drop-program");
    match seed.number(2, 0..=2) {
        0 => object.loaded::<TracePoint>("see_files")?.pin(program)?,
        1 => object.loaded::<RawTracePoint>("see_switch")?.pin(program)?,
        _ => object.loaded::<Xdp>("drop_all")?.pin(program)?,
    }
    Ok(pinned)
}
// ANCHOR_END: preload

/// Pinned maps. They keep no program, and one of them has the number of one.
fn decoys(object: &mut Object, seed: &mut Seed, ids: &BTreeMap<u32, &str>) -> anyhow::Result<Vec<OwnedFd>> {
    object.map::<HashMap<MapData, u32, u64>>("SEEN")?.pin(path(seed, "seen-counts"))?;
    let (last, number) = (path(seed, "last-cpu"), path(seed, "same-number"));
    if seed.number(0, 0..=1) == 1 {
        object.map::<Array<MapData, u32>>("LAST_CPU")?.pin(last)?;
    }
    let highest = *ids.keys().next_back().expect("three programs were loaded");
    bpffs::pin_map_numbered_like(highest, &number)
}

fn path(seed: &mut Seed, committed: &str) -> String {
    format!("{BPFFS}/{}", seed.name(committed))
}
