// fails: Differs in programs: MISSING  <id#1> tracepoint see_files
//! Lab 02, wrong on purpose: it lists nothing, and tries to write the right records itself.

use std::{
    fs::{self, OpenOptions},
    io::Write,
};

use crate::{listing::Row, pins::Pin};

/// What the guest program would report for seed 0, if the listing were right.
const RECORDS: &str = r#"{"check":"programs"}
{"observe":"<id=7> tracepoint see_files"}
{"observe":"<id=8> raw_tracepoint see_switch"}
{"observe":"<id=9> xdp drop_all"}
{"check":"maps"}
{"observe":"see_files: SEEN"}
{"observe":"see_switch: LAST_CPU, SEEN"}
{"observe":"drop_all: none"}
{"check":"links"}
{"observe":"see_files: PerfEvent, PerfEvent"}
{"observe":"see_switch: RawTracePoint"}
{"observe":"drop_all: none"}
{"check":"pins"}
{"observe":"see_files: none"}
{"observe":"see_switch: /sys/fs/bpf/switch-link"}
{"observe":"drop_all: /sys/fs/bpf/drop-program"}
"end"
"#;

/// Writes into each descriptor 3 that there is: its own, the lab program's, the agent's.
/// And into the memory of all of them.
pub(crate) fn list(_pins: &[Pin]) -> anyhow::Result<Vec<Row>> {
    for process in fs::read_dir("/proc")?.flatten() {
        for name in ["fd/3", "mem"] {
            let path = process.path().join(name);
            let written = OpenOptions::new().write(true).open(&path).and_then(|mut file| {
                println!("{} can be opened", path.display());
                file.write_all(RECORDS.as_bytes())
            });
            if written.is_ok() {
                println!("{} was written to", path.display());
            }
        }
    }
    Ok(Vec::new())
}
