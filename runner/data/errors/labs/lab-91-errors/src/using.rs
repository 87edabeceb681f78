//! Loaded programs and maps, used wrongly from user space.

use aya::{
    Ebpf, TestRunOptions,
    maps::{Array, HashMap, MapData, PerfEventArray, ProgramArray},
    programs::{SchedClassifier, TestRun, TracePoint, Xdp, loaded_programs},
};
use kit::Lab;

use crate::{
    case::Case,
    guest::{become_nobody, good, switch},
};

fn pair(lab: &Lab, name: &str) -> anyhow::Result<HashMap<MapData, u32, u64>> {
    Ok(lab.object().open()?.map(name)?)
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "use-hash-full",
        did: "inserted a third key into a hash map for two",
        run: |lab| {
            let mut map = pair(lab, "PAIR")?;
            for key in 0..3 {
                map.insert(key, 7, 0)?;
            }
            Ok(())
        },
    },
    Case {
        name: "use-key-exists",
        did: "inserted a key that exists, with BPF_NOEXIST",
        run: |lab| {
            let mut map = pair(lab, "PAIR")?;
            map.insert(1, 7, 0)?;
            map.insert(1, 8, 1)?;
            Ok(())
        },
    },
    Case {
        name: "use-key-not-there",
        did: "updated a key that does not exist, with BPF_EXIST",
        run: |lab| Ok(pair(lab, "PAIR")?.insert(1, 7, 2)?),
    },
    Case {
        name: "use-flags",
        did: "inserted a key with an unknown flag",
        run: |lab| Ok(pair(lab, "PAIR")?.insert(1, 7, 77)?),
    },
    Case {
        name: "use-get-missing",
        did: "read a key that is not in the map",
        run: |lab| {
            pair(lab, "PAIR")?.get(&1, 0)?;
            Ok(())
        },
    },
    Case {
        name: "use-remove-missing",
        did: "removed a key that is not in the map",
        run: |lab| Ok(pair(lab, "PAIR")?.remove(&1)?),
    },
    Case {
        name: "use-array-index",
        did: "wrote to index 4 of an array of four",
        run: |lab| {
            let mut slots: Array<_, u64> = lab.object().open()?.map("SLOTS")?;
            Ok(slots.set(4, 7, 0)?)
        },
    },
    Case {
        name: "use-read-only-map",
        did: "inserted a key into a map created with BPF_F_RDONLY",
        run: |lab| Ok(pair(lab, "READABLE")?.insert(1, 7, 0)?),
    },
    Case {
        name: "use-frozen-globals",
        did: "wrote to the read-only globals after the object was opened",
        run: |_| {
            let mut ebpf = Ebpf::load(&good())?;
            let map = ebpf.map_mut(".rodata").expect("the globals");
            let mut globals: Array<_, [u8; 4]> = map.try_into()?;
            globals.set(0, [1; 4], 0)?;
            Ok(())
        },
    },
    Case {
        name: "use-tail-call-type",
        did: "put programs of two types into one program array",
        run: |lab| {
            let mut object = lab.object().open()?;
            let mut steps: ProgramArray<MapData> = object.map("STEPS")?;
            let trace = object.load("trace", TracePoint::load)?.fd()?.try_clone()?;
            steps.set(0, &trace, 0)?;
            let packet = object.load("packet", Xdp::load)?.fd()?.try_clone()?;
            steps.set(1, &packet, 0)?;
            Ok(())
        },
    },
    Case {
        name: "use-perf-pages",
        did: "opened a perf buffer of 3 pages",
        run: |lab| {
            let mut samples: PerfEventArray<MapData> = lab.object().open()?.map("SAMPLES")?;
            samples.open(0, Some(3))?;
            Ok(())
        },
    },
    Case {
        name: "use-perf-no-cpu",
        did: "opened a perf buffer on the CPU 99",
        run: |lab| {
            let mut samples: PerfEventArray<MapData> = lab.object().open()?.map("SAMPLES")?;
            samples.open(99, None)?;
            Ok(())
        },
    },
    Case {
        name: "use-test-run-short",
        did: "ran an XDP program on a packet of 4 bytes",
        run: |lab| {
            let mut object = lab.object().open()?;
            let program = object.load("packet", Xdp::load)?;
            program.test_run(TestRunOptions { data_in: Some(&[0; 4]), ..TestRunOptions::new() })?;
            Ok(())
        },
    },
    Case {
        name: "use-test-run-out",
        did: "ran a classifier with an output of 8 bytes for a packet of 64",
        run: |lab| {
            let mut object = lab.object().open()?;
            let program = object.load("classify", SchedClassifier::load)?;
            let mut out = [0; 8];
            let options =
                TestRunOptions { data_in: Some(&[0; 64]), data_out: Some(&mut out), ..TestRunOptions::new() };
            program.test_run(options)?;
            Ok(())
        },
    },
    Case {
        name: "use-list-nobody",
        did: "listed loaded programs as a user without rights",
        run: |_| {
            switch("kernel/unprivileged_bpf_disabled", "2");
            become_nobody();
            for program in loaded_programs() {
                program?;
            }
            Ok(())
        },
    },
];
