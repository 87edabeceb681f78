//! `runner progress`: take what was done to another machine, and bring it in there.

use std::{
    fs,
    io::{self, Read, Write},
    path::Path,
};

use anyhow::{Result, anyhow, bail};

use super::{
    PASSED,
    desk::{Desk, warn},
};
use crate::{cli::ProgressCommand, progress::Document, usage::WrongUsage, workspace::write_durably};

/// Exports or imports.
///
/// # Errors
/// If a file cannot be read or written, or is no progress.
pub(super) fn progress(command: &ProgressCommand) -> Result<u8> {
    let desk = Desk::open()?;
    match command {
        ProgressCommand::Export { file: None } => io::stdout().write_all(desk.progress.text().as_bytes())?,
        ProgressCommand::Export { file: Some(file) } => {
            write_durably(file, desk.progress.text().as_bytes()).map_err(|error| {
                anyhow!(
                    "cannot write `{}`: {error}\nhint: name a file in a folder that you may write to",
                    file.display()
                )
            })?;
            println!("exported {} to `{}`", counted(&desk.progress), file.display());
        }
        ProgressCommand::Import { file } => {
            let document = read(file)?;
            let (mut before, mut all) = (Document::default(), Document::default());
            let notice = desk.store.change(|mine| {
                before = mine.clone();
                mine.merge(&document);
                all = mine.clone();
            })?;
            warn(notice.as_deref());
            if before == all {
                println!("nothing in `{}` is new; there are {}", file.display(), counted(&all));
            } else {
                println!("imported {}; there are now {}", counted(&document), counted(&all));
            }
        }
    }
    Ok(PASSED)
}

fn read(file: &Path) -> Result<Document> {
    let shown = file.display();
    let mut bytes = Vec::new();
    let found = if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes).map(drop)
    } else {
        fs::read(file).map(|read| bytes = read)
    };
    if let Err(error) = found {
        bail!(WrongUsage::new(
            "unreadable-file",
            format!(
                "cannot read `{shown}`: {error}\nhint: give a file that `cargo runner progress export FILE` wrote"
            )
        ));
    }
    Document::parse(&bytes).map_err(|why| {
        anyhow!(WrongUsage::new(
            "no-progress-file",
            format!(
                "`{shown}` is no progress of this workbook: {why}\nhint: give a file that \
             `cargo runner progress export FILE` wrote; nothing was changed"
            )
        ))
    })
}

/// `2 labs, 7 passes`.
fn counted(document: &Document) -> String {
    let labs = document.labs.values().filter(|lab| lab.is_done()).count();
    let passes: usize = document.labs.values().map(|lab| lab.passed.len()).sum();
    let plural = |number: usize, one: &str, many: &str| {
        if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
    };
    format!("{} in {}", plural(passes, "pass", "passes"), plural(labs, "lab", "labs"))
}
