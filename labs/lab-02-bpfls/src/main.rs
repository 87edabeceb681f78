//! Lab 02, the guest program: loads, attaches and pins three programs, and asks the
//! learner's listing about them.
//!
//! It lists nothing itself, and the listing runs in a process of its own.

mod bpffs;
mod crosscheck;
mod preload;
mod report;

// The types that cross to the exercise: here they are this crate's own, see `kit::confined`.
pub mod listing;
pub mod pins;

use std::process::ExitCode;

use kit::Rights;
use listing::Row;

fn main() -> ExitCode {
    kit::lab_with_exercise(lab_02_bpfls::list, Rights::ASK_BPF, |lab, exercise| {
        let preloaded = preload::preload(lab)?;
        let rows: Vec<Row> = exercise.ask(&bpffs::pins()?)?;
        crosscheck::run(&rows)?;
        report::report(lab, &rows, &preloaded.programs)
    })
}
