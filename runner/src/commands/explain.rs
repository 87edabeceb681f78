//! `runner explain`: what a verifier log from anywhere means. What kernels do with an object is
//! [`super::explain_object`]'s matter.
//!
//! For a log it reads files and nothing else: no object is built or loaded.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use anyhow::Result;

use super::{PASSED, explain_object, loader_error, object_file};
use crate::{
    cli::ExplainArguments,
    explain::{self, Source, SourceMap, VerifierLog, features},
    judge::visible,
    report::{
        Paint, Wish,
        text::{DETAILS, Text, lines},
    },
    usage::WrongUsage,
};

/// How much of the end of a log is read, in bytes: the reason stands there.
const END: u64 = 4 << 20;

/// The largest object that is read, in bytes.
const LARGEST_OBJECT: u64 = 64 << 20;

/// How every ELF file begins.
const ELF: &[u8] = b"\x7fELF";

/// Explains a log, or a cause by its name, or has kernels load the programs of an object.
///
/// # Errors
/// A file that cannot be read or is neither, an object without lines: wrong usage.
pub(super) fn explain(arguments: &ExplainArguments, wish: Wish) -> Result<u8> {
    let file = &arguments.file;
    if let Some(text) = file.to_str().filter(|_| !file.exists()).and_then(explain::named) {
        return say(&text, wish);
    }
    let bytes = end_of(file)?;
    if bytes.starts_with(ELF) {
        return explain_object::explain(arguments, wish);
    }
    if let Some(error) = object_file::neither(file, &bytes) {
        return Err(error.into());
    }
    if let Some(option) = for_objects(arguments) {
        let shown = file.display();
        return Err(WrongUsage::new(
            "option-for-objects",
            format!("`{shown}` is no eBPF object, and `{option}` is for objects\nhint: leave `{option}` out"),
        )
        .into());
    }
    let text = of_log(arguments, &String::from_utf8_lossy(&bytes))?;
    say(&text, wish)
}

fn say(text: &[Text], wish: Wish) -> Result<u8> {
    let mut out = io::stdout().lock();
    for line in lines(text, DETAILS, Paint::wished(wish, &io::stdout())) {
        writeln!(out, "{line}")?;
    }
    Ok(PASSED)
}

fn of_log(arguments: &ExplainArguments, log: &str) -> Result<Vec<Text>> {
    let file = arguments.file.display();
    if !VerifierLog::parse(log).is_log() && explain::explain(log, None).family.is_none() {
        if let Some(text) = loader_error::of_text(log, arguments.object.as_deref()) {
            return Ok(text);
        }
        return Err(WrongUsage::new(
            "no-verifier-log",
            format!(
                "`{file}` is no verifier log, and no error in it is one that this course explains\n\
                 hint: give the `verifier.log` of an evidence folder, `target/labs/LAB/KERNEL`, or what the \
                 loader printed when something was refused"
            ),
        )
        .into());
    }
    let map = source_map(arguments)?;
    let program = match (&arguments.program, &map) {
        (Some(name), Some(map)) if !map.has(name) => return Err(no_program(name, map).into()),
        (Some(name), _) => Some(name.as_str()),
        (None, Some(map)) => explain::program_of(map, log),
        (None, None) => None,
    };
    // The course, if we are in it; else the folder we are in.
    let root =
        crate::paths::Paths::discover().map_or_else(|_| Path::new(".").to_owned(), |paths| paths.course);
    let source = map.as_ref().zip(program).map(|(map, program)| Source { map, program, root: &root });
    let explanation = explain::explain(log, source.as_ref());
    if let Some(text) = loader_error::beside_log(log, &explanation) {
        return Ok(text);
    }
    let mut text = explain::text(&explanation, Some(&file.to_string()));
    if let Some(family) = explanation.family {
        text.push(Text::hanging(format!("this explanation is called `{}`", family.id), 2));
    }
    let feature = explanation.family.zip(explanation.reason.as_deref());
    if let Some(feature) = feature.and_then(|(family, reason)| features::missing(family.id, reason)) {
        text.push(Text::hanging(format!("since kernel {}: {}", feature.since, feature.name), 2));
    }
    if map.is_none() && explanation.place.as_ref().is_none_or(|place| place.line.is_none()) {
        text.push(Text::prose("hint: with `--object FILE.o` the line is looked up in the object"));
    }
    Ok(text)
}

/// The object that was asked for, else the one beside the log.
fn source_map(arguments: &ExplainArguments) -> Result<Option<SourceMap>> {
    if let Some(object) = &arguments.object {
        let map = SourceMap::from_object(&whole(object)?);
        return Ok(Some(
            map.map_err(|error| WrongUsage::new("no-object", format!("`{}`: {error}", object.display())))?,
        ));
    }
    let beside = arguments.file.with_file_name("object.o");
    if !beside.is_file() {
        return Ok(None);
    }
    // Nobody asked for it: if it is damaged, the log is explained without it.
    Ok(SourceMap::from_object(&whole(&beside)?).ok())
}

/// An option that means nothing for a log.
fn for_objects(arguments: &ExplainArguments) -> Option<&'static str> {
    if !arguments.kernels.is_empty() {
        return Some("--kernel");
    }
    arguments.modules.as_ref().map(|_| "--modules")
}

fn no_program(name: &str, map: &SourceMap) -> WrongUsage {
    let known: Vec<String> = map.programs().iter().map(|program| format!("`{}`", visible(program))).collect();
    WrongUsage::new(
        "unknown-program",
        format!(
            "there is no program `{name}` in the object: the programs are {}\nhint: give one of these names",
            known.join(", ")
        ),
    )
}

/// The end of a file: logs may be larger than the memory.
fn end_of(path: &Path) -> Result<Vec<u8>> {
    let read = || {
        let mut file = File::open(path)?;
        let size = file.metadata()?.len();
        let mut begin = [0; ELF.len()];
        if size >= ELF.len() as u64 {
            file.read_exact(&mut begin)?;
        }
        let from = if begin == ELF { 0 } else { size.saturating_sub(END) };
        file.seek(SeekFrom::Start(from))?;
        let mut bytes = Vec::new();
        file.take(END).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    read().map_err(|error: io::Error| unreadable(path, &error).into())
}

fn whole(path: &Path) -> Result<Vec<u8>> {
    let size = fs::metadata(path).map_err(|error| unreadable(path, &error))?.len();
    if size > LARGEST_OBJECT {
        return Err(WrongUsage::new("no-object", format!(
            "`{}` is no object of ours: it has {size} bytes\nhint: give an eBPF object (`.o`), as the build left it",
            path.display()
        ))
        .into());
    }
    fs::read(path).map_err(|error| unreadable(path, &error).into())
}

fn unreadable(path: &Path, error: &io::Error) -> WrongUsage {
    WrongUsage::new(
        "unreadable-file",
        format!(
            "cannot read `{}`: {error}\nhint: give the path of a file that you may read, a verifier log or an eBPF object",
            path.display()
        ),
    )
}
