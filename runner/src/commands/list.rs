//! `runner list`: all labs, and what has passed where.

use std::{collections::BTreeSet, fs, path::Path};

use anyhow::{Result, bail};

use super::{
    PASSED,
    desk::{Desk, content_of},
};
use crate::{
    catalog::{Catalog, Lab},
    cli::ListArguments,
    paths::spoken,
    progress::LabProgress,
    usage::WrongUsage,
};

/// How wide a title may be, in characters, for the line to fit 80 columns.
const TITLE: usize = 33;

/// Prints the labs that are asked for, by part.
///
/// # Errors
/// When there is no course here, or nothing fits the part.
pub(super) fn list(arguments: &ListArguments) -> Result<u8> {
    let desk = Desk::open()?;
    let catalog = &desk.session.catalog;
    let parts = parts(&desk.session.paths.course, catalog);
    let wanted = |part: &str| {
        let asked = arguments.part.as_deref().unwrap_or_default().to_lowercase();
        part.to_lowercase().contains(&asked)
    };
    if !parts.iter().any(|(part, _)| wanted(part)) {
        let names: Vec<String> = parts.iter().map(|(part, _)| format!("`{part}`")).collect();
        bail!(WrongUsage::new(
            "unknown-part",
            format!(
                "no part of the course has `{}` in its title\nhint: the parts are {}",
                arguments.part.as_deref().unwrap_or_default(),
                names.join(", ")
            )
        ));
    }
    let (mut shown, mut changed) = (0, false);
    for (part, labs) in parts.iter().filter(|(part, _)| wanted(part)) {
        let mut lines = Vec::new();
        for lab in labs {
            let progress = desk.progress.lab(&lab.id);
            if (arguments.todo && progress.is_done()) || (arguments.done && !progress.is_done()) {
                continue;
            }
            lines.push(line(lab, &progress, catalog.kernels(), content_of(lab).as_deref()));
        }
        shown += lines.len();
        changed |= lines.iter().any(|line| line.contains("  changed  "));
        if !lines.is_empty() {
            println!("{part}\n{}\n", lines.join("\n"));
        }
    }
    if shown == 0 {
        println!("no lab is {}\n", if arguments.done { "done" } else { "left to do" });
    }
    if changed {
        println!("changed: passed, and edited since\n");
    }
    println!("{}", summary(&desk));
    Ok(PASSED)
}

/// One lab in at most 80 columns.
fn line(lab: &Lab, progress: &LabProgress, kernels: &[String], content: Option<&str>) -> String {
    let title: String = lab.manifest.title.chars().take(TITLE).collect();
    let state = match content {
        None => "no file",
        Some(_) if !progress.is_done() => "to do",
        Some(content) if progress.contents().contains(content) => "passed",
        Some(_) => "changed",
    };
    let passed: BTreeSet<&str> = progress.passed.keys().map(String::as_str).collect();
    let works: Vec<&str> =
        kernels.iter().map(String::as_str).filter(|kernel| lab.skip_reason(kernel).is_none()).collect();
    let on: Vec<&str> = works.iter().copied().filter(|kernel| passed.contains(kernel)).collect();
    let on =
        if !works.is_empty() && on.len() == works.len() { "all kernels".to_owned() } else { on.join(" ") };
    let minutes = lab.manifest.minutes;
    format!("  {:6}  {title:TITLE$}  {minutes:3} min  {state:7}  {on}", lab.id).trim_end().to_owned()
}

fn summary(desk: &Desk) -> String {
    let labs = desk.session.catalog.labs();
    let open: Vec<&Lab> = labs.iter().filter(|lab| !desk.progress.lab(&lab.id).is_done()).collect();
    let minutes: u32 = open.iter().map(|lab| lab.manifest.minutes).sum();
    let done = labs.len() - open.len();
    match desk.next() {
        Some(next) => spoken(&format!(
            "{done} of {} passed, about {minutes} minutes to go; next is {}: `cargo runner next`",
            labs.len(),
            next.id
        )),
        None => format!("all {} labs passed", labs.len()),
    }
}

/// The labs by the parts of the book's summary; labs that it does not name come last, without a part.
fn parts<'a>(root: &Path, catalog: &'a Catalog) -> Vec<(String, Vec<&'a Lab>)> {
    let summary = fs::read_to_string(root.join("book/src/SUMMARY.md")).unwrap_or_default();
    let mut parts: Vec<(String, Vec<&Lab>)> = Vec::new();
    let mut part = "Labs".to_owned();
    let mut left: Vec<&Lab> = catalog.labs().iter().collect();
    for line in summary.lines() {
        if let Some(title) = line.strip_prefix("# ").filter(|title| *title != "Summary") {
            part = title.to_owned();
        }
        let named = |lab: &&Lab| line.contains(&format!("({}.md)", lab.name));
        let Some(index) = left.iter().position(named) else { continue };
        let lab = left.remove(index);
        match parts.last_mut().filter(|(last, _)| *last == part) {
            Some((_, labs)) => labs.push(lab),
            None => parts.push((part.clone(), vec![lab])),
        }
    }
    if !left.is_empty() {
        let name = if parts.is_empty() { "Labs" } else { "Other labs" };
        parts.push((name.to_owned(), left));
    }
    parts
}
