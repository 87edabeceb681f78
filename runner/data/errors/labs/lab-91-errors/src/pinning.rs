//! Pins that cannot be made or found.

use aya::{
    maps::{Array, MapData},
    programs::{
        KProbe, TracePoint,
        links::{FdLink, PinnedLink},
    },
};
use kit::Lab;

use crate::{case::Case, guest::unmount};

fn pin(lab: &Lab, path: &str) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("trace", TracePoint::load)?;
    program.pin(path)?;
    Ok(())
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "pin-no-bpffs",
        did: "pinned a program where /sys/fs/bpf is not mounted",
        run: |lab| {
            unmount("/sys/fs/bpf");
            pin(lab, "/sys/fs/bpf/trace")
        },
    },
    Case { name: "pin-elsewhere", did: "pinned a program in /tmp", run: |lab| pin(lab, "/tmp/trace") },
    Case {
        name: "pin-no-folder",
        did: "pinned a program in a folder that is not there",
        run: |lab| pin(lab, "/sys/fs/bpf/no/trace"),
    },
    Case {
        name: "pin-dot",
        did: "pinned a program under a name with a dot",
        run: |lab| pin(lab, "/sys/fs/bpf/trace.v2"),
    },
    Case {
        name: "pin-twice",
        did: "pinned a program where something is pinned already",
        run: |lab| {
            let _ = std::fs::remove_file("/sys/fs/bpf/twice");
            pin(lab, "/sys/fs/bpf/twice")?;
            let again = pin(lab, "/sys/fs/bpf/twice");
            std::fs::remove_file("/sys/fs/bpf/twice")?;
            again
        },
    },
    Case {
        name: "pin-map-twice",
        did: "pinned a map where something is pinned already",
        run: |lab| {
            let mut object = lab.object().open()?;
            let slots: Array<MapData, u64> = object.map("SLOTS")?;
            slots.pin("/sys/fs/bpf/slots")?;
            let mut object = lab.object().open()?;
            let slots: Array<MapData, u64> = object.map("SLOTS")?;
            let again = slots.pin("/sys/fs/bpf/slots");
            std::fs::remove_file("/sys/fs/bpf/slots")?;
            again?;
            Ok(())
        },
    },
    Case {
        name: "pin-kprobe-link",
        did: "made a kprobe's link one that can be pinned, which came with 5.15",
        run: |lab| {
            let mut object = lab.object().open()?;
            let mut program = object.load("probe", KProbe::load)?;
            let link = program.attach("vfs_unlink", 0)?;
            let link = program.take_link(link)?;
            let _: FdLink = link.try_into()?;
            Ok(())
        },
    },
    Case {
        name: "pin-map-gone",
        did: "opened a pinned map that is not there",
        run: |_| {
            MapData::from_pin("/sys/fs/bpf/no-such-pin")?;
            Ok(())
        },
    },
    Case {
        name: "pin-program-gone",
        did: "opened a pinned program that is not there",
        run: |_| {
            TracePoint::from_pin("/sys/fs/bpf/no-such-pin")?;
            Ok(())
        },
    },
    Case {
        name: "pin-link-gone",
        did: "opened a pinned link that is not there",
        run: |_| {
            PinnedLink::from_pin("/sys/fs/bpf/no-such-pin")?;
            Ok(())
        },
    },
];
