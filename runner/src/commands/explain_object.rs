//! `runner explain prog.o`: what kernels do with each program of an object from anywhere.
//!
//! The programs are loaded in guests, never on the host.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use anyhow::{Result, anyhow};
use vm::Kernel;

use super::{
    PASSED, Ready, UNDECIDED,
    object_file::ObjectFile,
    session::{Session, parallel},
};
use crate::{
    build,
    catalog::KernelChoice,
    cli::ExplainArguments,
    explain::{ObjectPrograms, SourceMap},
    loads::{self, Answer, KernelAnswers, Loads},
    paths::{Kind, spoken},
    report::{Progress, Wish},
    run::{Boot, LOADER, Load},
    setup::Audience,
};

/// The name under which the logs are kept, beside the evidence of labs.
const LOGS: &str = "explain";

/// Loads the object's programs and says what became of each.
///
/// # Errors
/// A file that is no object, a name that is not in it: wrong usage. No course, no guest to be had.
pub(super) fn explain(arguments: &ExplainArguments, wish: Wish) -> Result<u8> {
    let file = &arguments.file;
    let object = ObjectFile::read(arguments)?;
    let wanted = object.wanted(arguments)?;
    let session = match Session::open() {
        Ok(session) => session,
        Err(error) => {
            // Outside of a course nothing can be loaded, but the names can be told.
            say(&object.list(file))?;
            return Err(error.context(format!("no kernel can load `{}` from here", file.display())));
        }
    };
    has_loader(&session)?;
    let prepared = prepare(&session, arguments)?;
    let progress = Progress::of(wish);
    let load = Load {
        object: &object.bytes,
        programs: &object.programs,
        wanted: &wanted,
        loader: &[],
        study: false,
    };
    let answers = carry_out(&session, &prepared, &load, &progress);
    progress.finish();
    let answers = answers?;
    let logs = keep_logs(&session, &wanted, &answers);
    let map = SourceMap::from_object(&object.bytes).ok();
    let shown = file.display().to_string();
    let loads = Loads {
        object: &shown,
        programs: &wanted,
        kernels: &answers,
        map: map.as_ref(),
        root: &session.paths.course,
        logs: &logs,
    };
    let lines: Vec<String> = loads::render(&loads).iter().map(|line| spoken(line)).collect();
    say(&lines)?;
    Ok(if answers.iter().all(|one| one.broke_off.is_none()) { PASSED } else { UNDECIDED })
}

fn say(lines: &[String]) -> io::Result<()> {
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// A workspace of an older course has no loader.
fn has_loader(session: &Session) -> Result<()> {
    if session.paths.course.join("labs").join(LOADER).join("Cargo.toml").exists() {
        return Ok(());
    }
    let course = session.paths.course.display();
    Err(match session.paths.kind() {
        Kind::Workspace => anyhow!(
            "the workspace `{course}` has no `labs/{LOADER}`, which loads objects in a guest: an older course wrote it\n\
             hint: `cargo runner update` brings it in, and keeps what you edited"
        ),
        Kind::Repository => anyhow!(
            "the course in `{course}` has no `labs/{LOADER}`, which loads objects in a guest\nhint: restore it with git"
        ),
    })
}

/// The kernels that were asked for; the oldest and the newest if none was.
fn prepare(session: &Session, arguments: &ExplainArguments) -> Result<(Ready, Vec<String>)> {
    let all = session.catalog.kernels();
    let ends = || [all.first(), all.last()].into_iter().flatten().cloned().collect();
    let asked: Vec<String> = if arguments.kernels.is_empty() { ends() } else { arguments.kernels.clone() };
    let chosen = session.catalog.select_kernels(&asked)?;
    let (mut series, mut images): (Vec<String>, Vec<&Path>) = Default::default();
    for kernel in &chosen {
        match kernel {
            KernelChoice::Series(name) => series.push(name.clone()),
            KernelChoice::Image(path) => images.push(path),
        }
    }
    let names = series.iter().cloned().chain(images.iter().map(|path| path.display().to_string())).collect();
    let modules = arguments.modules.as_ref();
    let ready = session.prepare_kernels(series, &images, modules, &arguments.setup, Audience::Learner)?;
    Ok((ready, names))
}

/// Builds the loader and has each kernel load the programs.
fn carry_out(
    session: &Session,
    (ready, names): &(Ready, Vec<String>),
    load: &Load<'_>,
    progress: &Progress,
) -> Result<Vec<KernelAnswers>> {
    progress.step("building the loader");
    let notice = |build::Notice::Busy(what)| progress.step(what);
    let built = build::build_program(&session.paths.course, LOADER, &ready.toolchain, &notice)?;
    let guests = session.guests(ready, built.agent, Boot::Restore)?;
    let kernels: Vec<&Kernel> = names.iter().filter_map(|name| ready.kernels.get(name)).collect();
    progress.step(format!("loading {} programs on {}", load.wanted.len(), names.join(", ")));
    let load = Load { loader: &built.program, ..*load };
    Ok(load.on(&kernels, &guests, parallel(), &|kernel| progress.step(format!("{kernel} has answered")))?)
}

/// Writes the verifier's logs where they can be read, and says where. Logs that cannot be written change nothing.
fn keep_logs(session: &Session, programs: &[ObjectPrograms], answers: &[KernelAnswers]) -> PathBuf {
    for one in answers {
        let folder = session.paths.evidence(LOGS, &one.folder());
        let _ = fs::remove_dir_all(&folder);
        for program in programs {
            let Answer::Rejected { log, .. } = one.of(&program.name) else { continue };
            if let Some(name) = loads::log_name(&program.name).filter(|_| !log.is_empty()) {
                let _ = fs::create_dir_all(&folder).and_then(|()| fs::write(folder.join(name), log));
            }
        }
    }
    let folder = session.paths.evidence(LOGS, "");
    folder.strip_prefix(&session.paths.course).map_or_else(|_| folder.clone(), Path::to_path_buf)
}
