//! Loads every program of the object and writes what the verifier says to standard error.
use aya::{
    Btf, EbpfLoader, VerifierLogLevel,
    programs::{Program, ProgramError},
};
use std::process::ExitCode;

fn main() -> ExitCode {
    kit::lab(|lab| {
        lab.check("logs");
        lab.observe("x");
        run()?;
        Ok(())
    })
}

fn load(p: &mut Program, name: &str, btf: &Btf) -> Result<(), ProgramError> {
    match p {
        Program::TracePoint(p) => p.load(),
        Program::KProbe(p) => p.load(),
        Program::Xdp(p) => p.load(),
        Program::SchedClassifier(p) => p.load(),
        Program::CgroupSkb(p) => p.load(),
        Program::SocketFilter(p) => p.load(),
        Program::PerfEvent(p) => p.load(),
        Program::RawTracePoint(p) => p.load(),
        Program::BtfTracePoint(p) => p.load("sched_wakeup", btf),
        Program::FEntry(p) => p.load(if name.contains("noreturn") { "do_exit" } else { "vfs_read" }, btf),
        Program::FExit(p) => p.load(if name.contains("noreturn") { "do_exit" } else { "vfs_read" }, btf),
        Program::Lsm(p) => p.load("file_open", btf),
        other => panic!("{name}: {:?}", other.prog_type()),
    }
}

fn run() -> anyhow::Result<()> {
    let btf = Btf::from_sys_fs()?;
    let bytes = std::fs::read(channel::OBJECT_PATH)?;
    let ebpf = aya_obj_names(&bytes)?;
    for name in ebpf {
        // 6.12 needs minutes for this one.
        if name.ends_with("too_large")
            && std::fs::read_to_string("/proc/sys/kernel/osrelease")?.starts_with("6.12")
        {
            continue;
        }
        let mut bytes = bytes.clone();
        if name.starts_with("gpl") {
            let old = b"Dual MIT/GPL\0";
            let at = bytes.windows(old.len()).position(|w| w == old).unwrap();
            bytes[at..at + old.len()].copy_from_slice(b"Proprietary!\0");
        }
        let level = if name.starts_with("stats") {
            VerifierLogLevel::STATS
        } else {
            VerifierLogLevel::DEBUG | VerifierLogLevel::STATS
        };
        let mut loader = EbpfLoader::new();
        loader.verifier_log_level(level);
        let mut ebpf = match loader.load(&bytes) {
            Ok(e) => e,
            Err(e) => {
                eprintln!("@@@ {name} OPEN {e:?}");
                continue;
            }
        };
        let result = load(ebpf.program_mut(&name).unwrap(), &name, &btf);
        match result {
            Ok(()) => eprintln!("@@@ {name} ACCEPTED"),
            Err(ProgramError::LoadError { io_error, verifier_log }) => {
                eprintln!("@@@ {name} {io_error}\n{verifier_log}")
            }
            Err(e) => eprintln!("@@@ {name} OTHER {e:?}"),
        }
    }
    eprintln!("@@@ end");
    Ok(())
}

fn aya_obj_names(bytes: &[u8]) -> anyhow::Result<Vec<String>> {
    let ebpf = EbpfLoader::new().load(bytes)?;
    let mut names: Vec<String> = ebpf.programs().map(|(n, _)| n.to_owned()).collect();
    names.sort_by_key(|n| (n.starts_with("stats"), n.contains("large"), n.clone()));
    Ok(names)
}
