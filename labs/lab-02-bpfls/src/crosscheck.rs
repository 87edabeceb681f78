//! The authors' cross-check: does the listing agree with the real bpftool?
//!
//! It runs only where the tests have handed the tool over, and only prints: no learner's verdict
//! depends on it.

use std::{path::Path, process::Command};

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::listing::Row;

/// Where the tests put bpftool.
const BPFTOOL: &str = "/tools/bpftool";

/// The dynamic loader that they put beside it, with the libraries: the guest has none of its own.
const LOADER: &str = "/tools/ld-linux-x86-64.so.2";

/// Compares the rows with bpftool's, if it is there, and says so on standard output.
///
/// # Errors
/// If the two do not list the same programs with the same type, name and number of maps.
pub(crate) fn run(rows: &[Row]) -> anyhow::Result<()> {
    if !Path::new(BPFTOOL).exists() {
        return Ok(());
    }
    let output = command().args(["-j", "prog", "show"]).output().context("cannot run bpftool")?;
    ensure!(output.status.success(), "bpftool failed: {}", String::from_utf8_lossy(&output.stderr));
    let theirs: Value = serde_json::from_slice(&output.stdout).context("bpftool did not print JSON")?;
    let theirs: Vec<_> = theirs.as_array().into_iter().flatten().map(of_bpftool).collect();
    let ours: Vec<_> = rows.iter().map(of_row).collect();
    ensure!(ours == theirs, "crosscheck: the listing says\n{ours:#?}\nbpftool says\n{theirs:#?}");
    println!("crosscheck: bpftool agrees on {} programs", ours.len());
    Ok(())
}

fn command() -> Command {
    if Path::new(LOADER).exists() {
        let mut command = Command::new(LOADER);
        command.args(["--library-path", "/tools", BPFTOOL]);
        command
    } else {
        Command::new(BPFTOOL)
    }
}

/// What both say of a program: id, type, name, number of maps.
type Line = (u64, String, String, usize);

fn of_row(row: &Row) -> Line {
    (row.id.into(), row.kind.clone(), row.name.clone(), row.maps.len())
}

fn of_bpftool(program: &Value) -> Line {
    let text = |key: &str| program[key].as_str().unwrap_or_default().to_owned();
    let maps = program["map_ids"].as_array().map_or(0, Vec::len);
    (program["id"].as_u64().unwrap_or_default(), text("type"), text("name"), maps)
}
