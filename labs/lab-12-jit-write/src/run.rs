//! Machine code on the exercise's pages, called.

use std::time::Instant;

use kit::machine_code::{self, Cause, Fault, Pages};

use crate::{
    exercise,
    job::{End, Ran, Run},
};

/// Lays all code on pages, gives up all system calls, and only then runs it.
pub(crate) fn all(runs: &[Run]) -> anyhow::Result<Vec<Ran>> {
    let mut laid = Vec::new();
    for (number, run) in runs.iter().enumerate() {
        kit::here([number as u32, 0]);
        laid.push(lay(run));
    }
    machine_code::close()?;
    let mut late = false;
    let call = |(number, (run, laid)): (usize, (&Run, Laid))| {
        kit::here([number as u32, 0]);
        let ran = if late { not_called(End::NotCalled) } else { call(run, laid) };
        late |= matches!(&ran.end, End::Stopped(Fault { cause: Cause::TooLong, .. }));
        ran
    };
    Ok(runs.iter().zip(laid).enumerate().map(call).collect())
}

/// Pages that hold the code, and what `/proc/self/maps` says about them.
type Laid = Result<(Pages, String), String>;

fn lay(run: &Run) -> Laid {
    let pages = exercise::install(&run.code)?;
    if !pages.hold(&run.code) {
        return Err("the pages do not hold the code".to_owned());
    }
    let maps = if run.look { pages.in_maps().map_err(|error| error.to_string())? } else { String::new() };
    Ok((pages, maps))
}

fn not_called(end: End) -> Ran {
    Ran { allowed: Vec::new(), maps: String::new(), end, nanoseconds: 0 }
}

fn call(run: &Run, laid: Laid) -> Ran {
    let (pages, maps) = match laid {
        Ok(laid) => laid,
        Err(why) => return not_called(End::NoPages(why)),
    };
    let begin = Instant::now();
    let mut end = End::Returned(run.start);
    for _ in 0..run.times {
        let mut registers = run.start;
        end = match pages.call(&mut registers) {
            Ok(()) => End::Returned(registers),
            Err(fault) => End::Stopped(fault),
        };
        if matches!(end, End::Stopped(_)) {
            break;
        }
    }
    let nanoseconds = begin.elapsed().as_nanos() as u64;
    let allowed = pages.protections().iter().map(ToString::to_string).collect();
    Ran { allowed, maps, end, nanoseconds }
}
