//! `runner dev bench`: measures what the workbook promises about speed and size, in one run.
//!
//! It asserts nothing: a figure depends on the machine and on what else runs there. The promise
//! stands beside each figure, in words.

mod checks;
mod command;
mod explaining;
mod figures;
mod guests;
mod learner;
mod learner_table;
mod limit;
mod machine;
mod matrix;
mod said;
mod statistics;
mod table;
mod targets;
mod watching;

use std::{
    io::{self, Write},
    time::Instant,
};

use anyhow::Result;

use crate::{
    build::{self, Unit},
    catalog::{Lab, Side},
    cli::{Format, SetupArguments},
    commands::{PASSED, Session, parallel},
    plan::{self, Sides},
    report::Progress,
    run::Boot,
    setup::Audience,
};
use figures::{Figures, SCHEMA};
use guests::Subject;
use machine::Machine;
use statistics::Spread;

/// What is to be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything.
    Full,
    /// All but the whole matrix, which takes minutes.
    Quick,
}

/// Measures, and prints the figures.
///
/// # Errors
/// When something that is to be measured does not work.
pub(super) fn bench(rounds: u32, extent: Extent, format: Format, setup: &SetupArguments) -> Result<u8> {
    let mut machine = Machine::look();
    if let Some(warning) = machine.warning() {
        eprintln!("warning: {warning}");
    }
    let progress = match format {
        Format::Terminal => Progress::on_stderr(),
        Format::Json | Format::Events => Progress::hidden(),
    };
    let session = Session::open()?;
    let labs: Vec<&Lab> = session.catalog.labs().iter().collect();
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs = plan::jobs(&labs, &kernels, &Sides::Same(Side::Solution), 0);
    let ready = session.prepare(&jobs, None, setup, Audience::Learner)?;
    let prepare = || -> Result<_> {
        let begin = Instant::now();
        session.prepare(&jobs, None, setup, Audience::Learner)?;
        Ok(begin.elapsed())
    };
    let setup = Spread::of(&(0..rounds).map(|_| prepare()).collect::<Result<Vec<_>>>()?);

    progress.step("building all labs");
    let units: Vec<Unit<'_>> = labs.iter().map(|lab| Unit { lab, side: &Side::Solution }).collect();
    let built = build::build(&session.paths.course, &units, &ready.toolchain, &|_| {})?;
    let subject = Subject::find(&labs, built.outcomes)?;
    let guests = session.guests(&ready, built.agent, Boot::Restore)?;
    let mut figures = Figures {
        schema: SCHEMA,
        runner: env!("CARGO_PKG_VERSION").into(),
        qemu: figures::version(&guests.host.qemu),
        accelerator: guests.host.accelerator,
        parallel: parallel(),
        rounds,
        setup,
        kernels: guests::measure(&guests.host, &ready.kernels, &subject, &session, rounds, &progress)?,
        checks: checks::measure(&session, subject.lab, rounds, &progress)?,
        learner: learner::measure(&session, subject.lab, rounds, &progress)?,
        matrix: match extent {
            Extent::Full => Some(matrix::measure(&session, &progress)?),
            Extent::Quick => None,
        },
        machine: Machine::default(),
    };
    progress.finish();
    machine.look_again();
    figures.machine = machine;
    match format {
        Format::Terminal => io::stdout().write_all(table::render(&figures).as_bytes())?,
        Format::Json | Format::Events => {
            writeln!(io::stdout(), "{}", serde_json::to_string_pretty(&figures)?)?
        }
    }
    Ok(PASSED)
}
