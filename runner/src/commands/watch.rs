//! `runner watch`: set-up once, then a check after every save, lab after lab.

use std::{io, time::Duration};

use anyhow::Result;

use super::{INTERRUPTED, PASSED, desk::Desk, next::FINISHED, session::Session};
use crate::{
    catalog::{ExerciseSide, Lab, Side},
    cli::WatchArguments,
    paths::spoken,
    plan::{self, Job, Sides},
    report::{Paint, Wish},
    setup::Audience,
    watch::{self, Ended, Keyboard, Options},
};

/// Watches a lab until the user leaves, or wants the next one.
///
/// # Errors
/// A wrong name, or a machine that cannot be set up.
pub(super) fn watch(arguments: &WatchArguments, wish: Wish) -> Result<u8> {
    let mut name = arguments.lab.clone();
    let mut keyboard = None;
    loop {
        let desk = Desk::open()?;
        let Some(lab) = desk.lab(name.as_deref())? else {
            println!("{}", spoken(FINISHED));
            return Ok(PASSED);
        };
        let options = options(&desk.session, lab, arguments, wish)?;
        // After set-up, which may ask.
        keyboard = keyboard.or_else(Keyboard::open);
        match watch::watch(&options, keyboard.as_ref())? {
            Ended::Quit if vm::children::interrupted() => return Ok(INTERRUPTED),
            Ended::Quit => return Ok(PASSED),
            // What has passed in the meantime is read anew. A lab that has not passed comes again.
            Ended::Next => name = None,
        }
    }
}

fn options(session: &Session, lab: &Lab, arguments: &WatchArguments, wish: Wish) -> Result<Options> {
    let named = |asked: &[String]| -> Result<_> {
        let kernels = session.catalog.select_kernels(asked)?;
        Ok(plan::jobs(&[lab], &kernels, &Sides::Same(Side::Exercise), 0))
    };
    // Whatever has to be installed is installed now, not in the middle of a check.
    let jobs = named(&arguments.kernels)?;
    session.prepare(&jobs, None, &arguments.setup, Audience::Learner)?;
    let all = if arguments.kernels.is_empty() { Vec::new() } else { named(&[])? };
    let kernels = oldest_first(session, &jobs);
    Ok(Options {
        lab: lab.name.clone(),
        exercise: lab.exercise.clone(),
        folder: session.paths.course.clone(),
        all_kernels: if all.is_empty() { kernels.clone() } else { oldest_first(session, &all) },
        kernels,
        programs: match lab.side {
            ExerciseSide::Ebpf => lab.manifest.programs.clone(),
            ExerciseSide::Guest => Vec::new(),
        },
        paint: Paint::wished(wish, &io::stdout()),
        poll: Duration::from_millis(arguments.poll),
    })
}

/// The names of the jobs' kernels, as `--kernel` takes them.
fn oldest_first(session: &Session, jobs: &[Job<'_>]) -> Vec<String> {
    let age = |name: &String| session.catalog.kernels().iter().position(|kernel| kernel == name);
    let mut names: Vec<String> = jobs.iter().map(Job::kernel_name).collect();
    names.sort_by_key(|name| age(name).unwrap_or(usize::MAX));
    names
}
