//! Hooks of tracing programs that are not there, or refuse.

use std::fs;

use aya::{
    Btf,
    programs::{
        FEntry, KProbe, PerfEvent, RawTracePoint, SocketFilter, TracePoint, UProbe,
        perf_event::{HardwareEvent, PerfEventConfig, PerfEventScope, SamplePolicy, SoftwareEvent},
        uprobe::{UProbeAttachLocation, UProbeAttachPoint, UProbeScope},
    },
};
use kit::Lab;

use crate::{
    case::Case,
    guest::{become_nobody, switch, unmount},
};

fn tracepoint(lab: &Lab, program: &str, category: &str, name: &str) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load(program, TracePoint::load)?;
    program.attach_to(&format!("tracepoint {category}/{name}"), |program| program.attach(category, name))?;
    Ok(())
}

fn kprobe(lab: &Lab, function: &str, offset: u64) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("probe", KProbe::load)?;
    program.attach_to(&format!("kprobe {function}"), |program| program.attach(function, offset))?;
    Ok(())
}

fn uprobe<'a>(lab: &Lab, point: impl Into<UProbeAttachPoint<'a>>, path: &str) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("user", UProbe::load)?;
    let scope = UProbeScope::CallingProcess;
    program.attach_to(&format!("uprobe {path}"), |program| program.attach(point, path, scope))?;
    Ok(())
}

fn perf(lab: &Lab, config: PerfEventConfig, cpu: u32) -> anyhow::Result<()> {
    let mut object = lab.object().open()?;
    let mut program = object.load("sample", PerfEvent::load)?;
    program.attach_to("perf event", |program| {
        let scope = PerfEventScope::AllProcessesOneCpu { cpu };
        program.attach(config, scope, SamplePolicy::Frequency(99), false)
    })?;
    Ok(())
}

/// The first function of a list that the kernel has and that cannot be traced.
fn untraceable(candidates: &[&'static str]) -> &'static str {
    let traceable = fs::read_to_string("/sys/kernel/tracing/available_filter_functions").expect("tracefs");
    let symbols = fs::read_to_string("/proc/kallsyms").expect("proc");
    let has = |text: &str, name: &str| text.split_whitespace().any(|word| word == name);
    let found = candidates.iter().find(|name| has(&symbols, name) && !has(&traceable, name));
    found.expect("a function that cannot be traced")
}

pub(crate) const CASES: &[Case] = &[
    Case {
        name: "tracepoint-name",
        did: "attached to the tracepoint syscalls/sys_enter_getpppid",
        run: |lab| tracepoint(lab, "trace", "syscalls", "sys_enter_getpppid"),
    },
    Case {
        name: "tracepoint-category",
        did: "attached to the tracepoint syscall/sys_enter_getppid",
        run: |lab| tracepoint(lab, "trace", "syscall", "sys_enter_getppid"),
    },
    Case {
        name: "tracepoint-behind-last-field",
        did: "attached a program that reads 8 bytes at offset 2040 to syscalls/sys_enter_getppid",
        run: |lab| tracepoint(lab, "far", "syscalls", "sys_enter_getppid"),
    },
    Case {
        name: "tracepoint-no-tracefs",
        did: "attached to a tracepoint without tracefs",
        run: |lab| {
            unmount("/sys/kernel/tracing");
            tracepoint(lab, "trace", "syscalls", "sys_enter_getppid")
        },
    },
    Case {
        name: "tracepoint-nobody",
        did: "attached a loaded program as a user without rights (kernel.perf_event_paranoid=2)",
        run: |lab| {
            switch("kernel/perf_event_paranoid", "2");
            let mut object = lab.object().open()?;
            let mut program = object.load("trace", TracePoint::load)?;
            become_nobody();
            program.attach_to("tracepoint syscalls/sys_enter_getppid", |program| {
                program.attach("syscalls", "sys_enter_getppid")
            })?;
            Ok(())
        },
    },
    Case {
        name: "kprobe-nobody",
        did: "attached a loaded kprobe as a user without rights (kernel.perf_event_paranoid=2)",
        run: |lab| {
            switch("kernel/perf_event_paranoid", "2");
            let mut object = lab.object().open()?;
            let mut program = object.load("probe", KProbe::load)?;
            become_nobody();
            program.attach_to("kprobe vfs_unlink", |program| program.attach("vfs_unlink", 0))?;
            Ok(())
        },
    },
    Case {
        name: "attach-not-loaded",
        did: "attached a program that was not loaded",
        run: |lab| {
            let mut object = lab.object().open()?;
            let mut program = object.loaded::<TracePoint>("trace")?;
            program.attach_to("tracepoint syscalls/sys_enter_getppid", |program| {
                program.attach("syscalls", "sys_enter_getppid")
            })?;
            Ok(())
        },
    },
    Case {
        name: "kprobe-function",
        did: "attached a kprobe to the function `vfs_unlnik`",
        run: |lab| kprobe(lab, "vfs_unlnik", 0),
    },
    Case {
        name: "kprobe-gone",
        did: "attached a kprobe to `do_unlinkat`, which 7.3 no longer has",
        run: |lab| kprobe(lab, "do_unlinkat", 0),
    },
    Case {
        name: "kprobe-forbidden",
        did: "attached a kprobe to a function that kprobes themselves need (`notify_die`, `kprobe_int3_handler`, …)",
        run: |lab| {
            let list = ["notify_die", "kprobe_int3_handler", "exc_int3", "do_int3"];
            kprobe(lab, untraceable(&list), 0)
        },
    },
    Case {
        name: "kprobe-ambiguous",
        did: "attached a kprobe to a name that several functions have (`t_show`)",
        run: |lab| kprobe(lab, "t_show", 0),
    },
    Case {
        name: "kprobe-offset",
        did: "attached a kprobe behind the end of `vfs_unlink`",
        run: |lab| kprobe(lab, "vfs_unlink", 100_000),
    },
    Case {
        name: "kprobe-middle",
        did: "attached a kprobe into the middle of an instruction of `vfs_unlink`",
        run: |lab| kprobe(lab, "vfs_unlink", 1),
    },
    Case {
        name: "fentry-untraceable",
        did: "attached an fentry program to a function that cannot be traced (`rcu_note_context_switch`, …)",
        run: |lab| {
            let btf = Btf::from_sys_fs()?;
            let list = ["native_sched_clock", "sched_clock", "irqentry_enter", "do_machine_check"];
            let name = untraceable(&list);
            let mut object = lab.object().open()?;
            let mut program = object.load("entry", |program: &mut FEntry| program.load(name, &btf))?;
            program.attach_to(&format!("fentry {name}"), FEntry::attach)?;
            Ok(())
        },
    },
    Case {
        name: "raw-tracepoint-name",
        did: "attached to the raw tracepoint `sched_swich`",
        run: |lab| {
            let mut object = lab.object().open()?;
            let mut program = object.load("raw", RawTracePoint::load)?;
            program.attach_to("raw tracepoint sched_swich", |program| program.attach("sched_swich"))?;
            Ok(())
        },
    },
    Case {
        name: "uprobe-symbol",
        did: "attached a uprobe to a function that the file does not have",
        run: |lab| uprobe(lab, "no_such_function", "/proc/self/exe"),
    },
    Case {
        name: "uprobe-file",
        did: "attached a uprobe to a file that is not there",
        run: |lab| uprobe(lab, "main", "/usr/bin/no-such-file"),
    },
    Case {
        name: "uprobe-library",
        did: "attached a uprobe to a library by a name that nothing in the guest explains",
        run: |lab| uprobe(lab, "malloc", "libnosuch"),
    },
    Case {
        name: "uprobe-no-elf",
        did: "attached a uprobe to a file that is no ELF file",
        run: |lab| {
            fs::write("/tmp/text", "#!/bin/sh\nexit 0\n")?;
            uprobe(lab, "main", "/tmp/text")
        },
    },
    Case {
        name: "uprobe-offset",
        did: "attached a uprobe at an offset behind the end of the file",
        run: |lab| uprobe(lab, UProbeAttachLocation::AbsoluteOffset(1 << 40), "/proc/self/exe"),
    },
    Case {
        name: "uprobe-folder",
        did: "attached a uprobe at an offset of a folder",
        run: |lab| uprobe(lab, UProbeAttachLocation::AbsoluteOffset(0), "/tmp"),
    },
    Case {
        name: "uprobe-cookie",
        did: "attached a uprobe with a cookie, which came with 5.15",
        run: |lab| {
            let location = UProbeAttachLocation::Symbol("main");
            uprobe(lab, UProbeAttachPoint { location, cookie: Some(7) }, "/proc/self/exe")
        },
    },
    Case {
        name: "perf-no-hardware",
        did: "attached to the processor's cycle counter in a guest that has none",
        run: |lab| perf(lab, PerfEventConfig::Hardware(HardwareEvent::CpuCycles), 0),
    },
    Case {
        name: "perf-no-cpu",
        did: "attached to a software clock on the CPU 99",
        run: |lab| perf(lab, PerfEventConfig::Software(SoftwareEvent::CpuClock), 99),
    },
    Case {
        name: "perf-raw",
        did: "attached to an event of a PMU that does not exist",
        run: |lab| perf(lab, PerfEventConfig::Pmu { pmu_type: 4000, config: 1 }, 0),
    },
    Case {
        name: "socket-file",
        did: "attached a socket filter to a file",
        run: |lab| {
            let mut object = lab.object().open()?;
            let mut program = object.load("filter", SocketFilter::load)?;
            let file = fs::File::open("/proc/self/exe")?;
            program.attach_to("socket filter", |program| program.attach(&file))?;
            Ok(())
        },
    },
];
