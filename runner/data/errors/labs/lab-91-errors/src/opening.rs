//! Objects that cannot be opened.

use aya::{
    Btf,
    maps::{Array, HashMap},
};
use kit::Lab;

use crate::{
    case::Case,
    guest::{built, good, hide, lay},
    patch,
};

fn open(lab: &Lab, bytes: &[u8]) -> anyhow::Result<()> {
    lay(bytes);
    lab.object().open()?;
    Ok(())
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "object-no-elf",
        did: "opened a text file as an object",
        run: |lab| open(lab, b"#![no_std]\n#![no_main]\n"),
    },
    Case { name: "object-empty", did: "opened an empty file as an object", run: |lab| open(lab, b"") },
    Case {
        name: "object-cut-off",
        did: "opened the first half of an object",
        run: |lab| open(lab, &good()[..good().len() / 2]),
    },
    Case {
        name: "object-of-the-host",
        did: "opened a program for the host's processor",
        run: |lab| open(lab, &std::fs::read(channel::PROGRAM_PATH)?),
    },
    Case {
        name: "section-unknown",
        did: "opened an object whose tracepoint programs lie in a section `tracepuint`",
        run: |lab| open(lab, &patch::text(good(), "tracepoint\0", "tracepuint\0")),
    },
    Case {
        name: "license-missing",
        did: "opened an object without the section `license`",
        run: |lab| open(lab, &patch::text(good(), "license\0", "licence\0")),
    },
    Case {
        name: "license-unterminated",
        did: "opened an object whose license has no zero byte at its end",
        run: |lab| open(lab, &patch::text(good(), "Dual MIT/GPL\0", "Dual MIT/GPL!")),
    },
    Case {
        name: "function-undefined",
        did: "opened an object that calls a function which is not in it",
        run: |lab| open(lab, &built()),
    },
    Case {
        name: "global-missing",
        did: "set a global that the object does not have",
        run: |lab| {
            lab.object().global("WORKED", 7_u32).open()?;
            Ok(())
        },
    },
    Case {
        name: "global-size",
        did: "set a global of 4 bytes to a value of 8 bytes",
        run: |lab| {
            lab.object().global("WORKER", 7_u64).open()?;
            Ok(())
        },
    },
    Case {
        name: "program-name",
        did: "asked for a program that the object does not have",
        run: |lab| {
            let mut object = lab.object().open()?;
            object.load("tracee", aya::programs::TracePoint::load)?;
            Ok(())
        },
    },
    Case {
        name: "program-type",
        did: "asked for a kprobe where the object has a tracepoint program",
        run: |lab| {
            let mut object = lab.object().open()?;
            object.load("trace", aya::programs::KProbe::load)?;
            Ok(())
        },
    },
    Case {
        name: "map-value-type",
        did: "took an array of 8-byte values as an array of 4-byte values",
        run: |lab| {
            let _: Array<_, u32> = lab.object().open()?.map("SLOTS")?;
            Ok(())
        },
    },
    Case {
        name: "map-key-type",
        did: "took a hash map with 4-byte keys as one with 8-byte keys",
        run: |lab| {
            let _: HashMap<_, u64, u64> = lab.object().open()?.map("PAIR")?;
            Ok(())
        },
    },
    Case {
        name: "map-type",
        did: "took a hash map as an array",
        run: |lab| {
            let _: Array<_, u64> = lab.object().open()?.map("PAIR")?;
            Ok(())
        },
    },
    Case {
        name: "map-value-type-aya",
        did: "took an array of 8-byte values as an array of 4-byte values, through Aya alone",
        run: |_| {
            let ebpf = aya::Ebpf::load(&good())?;
            let _: Array<_, u32> = ebpf.map("SLOTS").expect("it is there").try_into()?;
            Ok(())
        },
    },
    Case {
        name: "map-type-aya",
        did: "took a hash map as an array, through Aya alone",
        run: |_| {
            let ebpf = aya::Ebpf::load(&good())?;
            let _: Array<_, u64> = ebpf.map("PAIR").expect("it is there").try_into()?;
            Ok(())
        },
    },
    Case {
        name: "kernel-btf-hidden",
        did: "read the kernel's BTF where /sys/kernel/btf is empty",
        run: |_| {
            hide("/sys/kernel/btf");
            Btf::from_sys_fs()?;
            Ok(())
        },
    },
];
