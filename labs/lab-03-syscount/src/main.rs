//! Lab 03, the guest program: runs workers of known names while the learner's programs count.
//!
//! Workers sleep before a program is attached and have ended before it is detached, so every one of
//! their system calls is counted, and no other. It does not know what is right.

mod table;

use std::{
    collections::{BTreeMap, BTreeSet},
    ffi::{CStr, CString},
    fs,
    process::ExitCode,
};

use aya::{
    maps::{Array, HashMap, MapData, PerCpuHashMap},
    programs::{TracePoint, trace_point::TracePointLinkId},
};
use kit::{Lab, Loaded, Object, Worker, getppid};

/// A process name as the kernel keeps it.
type Name = [u8; 16];

type Counts = HashMap<MapData, Name, u64>;

fn main() -> ExitCode {
    kit::lab(|lab| {
        // Only the twins of `per_cpu` go elsewhere.
        kit::stay_on(0)?;
        let mut object = lab.object().open()?;
        let counts: Counts = object.map("COUNTS")?;
        names(lab, &mut object, &counts)?;
        let replayed = replay(&mut object, &counts)?;
        drop(counts);
        let (mut object, _counts, _lost) = full(lab, object)?;
        per_cpu(lab, &mut object)?;
        talk(lab, &replayed);
        Ok(())
    })
}

/// Five workers of four names, one after the other; and whoever counts is counted, too.
fn names(lab: &mut Lab, object: &mut Object, counts: &Counts) -> anyhow::Result<()> {
    let workers = [
        (lab.seed().name("w-alpha"), lab.seed().number(1000, 501..=1500)),
        (lab.seed().name("w-beta"), lab.seed().number(250, 101..=500)),
        (lab.seed().name("w-gamma"), lab.seed().number(7, 2..=20)),
        ("worker-with-a-long-name-1".to_owned(), lab.seed().number(30, 21..=50)),
        ("worker-with-a-long-name-2".to_owned(), lab.seed().number(12, 2..=50)),
    ];
    run_under(object.load("count_by_name", TracePoint::load)?, &workers)?;

    lab.check("names");
    let kept: BTreeSet<_> = workers.iter().map(|(name, _)| key(name)).collect();
    for name in kept {
        observe(lab, &text(&name), counts.get(&name, 0).ok());
    }
    lab.check("observer");
    let own = key(fs::read_to_string("/proc/self/comm")?.trim_end());
    // For each worker this program writes an order and waits for the end. What it calls besides is not
    // worth a promise.
    let least = 2 * workers.len() as u64;
    match counts.get(&own, 0) {
        Ok(calls) => {
            let enough = if calls >= least { "yes" } else { "no" };
            lab.observe(format!("@[{}]: at least {least} calls: {enough}", text(&own)));
        }
        Err(_) => lab.observe(format!("@[{}]: not in the map", text(&own))),
    }
    Ok(())
}

/// The talk's machine, replayed: one worker takes each of its 51 names and makes as many calls. Returns the
/// talk's names with what was counted.
fn replay(object: &mut Object, counts: &Counts) -> anyhow::Result<BTreeMap<String, u64>> {
    let rows: Vec<_> = table::rows(table::TALK)
        .map(|(name, calls)| Ok((CString::new(name)?, calls)))
        .collect::<anyhow::Result<_>>()?;
    let mut program = object.loaded::<TracePoint>("count_by_name")?;
    let worker = Worker::start("w-replay", |_| {
        for (name, calls) in &rows {
            take_name(name);
            // One call less: taking the next name (at the end: exiting) is a call under this one.
            getppid(calls - 1);
        }
    })?;
    let link = attach(&mut program)?;
    worker.run_and_exit(2)?;
    program.detach(link)?;
    let counted = |name: &str| counts.get(&key(name), 0).unwrap_or(0);
    Ok(table::rows(table::TALK).map(|(name, _)| (name.to_owned(), counted(name))).collect())
}

/// What the replay left, printed as the talk printed it.
fn talk(lab: &mut Lab, replayed: &BTreeMap<String, u64>) {
    lab.check("talk");
    for (name, count) in table::in_print_order(replayed) {
        lab.observe(table::row(name, count));
    }
    lab.observe(format!("in all: {}", replayed.values().sum::<u64>()));
}

/// Three new names, and room for two.
fn full(lab: &mut Lab, object: Object) -> anyhow::Result<(Object, Counts, Array<MapData, u64>)> {
    let workers = [
        (lab.seed().name("w-first"), lab.seed().number(500, 301..=600)),
        (lab.seed().name("w-second"), lab.seed().number(20, 2..=40)),
        (lab.seed().name("w-third"), lab.seed().number(9, 2..=15)),
    ];
    let others = running_names()?;
    let mut object = object.close().max_entries("COUNTS", u32::try_from(others.len())? + 2).open()?;
    let mut counts: Counts = object.map("COUNTS")?;
    let lost: Array<MapData, u64> = object.map("LOST")?;
    for other in &others {
        counts.insert(other, 0, 0)?;
    }
    run_under(object.load("count_by_name", TracePoint::load)?, &workers)?;

    lab.check("full");
    for (name, _) in &workers {
        observe(lab, name, counts.get(&key(name), 0).ok());
    }
    lab.observe(format!("lost: {}", lost.get(&0, 0)?));
    // The maps stay open: a learner's second program may, by mistake, use them too, and should be told
    // by its counts, not by the loader.
    Ok((object, counts, lost))
}

/// Two workers of one name, each on a CPU of its own.
fn per_cpu(lab: &mut Lab, object: &mut Object) -> anyhow::Result<()> {
    let name = lab.seed().name("w-twin");
    let calls = [lab.seed().number(300, 201..=400), lab.seed().number(200, 100..=200)];
    let counts: PerCpuHashMap<MapData, Name, u64> = object.map("CPU_COUNTS")?;
    let mut program = object.load("count_per_cpu", TracePoint::load)?;
    let mut twins = Vec::new();
    for cpu in 0..calls.len() {
        let twin = Worker::start(&name, getppid)?;
        twin.pin(cpu)?;
        twins.push(twin);
    }
    let link = attach(&mut program)?;
    for (twin, calls) in twins.into_iter().zip(calls) {
        twin.run_and_exit(calls)?;
    }
    program.detach(link)?;

    lab.check("per-cpu");
    let values = counts.get(&key(&name), 0).map_or_else(|_| vec![0; 2], |values| values.to_vec());
    for (cpu, count) in values.iter().take(2).enumerate() {
        lab.observe(format!("@[{name}] on CPU {cpu}: {count}"));
    }
    lab.observe(format!("@[{name}] in all: {}", values.iter().sum::<u64>()));
    Ok(())
}

/// Attaches a program, lets the workers do their calls one after the other, and detaches it.
fn run_under(mut program: Loaded<'_, TracePoint>, workers: &[(String, u64)]) -> anyhow::Result<()> {
    let asleep = workers
        .iter()
        .map(|(name, calls)| Ok((Worker::start(name, getppid)?, *calls)))
        .collect::<anyhow::Result<Vec<_>>>()?;
    let link = attach(&mut program)?;
    for (worker, calls) in asleep {
        worker.run_and_exit(calls)?;
    }
    Ok(program.detach(link)?)
}

fn attach(program: &mut Loaded<'_, TracePoint>) -> anyhow::Result<TracePointLinkId> {
    let hook = "tracepoint raw_syscalls/sys_enter";
    Ok(program.attach_to(hook, |program| program.attach("raw_syscalls", "sys_enter"))?)
}

fn observe(lab: &mut Lab, name: &str, count: Option<u64>) {
    match count {
        Some(count) => lab.observe(table::row(name, count)),
        None => lab.observe(format!("@[{name}]: not in the map")),
    }
}

/// The names of all processes and threads that can make a system call: kernel threads have no command line.
fn running_names() -> anyhow::Result<BTreeSet<Name>> {
    let mut names = BTreeSet::new();
    for process in fs::read_dir("/proc")?.flatten() {
        let path = process.path();
        if fs::read(path.join("cmdline")).is_ok_and(|line| !line.is_empty()) {
            for thread in fs::read_dir(path.join("task")).into_iter().flatten().flatten() {
                names.insert(key(fs::read_to_string(thread.path().join("comm"))?.trim_end_matches('\n')));
            }
        }
    }
    Ok(names)
}

/// Renames the calling thread: one system call, counted under the old name.
fn take_name(name: &CStr) {
    // SAFETY: `prctl` reads the name, which ends with a zero byte and outlives the call.
    unsafe { libc::prctl(libc::PR_SET_NAME, name.as_ptr()) };
}

/// The name as the kernel keeps it: cut after 15 bytes, filled up with zeros.
fn key(name: &str) -> Name {
    let mut key = [0; 16];
    let kept = name.len().min(15);
    key[..kept].copy_from_slice(&name.as_bytes()[..kept]);
    key
}

fn text(name: &Name) -> String {
    String::from_utf8_lossy(name).trim_end_matches('\0').to_owned()
}
