//! `runner dev fuzz`: gives bytes without end to what reads foreign bytes.
//!
//! What must hold is in `tests/src/fuzzed`, the programs are in `runner/fuzz`. Here stand the targets and their
//! seeds: files that are there anyway. Nothing is minimised or mended.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};

use crate::{
    build::cargo,
    commands::{DID_NOT_PASS, PASSED},
    paths::Paths,
    setup::on_path,
    usage::WrongUsage,
};

/// Where the fuzzer's own folders are, from the course's root.
const HOME: &str = "runner/fuzz";

/// One thing that reads foreign bytes.
#[derive(Debug, Clone, Copy)]
pub struct Target {
    /// The name of the program and of the property.
    pub name: &'static str,
    /// Folders from the course's root, each with the end of the names of seeds in it.
    seeds: &'static [(&'static str, &'static str)],
}

/// All targets. Where a lab was checked, the evidence of the last check gives seeds, too.
pub const TARGETS: &[Target] = &[
    Target { name: "error", seeds: &[("runner/data/errors", ".toml")] },
    Target { name: "log", seeds: &[("runner/data/verifier", ".log"), ("labs", ".log")] },
    Target { name: "manifest", seeds: &[("labs", "lab.toml")] },
    Target { name: "object", seeds: &[("runner/data/verifier", ".o"), ("target/labs", "object.o")] },
    Target { name: "progress", seeds: &[("runner/fuzz/seeds/progress", ".json")] },
    Target {
        name: "transcript",
        seeds: &[("runner/fuzz/seeds/transcript", ".jsonl"), ("target/labs", "observations.jsonl")],
    },
];

impl Target {
    /// The seeds, from the course's root; a folder that is not there gives none.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn seeds(&self, course: &Path) -> io::Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        for (folder, end) in self.seeds {
            let folder = course.join(folder);
            if folder.exists() {
                collect(&folder, end, &mut found)?;
            }
        }
        found.sort();
        Ok(found)
    }
}

fn collect(folder: &Path, end: &str, found: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, end, found)?;
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    Ok(())
}

/// Fuzzes one target, or one after the other, for so many seconds each.
///
/// # Errors
/// An unknown target, no cargo-fuzz, or folders that cannot be written.
pub(super) fn fuzz(asked: Option<&str>, seconds: u32) -> Result<u8> {
    let wanted = |target: &&Target| asked.is_none_or(|name| name == target.name);
    let targets: Vec<&Target> = TARGETS.iter().filter(wanted).collect();
    if targets.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        let (asked, names) = (asked.unwrap_or_default(), names.join(", "));
        bail!(WrongUsage::new(
            "unknown-target",
            format!("there is no target `{asked}`\nhint: the targets are {names}")
        ));
    }
    if on_path("cargo-fuzz").is_none() {
        bail!(
            "there is no cargo-fuzz on `PATH`\nhint: run `cargo install cargo-fuzz --locked`; it needs g++, too"
        );
    }
    let course = Paths::discover()?.course;
    for target in targets {
        let name = target.name;
        let corpus = course.join(HOME).join("corpus").join(name);
        plant(target, &course, &corpus).with_context(|| format!("cannot fill `{}`", corpus.display()))?;
        if cargo::run_fuzzer(&course.join("runner"), name, seconds)? != Some(0) {
            println!(
                "hint: what broke `{name}` is in `{HOME}/artifacts/{name}`; what must hold, in `tests/src/fuzzed`"
            );
            return Ok(DID_NOT_PASS);
        }
    }
    Ok(PASSED)
}

/// Lays the seeds beside what earlier runs have found.
fn plant(target: &Target, course: &Path, corpus: &Path) -> io::Result<()> {
    fs::create_dir_all(corpus)?;
    for seed in target.seeds(course)? {
        let name = seed.strip_prefix(course).unwrap_or(&seed).to_string_lossy().replace('/', "_");
        fs::copy(&seed, corpus.join(name))?;
    }
    Ok(())
}
