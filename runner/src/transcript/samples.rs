//! Hand-made records for tests: a good run of a small lab, and the pieces to spoil it.

use std::time::Duration;

use channel::Record;
use vm::{Ending, RunRecord, Times};
use wire::Exit;

/// A check that begins.
pub(crate) fn check(name: &str) -> Record {
    Record::Check(name.into())
}

/// An observation.
pub(crate) fn saw(line: &str) -> Record {
    Record::Observe(line.into())
}

/// A run that wrote these records and then ended as it should.
pub(crate) fn run(records: &[Record]) -> RunRecord {
    RunRecord {
        release: "6.1.0-56-cloud-amd64".into(),
        observations: records.iter().map(Record::to_line).collect::<String>().into_bytes(),
        diagnostics: Vec::new(),
        kernel_log: Vec::new(),
        console: String::new(),
        ending: Ending::Done(Exit::Code(0)),
        times: Times {
            start: Duration::from_millis(180),
            handover: Duration::from_millis(20),
            run: Duration::from_millis(400),
        },
    }
}

/// The run that the lab of [`crate::catalog::samples`] expects.
pub(crate) fn good() -> RunRecord {
    run(&good_records())
}

/// Its records.
pub(crate) fn good_records() -> Vec<Record> {
    vec![
        check("count"),
        saw("before attach: 0"),
        saw("after attach: 7"),
        saw("after detach: 7"),
        check("name"),
        saw("seen by <pid=412>: lab-worker"),
        Record::End,
    ]
}

/// A good run with one observation replaced.
pub(crate) fn good_but(from: &str, to: &str) -> RunRecord {
    let swap = |record| if record == saw(from) { saw(to) } else { record };
    run(&good_records().into_iter().map(swap).collect::<Vec<_>>())
}

/// A good run that ended otherwise.
pub(crate) fn good_ending(ending: Ending) -> RunRecord {
    RunRecord { ending, ..good() }
}
