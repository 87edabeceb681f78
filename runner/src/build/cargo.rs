//! The one place that runs cargo: which workspace, which target, which environment.

use std::{
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    time::Duration,
};

use duct::cmd;

use super::{
    messages::{Messages, Notice},
    watchdog::Watchdog,
};
use crate::catalog::Lab;

/// The target of eBPF objects.
pub const EBPF_TARGET: &str = "bpfel-unknown-none";

/// The target of guest programs: linked statically, they need no file of the guest.
pub const GUEST_TARGET: &str = "x86_64-unknown-linux-gnu";

/// The package of the agent, built together with the guest programs.
pub const AGENT: &str = "vm-agent";

/// Variables that cargo sets for us and that would change what a nested cargo does.
const FOREIGN_VARIABLES: &[&str] = &[
    "CARGO_BUILD_TARGET",
    "CARGO_BUILD_RUSTFLAGS",
    "CARGO_ENCODED_RUSTFLAGS",
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_PATH",
    "CARGO_TARGET_DIR",
    // Cargo's talk is read: which packages it compiles.
    "CARGO_TERM_QUIET",
    "RUSTC",
    "RUSTC_LINKER",
    "RUSTC_WORKSPACE_WRAPPER",
    "RUSTC_WRAPPER",
    "RUSTDOC",
    "RUSTFLAGS",
];

/// What cargo needs beside the sources.
#[derive(Debug, Clone)]
pub struct Toolchain {
    /// The linker of eBPF objects.
    pub bpf_linker: PathBuf,
    /// The standard library's source, if it is not the toolchain's own.
    pub rust_src: Option<PathBuf>,
    /// Whether cargo may use the network.
    pub network: Network,
}

/// Whether cargo may use the network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// It may.
    Allowed,
    /// `--offline`: only what is in cargo's cache.
    Forbidden,
}

/// Why something could not be built. Never the learner's doing: see [`super::Outcome::DoesNotCompile`].
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo did not start or could not be read.
    #[error("cannot run cargo in `{}`: {source}\nhint: run `cargo runner doctor`; it checks the Rust toolchain", folder.display())]
    NoCargo {
        /// The workspace.
        folder: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Cargo failed before or beside the learner's file.
    #[error("cargo could not build `{what}` in `{}`:\n{text}\nhint: this is not the exercise's fault; run `cargo runner doctor`, and if it finds nothing, report the text above", folder.display())]
    Failed {
        /// The packages.
        what: String,
        /// The workspace.
        folder: PathBuf,
        /// Cargo's own words.
        text: String,
    },
    /// The compiler said nothing for too long and was ended, but not over an exercise.
    #[error("cargo said nothing for {} s while it built `{what}` in `{}`, and was ended\nhint: this is not the exercise's fault; try again on a quieter machine, and with a working network", waited.as_secs(), folder.display())]
    Silent {
        /// The packages.
        what: String,
        /// The workspace.
        folder: PathBuf,
        /// For how long it was silent.
        waited: Duration,
    },
    /// A file of the course tree could not be read or written.
    #[error(
        "cannot {act}: {source}\nhint: check that the course's folder and `target` in it are writable, and that the disk is not full"
    )]
    Io {
        /// What was tried, with the path.
        act: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// Another runner builds and does not end, or the lock file cannot be had.
    #[error(transparent)]
    Turn(vm::VmError),
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
}

/// One cargo invocation.
#[derive(Debug, Clone)]
pub(super) struct Invocation<'a> {
    /// The root of the course tree to build in.
    pub(super) tree: &'a Path,
    /// Where cargo keeps its results: shared by all trees.
    pub(super) target_folder: PathBuf,
    /// Objects or guest programs.
    pub(super) kind: Kind,
    /// The packages, without duplicates.
    pub(super) packages: Vec<String>,
    /// How long the compiler may be silent.
    pub(super) patience: Duration,
}

/// What an invocation builds or lints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// eBPF objects, from `labs-ebpf`.
    Objects,
    /// Guest programs and the agent.
    Programs,
}

impl Kind {
    /// The package of a lab's side. The suffix keeps the two apart: a lab may depend on the types of its
    /// eBPF side, and a lock file cannot hold two packages of one name and version.
    pub(super) fn package(self, lab: &Lab) -> String {
        match self {
            Self::Objects => format!("{}-ebpf", lab.name),
            Self::Programs => lab.name.clone(),
        }
    }
}

impl Invocation<'_> {
    /// The workspace that cargo works in.
    fn workspace(&self) -> PathBuf {
        match self.kind {
            Kind::Objects => self.tree.join("labs-ebpf"),
            Kind::Programs => self.tree.to_owned(),
        }
    }

    /// What is built, for which target, with which profile. Pure.
    fn subject(&self) -> Vec<String> {
        let mut list: Vec<String> = match self.kind {
            // rustc prints paths relative to the course, as the learner sees it, not to the inner workspace.
            Kind::Objects => ["--release", "--target", EBPF_TARGET, "-Z", "build-std=core", "-Z"]
                .map(String::from)
                .into_iter()
                .chain([format!("root-dir={}", self.tree.display())])
                .collect(),
            Kind::Programs => ["--profile", "guest", "--target", GUEST_TARGET].map(String::from).into(),
        };
        for package in &self.packages {
            list.extend(["--package".into(), package.clone()]);
        }
        list
    }

    /// The arguments of a build. Pure.
    fn arguments(&self, toolchain: &Toolchain) -> Vec<String> {
        let mut list = vec!["build".to_owned()];
        list.extend(self.subject());
        // One file that does not compile must not hide the others. Colours would hide the words that we read.
        list.extend(["--keep-going", "--message-format=json", "--color=never"].map(String::from));
        if toolchain.network == Network::Forbidden {
            list.push("--offline".into());
        }
        list
    }

    /// The variables of cargo. Pure.
    fn variables(&self, toolchain: &Toolchain) -> Vec<(&'static str, PathBuf)> {
        let mut list = vec![("CARGO_TARGET_DIR", self.target_folder.clone())];
        match self.kind {
            Kind::Objects => {
                // `-Z build-std` and `-Z root-dir`: the pinned cargo has them behind this.
                list.push(("RUSTC_BOOTSTRAP", "1".into()));
                list.push(("CARGO_TARGET_BPFEL_UNKNOWN_NONE_LINKER", toolchain.bpf_linker.clone()));
                list.extend(toolchain.rust_src.clone().map(|path| ("__CARGO_TESTS_ONLY_SRC_ROOT", path)));
            }
            // Only together with `--target`: globally it breaks procedural macros.
            Kind::Programs => list.push((
                "CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUSTFLAGS",
                "-C target-feature=+crt-static".into(),
            )),
        }
        list
    }

    /// Runs clippy with warnings denied, with our own terminal. Returns its exit status; `None` if a
    /// signal ended it.
    ///
    /// # Errors
    /// [`BuildError::NoCargo`].
    pub(super) fn lint(&self, toolchain: &Toolchain) -> Result<Option<i32>, BuildError> {
        let mut list = vec!["clippy".to_owned()];
        list.extend(self.subject());
        list.extend(["--", "--deny", "warnings"].map(String::from));
        let mut expression = cmd(cargo(), list);
        for (name, value) in self.variables(toolchain) {
            expression = expression.env(name, value);
        }
        to_end(&self.workspace(), expression)
    }

    /// Runs cargo to its end and collects what it made and what rustc said.
    ///
    /// # Errors
    /// [`BuildError::NoCargo`] and [`BuildError::Interrupted`], and [`BuildError::Silent`] if none of our
    /// packages was being compiled then; a failed build is in the messages.
    pub(super) fn run(
        &self,
        toolchain: &Toolchain,
        notice: &mut dyn FnMut(Notice),
    ) -> Result<Messages, BuildError> {
        let folder = self.workspace();
        let failed = |source| BuildError::NoCargo { folder: folder.clone(), source };
        let expression = cmd(cargo(), self.arguments(toolchain)).dir(&folder);
        let expression = with_variables(expression, self.variables(toolchain));
        let contained = expression.stdin_null().stderr_to_stdout().unchecked().before_spawn(|command| {
            vm::children::contain(command, &[]);
            Ok(())
        });
        let reader = contained.reader().map_err(failed)?;
        let _registration = reader.pids().first().map(|pid| vm::children::Registration::of(*pid));
        let watchdog = Watchdog::over(reader.pids(), self.patience);
        let mut messages = Messages::default();
        let mut lines = BufReader::new(&reader);
        let mut line = Vec::new();
        loop {
            line.clear();
            if lines.read_until(b'\n', &mut line).map_err(failed)? == 0 {
                break;
            }
            watchdog.pat();
            messages.take(&String::from_utf8_lossy(&line), notice);
        }
        let bitten = watchdog.has_bitten();
        if vm::children::interrupted() {
            return Err(BuildError::Interrupted);
        }
        if bitten {
            let silent = messages.unfinished(&self.packages).into_iter().map(|name| (name, self.patience));
            messages.silent = silent.collect();
            if messages.silent.is_empty() {
                let what = self.packages.join(", ");
                return Err(BuildError::Silent { what, folder, waited: self.patience });
            }
        }
        Ok(messages)
    }
}

/// Builds and runs the press, the program that makes the book. Returns its exit status; `None` if a
/// signal ended it.
///
/// # Errors
/// [`BuildError::NoCargo`].
pub fn run_press(course: &Path, words: &[String]) -> Result<Option<i32>, BuildError> {
    let mut arguments: Vec<String> =
        ["run", "--release", "--quiet", "--package", "book-press", "--", "--root"].map(String::from).into();
    arguments.push(course.display().to_string());
    arguments.extend(words.iter().cloned());
    run_to_end(course, &arguments)
}

/// Runs cargo in the course's workspace with our own terminal. Returns its exit status; `None` if a
/// signal ended it.
///
/// # Errors
/// [`BuildError::NoCargo`].
pub fn run_to_end(course: &Path, arguments: &[String]) -> Result<Option<i32>, BuildError> {
    // Tests never write snapshots: a difference is a failure.
    to_end(course, cmd(cargo(), arguments).env("INSTA_UPDATE", "no"))
}

/// Builds and runs one target of `cargo fuzz` for so many seconds, with our own terminal. Returns its exit
/// status; `None` if a signal ended it.
///
/// # Errors
/// [`BuildError::NoCargo`].
pub fn run_fuzzer(package: &Path, target: &str, seconds: u32) -> Result<Option<i32>, BuildError> {
    let most = format!("-max_total_time={seconds}");
    // Five seconds are a hang, two gigabytes a leak: all of it is read while a learner waits.
    let limits = [most.as_str(), "-timeout=5", "-rss_limit_mb=2048", "-print_final_stats=1"];
    // What is fuzzed is safe Rust: the address sanitizer finds nothing in it, and needs a nightly rustc.
    let arguments = [&["fuzz", "run", "--sanitizer", "none", target, "--"], limits.as_slice()].concat();
    run_to_end(package, &arguments.into_iter().map(String::from).collect::<Vec<_>>())
}

fn to_end(folder: &Path, expression: duct::Expression) -> Result<Option<i32>, BuildError> {
    let failed = |source| BuildError::NoCargo { folder: folder.to_owned(), source };
    let kept = std::env::var_os("CARGO_TARGET_DIR").map(|folder| ("CARGO_TARGET_DIR", folder.into()));
    let expression = with_variables(expression.dir(folder).unchecked(), kept.into_iter().collect());
    let contained = expression.before_spawn(|command| {
        vm::children::contain(command, &[]);
        Ok(())
    });
    let handle = contained.start().map_err(failed)?;
    let _registration = handle.pids().first().map(|pid| vm::children::Registration::of(*pid));
    let output = handle.wait().map_err(failed)?;
    Ok(output.status.code())
}

/// Gives a command these variables and takes the foreign ones away. In duct the method that is called first
/// has the last word, so what is set must be set before anything is removed.
fn with_variables(expression: duct::Expression, variables: Vec<(&'static str, PathBuf)>) -> duct::Expression {
    let set = variables.into_iter().fold(expression, |expression, (name, value)| expression.env(name, value));
    FOREIGN_VARIABLES.iter().fold(set, |expression, name| expression.env_remove(name))
}

/// The cargo that started us, else the one on PATH.
fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(kind: Kind) -> String {
        let (tree, packages) = (Path::new("/course"), vec!["lab-01-hello".to_owned()]);
        let (target_folder, patience) = ("/course/target/x".into(), Duration::ZERO);
        let invocation = Invocation { tree, target_folder, kind, packages, patience };
        let toolchain = Toolchain {
            bpf_linker: "/cache/bpf-linker".into(),
            rust_src: Some("/cache/rust-src".into()),
            network: Network::Forbidden,
        };
        let variables = invocation.variables(&toolchain);
        let variables: Vec<_> =
            variables.iter().map(|(name, value)| format!("{name}={}\n", value.display())).collect();
        format!(
            "{}\n{}{}",
            invocation.workspace().display(),
            variables.concat(),
            invocation.arguments(&toolchain).join(" ")
        )
    }

    #[test]
    fn our_variables_arrive_and_foreign_ones_do_not() {
        let ours = with_variables(duct::cmd!("env"), vec![("CARGO_TARGET_DIR", "/ours".into())]);
        // What this process would hand down, had cargo set it.
        let inherited = ours.env("CARGO_TARGET_DIR", "/foreign").env("RUSTFLAGS", "-C foreign");
        let environment = inherited.read().expect("`env` runs");
        assert!(environment.lines().any(|line| line == "CARGO_TARGET_DIR=/ours"), "{environment}");
        assert!(!environment.contains("foreign"), "{environment}");
    }

    #[test]
    fn how_objects_are_built() {
        insta::assert_snapshot!("cargo_objects", shown(Kind::Objects));
    }

    #[test]
    fn how_programs_are_built() {
        insta::assert_snapshot!("cargo_programs", shown(Kind::Programs));
    }
}
