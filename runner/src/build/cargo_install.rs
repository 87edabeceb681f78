//! Installs a tool from crates into a folder of the cache, with cargo's own installer.
//!
//! It does not know what the tool is for, and builds nothing of the course.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
};

use duct::Expression;
use vm::children::{self, Registration};

use crate::setup::INHERITED;

/// A crate with a program.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Crate<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its exact version.
    pub version: &'a str,
    /// The folder whose `bin/` gets the program.
    pub root: &'a Path,
    /// The toolchain to build with.
    pub toolchain: &'a str,
    /// The file that gets everything cargo prints.
    pub log: &'a Path,
}

/// Installs the ready-made program of the crate's own release, if there is one. Nobody else's is taken.
///
/// # Errors
/// The last lines that cargo printed.
pub(crate) fn binstall(tool: &Crate<'_>) -> Result<(), String> {
    let spec = format!("{}@{}", tool.name, tool.version);
    let arguments =
        ["binstall", "--no-confirm", "--force", "--strategies", "crate-meta-data", &spec, "--root"];
    let command =
        duct::cmd("cargo", arguments.map(Into::into).into_iter().chain([tool.root.as_os_str().to_owned()]));
    run(&command, tool, &mut |_| ())
}

/// Builds and installs it, with `LLVM_PREFIX` naming LLVM's folder. `scratch` keeps what is built,
/// so that an interrupted build is taken up again. `progress` gets the number of crates so far, and
/// the one that was begun last.
///
/// # Errors
/// The errors that cargo printed.
pub(crate) fn install(
    tool: &Crate<'_>,
    arguments: &[&str],
    llvm_prefix: &Path,
    scratch: &Path,
    progress: &mut dyn FnMut(usize, &str),
) -> Result<(), String> {
    let first = ["install", tool.name, "--version", tool.version, "--force", "--root"];
    let words = first.map(Into::into).into_iter().chain([tool.root.as_os_str().to_owned()]);
    let command = duct::cmd("cargo", words.chain(arguments.iter().map(Into::into)))
        .env("LLVM_PREFIX", llvm_prefix)
        .env("CARGO_TARGET_DIR", scratch)
        // The crate asks for full debug information, which costs a third of the time and 35 MB.
        .env("CARGO_PROFILE_RELEASE_DEBUG", "false")
        .env("CARGO_PROFILE_RELEASE_STRIP", "true")
        // LLVM does the work at run time; what is compiled here only calls it.
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1");
    let mut compiled = 0;
    run(&command, tool, &mut |line| {
        if let Some((verb, rest)) = step_of(line) {
            compiled += usize::from(verb == "Compiling");
            progress(compiled, &format!("{verb} {rest}"));
        }
    })
}

/// Runs cargo to its end, in a process group of its own that ends with us, and keeps what it prints.
fn run(command: &Expression, tool: &Crate<'_>, on_line: &mut dyn FnMut(&str)) -> Result<(), String> {
    let io = |what: &str| {
        let what = what.to_owned();
        move |error: std::io::Error| format!("cannot {what}: {error}")
    };
    if let Some(folder) = tool.log.parent() {
        std::fs::create_dir_all(folder).map_err(io("make the folder of the log"))?;
    }
    let mut log = File::create(tool.log).map_err(io("write the log"))?;
    // In duct what was said first wins: a removal must not meet a variable that is set here.
    let set = ["CARGO_TARGET_DIR", "RUSTUP_TOOLCHAIN"];
    let removed = INHERITED.iter().filter(|name| !set.contains(name));
    let reader = removed
        .fold(command.env("RUSTUP_TOOLCHAIN", tool.toolchain), |command, name| command.env_remove(name))
        // Outside of the course: its configuration and its pinned toolchain are not the tool's.
        .dir("/")
        .env("CARGO_TERM_COLOR", "never")
        .env("CARGO_TERM_PROGRESS_WHEN", "never")
        .stdin_null()
        .stderr_to_stdout()
        .unchecked()
        .before_spawn(|process| {
            children::contain(process, &[]);
            Ok(())
        })
        .reader()
        .map_err(io("start `cargo`"))?;
    let _ours: Vec<Registration> = reader.pids().into_iter().map(Registration::of).collect();
    let mut text = String::new();
    let mut lines = BufReader::new(reader);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line).map_err(io("read from `cargo`"))? > 0 {
        log.write_all(&line).map_err(io("write the log"))?;
        let shown = String::from_utf8_lossy(&line).into_owned();
        on_line(shown.trim_end());
        text.push_str(&shown);
        line.clear();
    }
    if children::interrupted() {
        return Err("interrupted".to_owned());
    }
    let output = lines.get_ref().try_wait().map_err(io("wait for `cargo`"))?;
    match output {
        Some(output) if output.status.success() => Ok(()),
        Some(output) => Err(format!("`cargo` failed ({}){}", output.status, errors_in(&text))),
        None => Err("`cargo` closed its output and did not end".to_owned()),
    }
}

/// The verb and the rest of a line of cargo's progress: `   Compiling syn v2.0.117`.
fn step_of(line: &str) -> Option<(&str, &str)> {
    let (verb, rest) = line.trim_start().split_once(' ')?;
    matches!(verb, "Updating" | "Downloading" | "Downloaded" | "Compiling" | "Installing" | "Finished")
        .then_some((verb, rest))
}

/// The error lines, or the last lines if there is none, each indented.
fn errors_in(text: &str) -> String {
    let wanted = |line: &&str| line.trim_start().starts_with("error") || line.contains("cannot find -l");
    let errors: Vec<&str> = text.lines().filter(wanted).take(4).collect();
    let lines: Vec<&str> = match errors.is_empty() {
        true => text.lines().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect(),
        false => errors,
    };
    lines.iter().map(|line| format!("\n    {}", line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargos_lines_are_understood() {
        assert_eq!(step_of("   Compiling syn v2.0.117"), Some(("Compiling", "syn v2.0.117")));
        assert_eq!(step_of("  Downloaded regex v1.0.0"), Some(("Downloaded", "regex v1.0.0")));
        assert_eq!(step_of("warning: something"), None);
    }

    #[test]
    fn errors_come_before_last_lines() {
        let log = "  Compiling a\nerror: linking with `cc` failed\n  = note: x\n  ld: cannot find -lz: no such file\nend\n";
        assert_eq!(
            errors_in(log),
            "\n    error: linking with `cc` failed\n    ld: cannot find -lz: no such file"
        );
        assert_eq!(errors_in("one\ntwo\n"), "\n    one\n    two");
    }
}
