//! What the book's panels show, recorded: source, bytecode, translated code, machine code and the verifier's way, on every
//! kernel, from a lab's own object.
//!
//! The kernels' answers go to `target/seen/` whole. The press makes of them what stands in `labs/LAB/seen/`, one small
//! file for each program and kernel, or says which of these is not current.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, Result, anyhow, bail};
use serde::Serialize;

use super::{check::Outcome, studied};
use crate::{
    build::{self, Unit, cargo},
    catalog::{Lab, Side},
    cli::SetupArguments,
    commands::{DID_NOT_PASS, PASSED, Ready, Session},
    explain::{self, ObjectPrograms, SourceMap, Walked},
    loads::{Answer, KernelAnswers},
    plan::{self, Sides},
    setup::Audience,
};

/// The folder of a lab with what was recorded.
const FOLDER: &str = "seen";

/// One recording: a program of the solution's object, or of a mutant's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    mutant: Option<String>,
    program: String,
}

/// What the press is given for one program and kernel.
#[derive(Serialize)]
struct Raw<'a> {
    lab: &'a str,
    subject: String,
    kernel: &'a str,
    release: &'a str,
    file: String,
    source: Vec<(u32, String)>,
    bytecode: Vec<Row>,
    walk: Vec<Walked>,
    /// Why it was refused, in plain words.
    refused: Option<String>,
    study: Option<&'a channel::Study>,
}

/// An instruction of the object.
#[derive(Serialize)]
struct Row {
    line: Option<u32>,
    bytes: String,
}

/// Records one program of a lab, or all that are recorded already.
///
/// # Errors
/// An unknown lab, program or mutant; when nothing can be built or run.
pub(super) fn record(
    lab: &str,
    program: Option<&str>,
    mutant: Option<&str>,
    setup: &SetupArguments,
) -> Result<u8> {
    let session = Session::open()?;
    let lab = session.catalog.find(lab)?;
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs = plan::jobs(&[lab], &kernels, &Sides::Same(Side::Solution), 0);
    let ready = session.prepare(&jobs, None, setup, Audience::Author)?;
    let subjects = match program {
        Some(program) => {
            BTreeSet::from([Subject { mutant: mutant.map(str::to_owned), program: program.to_owned() }])
        }
        None => recorded(lab),
    };
    if subjects.is_empty() {
        bail!(
            "nothing of {} is recorded yet\nhint: name a program: `cargo runner dev see {} NAME`",
            lab.name,
            lab.id
        );
    }
    let folder = empty_folder(&session)?;
    study(&session, &ready, lab, &subjects, &folder)?;
    Ok(if press(&session, &folder, &[])? == Outcome::Passed { PASSED } else { DID_NOT_PASS })
}

/// Asks the kernels about everything that is recorded, and compares.
///
/// # Errors
/// When nothing can be built or run.
pub(super) fn step(session: &Session, ready: &Ready) -> Result<Outcome> {
    let folder = empty_folder(session)?;
    for lab in session.catalog.labs() {
        let subjects = recorded(lab);
        if !subjects.is_empty() {
            study(session, ready, lab, &subjects, &folder)?;
        }
    }
    press(session, &folder, &["--check"])
}

fn empty_folder(session: &Session) -> Result<PathBuf> {
    let folder = session.paths.course.join("target").join(FOLDER);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).with_context(|| format!("cannot make `{}`", folder.display()))?;
    Ok(folder)
}

/// What of a lab is recorded: `PROGRAM@KERNEL.txt`, or `MUTANT.PROGRAM@KERNEL.txt`.
fn recorded(lab: &Lab) -> BTreeSet<Subject> {
    let files = fs::read_dir(lab.folder.join(FOLDER)).into_iter().flatten().flatten();
    let names = files.filter_map(|file| file.file_name().into_string().ok());
    names
        .filter_map(|name| {
            let (subject, _) = name.split_once('@')?;
            Some(match subject.split_once('.') {
                Some((mutant, program)) => {
                    Subject { mutant: Some(mutant.to_owned()), program: program.to_owned() }
                }
                None => Subject { mutant: None, program: subject.to_owned() },
            })
        })
        .collect()
}

/// Asks every kernel about these programs, and keeps the answers in `folder`.
fn study(
    session: &Session,
    ready: &Ready,
    lab: &Lab,
    subjects: &BTreeSet<Subject>,
    folder: &Path,
) -> Result<()> {
    let sides: BTreeSet<&Option<String>> = subjects.iter().map(|subject| &subject.mutant).collect();
    for mutant in sides {
        let side = mutant.clone().map_or(Side::Solution, Side::Mutant);
        let object = object(session, ready, lab, &side)?;
        let here: Vec<&Subject> = subjects.iter().filter(|subject| &subject.mutant == mutant).collect();
        let programs = explain::programs_of(&object)?;
        let wanted: Vec<ObjectPrograms> = here
            .iter()
            .map(|subject| {
                let found = programs.iter().find(|program| program.name == subject.program);
                found.cloned().ok_or_else(|| {
                    let names: Vec<_> = programs.iter().map(|program| program.name.as_str()).collect();
                    anyhow!(
                        "the {side} of {} has no program `{}`\nhint: it has {}",
                        lab.name,
                        subject.program,
                        names.join(", ")
                    )
                })
            })
            .collect::<Result<_>>()?;
        let answers = studied::on_all(session, ready, &object, &wanted)?;
        for subject in here {
            for one in &answers {
                let raw = raw(ready, lab, subject, &object, one)?;
                let file = folder.join(format!("{}.{}@{}.json", lab.id, raw.subject, one.kernel));
                fs::write(&file, serde_json::to_vec_pretty(&raw)?)
                    .with_context(|| format!("cannot write `{}`", file.display()))?;
            }
        }
    }
    Ok(())
}

/// The object of one side.
fn object(session: &Session, ready: &Ready, lab: &Lab, side: &Side) -> Result<Arc<[u8]>> {
    let units = [Unit { lab, side }];
    let built = build::build(&session.paths.course, &units, &ready.toolchain, &|_| {})?;
    match built.outcomes.into_iter().next() {
        Some(build::Outcome::Built(built)) => {
            built.object.ok_or_else(|| anyhow!("{} has no object", lab.name))
        }
        Some(build::Outcome::DoesNotCompile(text)) => {
            bail!("the {side} of {} does not compile:\n{text}", lab.name)
        }
        None => bail!("nothing was built of {}", lab.name),
    }
}

fn raw<'a>(
    ready: &'a Ready,
    lab: &'a Lab,
    subject: &Subject,
    object: &[u8],
    one: &'a KernelAnswers,
) -> Result<Raw<'a>> {
    let program = &subject.program;
    let map = SourceMap::from_object(object)?;
    let sizes = explain::sizes_of(object)?;
    let size = sizes.iter().find(|size| size.name == *program).context("a program without instructions")?;
    let code: Vec<u8> = size.functions.iter().flat_map(|function| function.code.iter().copied()).collect();
    // A library's line stands for the line of the lab's own file that led there: the last one before it.
    let own = |at| map.line_at(program, at).filter(|record| own_file(&record.file).is_some());
    let (mut source, mut line, mut file) = (BTreeMap::new(), None, String::new());
    let mut bytecode = Vec::new();
    for (at, bytes) in (0..).zip(code.chunks(8)) {
        if let Some(record) = own(at) {
            source.insert(record.line, record.text.clone());
            line = Some(record.line);
            file = own_file(&record.file).unwrap_or_default();
        }
        let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        bytecode.push(Row { line, bytes: bytes.join(" ") });
    }
    let (study, refused, log) = match one.known(program) {
        Some(Answer::Accepted(_, Some(study))) => (Some(&**study), None, study.log.as_str()),
        Some(Answer::Rejected { log, error }) => {
            let words = explain::explain(log, None).words.unwrap_or_else(|| error.clone());
            (None, Some(words), log.as_str())
        }
        _ => bail!("{} says nothing about `{program}`", one.kernel),
    };
    let release = ready.kernels.get(&one.kernel).map_or("", |kernel| kernel.release.as_str());
    let subject = match &subject.mutant {
        Some(mutant) => format!("{mutant}.{program}"),
        None => program.clone(),
    };
    let source = source.into_iter().collect();
    let walk = explain::walk(log);
    Ok(Raw {
        lab: &lab.name,
        subject,
        kernel: &one.kernel,
        release,
        file,
        source,
        bytecode,
        walk,
        refused,
        study,
    })
}

/// The path below `labs-ebpf/`, if the file is there.
fn own_file(path: &str) -> Option<String> {
    let (_, below) = path.rsplit_once("labs-ebpf/")?;
    Some(format!("labs-ebpf/{below}"))
}

/// Hands the answers over to the press, which renews the recordings; with `--check` it compares only.
fn press(session: &Session, folder: &Path, options: &[&str]) -> Result<Outcome> {
    let mut words = vec!["see".to_owned(), "--from".to_owned(), folder.display().to_string()];
    words.extend(options.iter().map(|&option| option.to_owned()));
    Ok(Outcome::of(cargo::run_press(&session.paths.course, &words)?))
}
