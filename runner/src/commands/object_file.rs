//! The object that `runner explain` was given: read, checked, its programs chosen.
//!
//! Whatever is wrong with the file is said here, before anything is installed, built or started.

use std::{
    collections::BTreeSet,
    fs::File,
    io::{self, Read},
    path::Path,
};

use vm::program::LARGEST_FILE;

use crate::{
    cli::ExplainArguments,
    explain::{self, ObjectPrograms, VerifierLog},
    judge::visible,
    usage::WrongUsage,
};

/// How many programs of one object are loaded at once.
const MOST: usize = 1000;

/// How many names are listed.
const LISTED: usize = 100;

/// An object with at least one program.
pub(super) struct ObjectFile {
    /// The file as it is.
    pub(super) bytes: Vec<u8>,
    /// Its programs, in its order, each name once.
    pub(super) programs: Vec<ObjectPrograms>,
}

impl ObjectFile {
    /// Reads an object.
    ///
    /// # Errors
    /// What keeps it from being explained.
    pub(super) fn read(arguments: &ExplainArguments) -> Result<Self, WrongUsage> {
        let file = &arguments.file;
        if arguments.object.is_some() {
            let why = "it is an object itself, and `--object` belongs to a log";
            return Err(refused(file, why, "leave `--object` out"));
        }
        let bytes = whole(file)
            .map_err(|error| refused(file, &error.to_string(), "give a file that you may read"))?;
        if bytes.len() > LARGEST_FILE {
            let why = format!("it has more than the {LARGEST_FILE} bytes that fit into a guest");
            return Err(refused(file, &why, "take its debug information out: `llvm-strip -g FILE`"));
        }
        let programs = explain::programs_of(&bytes);
        let mut programs = programs
            .map_err(|error| WrongUsage::new("no-object", format!("`{}`: {error}", file.display())))?;
        if programs.is_empty() {
            let why = "it is an object for BPF, but there is no program in it";
            let hint = "a program is a function in a section that names its type, such as `xdp`";
            return Err(refused(file, why, hint));
        }
        let mut seen = BTreeSet::new();
        programs.retain(|program| seen.insert(program.name.clone()));
        Ok(Self { bytes, programs })
    }

    /// The programs to load: the one that was asked for, or all.
    ///
    /// # Errors
    /// If there is no such program, or there are too many.
    pub(super) fn wanted(&self, arguments: &ExplainArguments) -> Result<Vec<ObjectPrograms>, WrongUsage> {
        let Some(name) = &arguments.program else {
            return match self.programs.len() {
                0..=MOST => Ok(self.programs.clone()),
                many => Err(WrongUsage::new(
                    "too-many-programs",
                    format!(
                        "`{}` has {many} programs, and at most {MOST} are loaded at once\nhint: name one with `--program NAME`",
                        arguments.file.display()
                    ),
                )),
            };
        };
        match self.programs.iter().find(|program| program.name == *name) {
            Some(program) => Ok(vec![program.clone()]),
            None => Err(self.no_program(name)),
        }
    }

    fn no_program(&self, name: &str) -> WrongUsage {
        let known = self.programs.iter().take(LISTED).map(|program| format!("`{}`", program.name));
        let known = visible(&known.collect::<Vec<_>>().join(", "));
        let more = match self.programs.len().saturating_sub(LISTED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        WrongUsage::new(
            "unknown-program",
            format!(
                "there is no program `{name}` in the object: the programs are {known}{more}\nhint: give one of these names"
            ),
        )
    }

    /// The programs by name, for where nothing can be loaded.
    pub(super) fn list(&self, file: &Path) -> Vec<String> {
        let count = self.programs.len();
        let programs = if count == 1 { "program" } else { "programs" };
        let mut lines = vec![format!("`{}` is an eBPF object with {count} {programs}:", file.display())];
        let shown = self.programs.iter().take(LISTED);
        lines.extend(shown.map(|program| visible(&format!("  {} ({})", program.name, program.section))));
        if count > LISTED {
            lines.push(format!("  … and {} more", count - LISTED));
        }
        lines
    }
}

/// The whole file, or a little more of it than fits into a guest.
fn whole(file: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Why a file that is no ELF file cannot be a log either; `None` if it may be one.
pub(super) fn neither(file: &Path, bytes: &[u8]) -> Option<WrongUsage> {
    let what = match bytes {
        [] => "is empty",
        bytes if bytes.contains(&0) && !VerifierLog::parse(&String::from_utf8_lossy(bytes)).is_log() => {
            "is neither text nor an ELF file, so it is no verifier's log and no eBPF object"
        }
        _ => return None,
    };
    let hint = "give a log as text, or an object (`.o`), as bpf-linker or clang left it";
    Some(WrongUsage::new("no-verifier-log", format!("`{}` {what}\nhint: {hint}", file.display())))
}

fn refused(file: &Path, why: &str, hint: &str) -> WrongUsage {
    WrongUsage::new("no-object", format!("`{}` cannot be explained: {why}\nhint: {hint}", file.display()))
}
