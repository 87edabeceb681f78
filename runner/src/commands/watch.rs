//! `runner watch`: set-up once, then a check after every save.

use std::io;

use anyhow::Result;

use super::{PASSED, session::Session};
use crate::{
    catalog::Side,
    cli::WatchArguments,
    plan::{self, Sides},
    report::Paint,
    setup::Audience,
    watch::{self, Ended, Options},
};

/// Watches a lab until the user leaves.
///
/// # Errors
/// A wrong name, or a machine that cannot be set up.
pub(super) fn watch(arguments: &WatchArguments) -> Result<u8> {
    let session = Session::open()?;
    let lab = session.catalog.find(&arguments.lab)?;
    let kernels = session.catalog.select_kernels(&arguments.kernels)?;
    let jobs = plan::jobs(&[lab], &kernels, &Sides::Same(Side::Exercise), 0);
    // Whatever has to be installed is installed now, not in the middle of a check.
    session.prepare(&jobs, None, &arguments.setup, Audience::Learner)?;
    let mut names: Vec<(usize, String)> = jobs
        .iter()
        .map(|job| {
            let name = job.kernel_name();
            let age = session.catalog.kernels().iter().position(|kernel| *kernel == name);
            (age.unwrap_or(usize::MAX), name)
        })
        .collect();
    names.sort();
    let options = Options {
        lab: lab.name.clone(),
        exercise: lab.exercise.clone(),
        folder: session.paths.course.clone(),
        kernels: names.into_iter().map(|(_, name)| name).collect(),
        paint: if arguments.plain { Paint::Plain } else { Paint::of(&io::stdout()) },
    };
    match watch::watch(&options)? {
        Ended::Quit | Ended::Next => Ok(PASSED),
    }
}
