//! Makes mistakes, one after the other, each in a process of its own, and writes what the system says.
//!
//! One line on standard error for each: see `record`.

mod attaching;
mod case;
mod guest;
mod loading;
mod maps;
mod opening;
mod packets;
mod patch;
mod pinning;
mod using;

use std::process::ExitCode;

use case::Case;

fn main() -> ExitCode {
    kit::lab(|lab| {
        lab.check("errors");
        guest::prepare();
        let topics: [&[Case]; 7] = [
            opening::CASES,
            maps::CASES,
            loading::CASES,
            attaching::CASES,
            packets::CASES,
            pinning::CASES,
            using::CASES,
        ];
        for case in topics.into_iter().flatten() {
            eprintln!("{}", case::record(case, lab));
        }
        lab.observe("x");
        Ok(())
    })
}
