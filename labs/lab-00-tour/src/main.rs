//! Lab 00, the guest program: says which kernel this is, and loads one program of each kind.
//!
//! It attaches nothing and changes nothing.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context;
use aya::{
    Btf,
    maps::MapType,
    programs::{
        BtfTracePoint, CgroupSkb, CgroupSockAddr, FEntry, FExit, KProbe, Lsm, PerfEvent, ProgramType,
        RawTracePoint, SchedClassifier, SkLookup, SockOps, SocketFilter, TracePoint, UProbe, Xdp,
    },
    sys::{BpfHelper, is_helper_supported, is_map_supported, is_program_supported},
};
use kit::{Failure, Lab, Object};

fn main() -> ExitCode {
    kit::lab(|lab| {
        kernel(lab)?;
        programs(lab)?;
        newer(lab)
    })
}

/// What kind of kernel this is.
fn kernel(lab: &mut Lab) -> anyhow::Result<()> {
    let release = read("/proc/sys/kernel/osrelease")?;
    let jit = match read("/proc/sys/net/core/bpf_jit_enable")?.trim() {
        "0" => "off".to_owned(),
        "1" => "on".to_owned(),
        other => format!("in state {other}"),
    };
    let modules = read("/sys/kernel/security/lsm")?;
    lab.check("kernel");
    lab.observe(format!("release: {}", kit::mask("release", release.trim())));
    lab.observe(format!("JIT compiler: {jit}"));
    lab.observe(format!("BTF of the kernel: {}", present("/sys/kernel/btf/vmlinux")));
    lab.observe(format!(
        "BPF among the security modules: {}",
        yes(modules.split(',').any(|name| name.trim() == "bpf"))
    ));
    Ok(())
}

/// Loads a program of one kind out of the object.
type Load = fn(&mut Object, &Btf) -> Result<(), Failure>;

// ANCHOR: kinds
/// Every kind of program in the object, in its order. Programs that name a kernel function or type
/// need the kernel's BTF to find it.
const KINDS: &[(&str, Load)] = &[
    ("tracepoint", |object, _| object.load("on_openat", TracePoint::load).map(drop)),
    ("raw tracepoint", |object, _| object.load("on_switch", RawTracePoint::load).map(drop)),
    ("typed tracepoint", |object, btf| {
        object.load("on_typed_switch", |p: &mut BtfTracePoint| p.load("sched_switch", btf)).map(drop)
    }),
    ("kprobe", |object, _| object.load("on_kernel_entry", KProbe::load).map(drop)),
    ("kretprobe", |object, _| object.load("on_kernel_return", KProbe::load).map(drop)),
    ("uprobe", |object, _| object.load("on_user_entry", UProbe::load).map(drop)),
    ("uretprobe", |object, _| object.load("on_user_return", UProbe::load).map(drop)),
    ("fentry vfs_read", |object, btf| {
        object.load("on_read", |p: &mut FEntry| p.load("vfs_read", btf)).map(drop)
    }),
    ("fexit vfs_read", |object, btf| {
        object.load("on_read_done", |p: &mut FExit| p.load("vfs_read", btf)).map(drop)
    }),
    ("perf event", |object, _| object.load("on_sample", PerfEvent::load).map(drop)),
    ("lsm file_open", |object, btf| {
        object.load("may_open", |p: &mut Lsm| p.load("file_open", btf)).map(drop)
    }),
    ("xdp", |object, _| object.load("on_arrival", Xdp::load).map(drop)),
    ("tc classifier", |object, _| object.load("on_queue", SchedClassifier::load).map(drop)),
    ("socket filter", |object, _| object.load("for_socket", SocketFilter::load).map(drop)),
    ("cgroup packets", |object, _| object.load("leaves_cgroup", CgroupSkb::load).map(drop)),
    ("cgroup connect", |object, _| object.load("may_connect", CgroupSockAddr::load).map(drop)),
    ("TCP events", |object, _| object.load("on_tcp_event", SockOps::load).map(drop)),
    ("socket lookup", |object, _| object.load("find_socket", SkLookup::load).map(drop)),
];
// ANCHOR_END: kinds

/// Which kinds of programs this kernel loads.
fn programs(lab: &mut Lab) -> anyhow::Result<()> {
    let btf = Btf::from_sys_fs()?;
    let mut object = lab.object().open()?;
    lab.check("programs");
    for (kind, load) in KINDS {
        match load(&mut object, &btf) {
            Ok(()) => lab.observe(format!("{kind}: loads")),
            Err(failure) => lab.observe(format!("{kind}: refused, {failure}")),
        }
    }
    Ok(())
}

/// What later kernels brought: asked, not loaded from the object.
fn newer(lab: &mut Lab) -> anyhow::Result<()> {
    lab.check("newer");
    let helpers = [
        ("helper bpf_loop (5.17)", BpfHelper::BPF_FUNC_loop),
        ("helper bpf_user_ringbuf_drain (6.1)", BpfHelper::BPF_FUNC_user_ringbuf_drain),
        ("helper bpf_cgrp_storage_get (6.2)", BpfHelper::BPF_FUNC_cgrp_storage_get),
    ];
    for (name, helper) in helpers {
        lab.observe(format!("{name}: {}", yes(is_helper_supported(ProgramType::TracePoint, helper)?)));
    }
    let maps = [
        ("task storage map (5.11)", MapType::TaskStorage),
        ("bloom filter map (5.16)", MapType::BloomFilter),
        ("user ring buffer map (6.1)", MapType::UserRingBuf),
        ("arena map (6.9)", MapType::Arena),
    ];
    for (name, map) in maps {
        lab.observe(format!("{name}: {}", yes(is_map_supported(map)?)));
    }
    let programs = [
        ("system call programs (5.14)", ProgramType::Syscall),
        ("netfilter programs (6.4)", ProgramType::Netfilter),
    ];
    for (name, program) in programs {
        lab.observe(format!("{name}: {}", yes(is_program_supported(program)?)));
    }
    lab.observe(format!("schedulers in BPF (6.12): {}", present("/sys/kernel/sched_ext")));
    Ok(())
}

fn read(path: &str) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read `{path}`"))
}

fn present(path: &str) -> &'static str {
    if Path::new(path).exists() { "present" } else { "absent" }
}

fn yes(answer: bool) -> &'static str {
    if answer { "yes" } else { "no" }
}
