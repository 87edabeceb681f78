//! The program `book-press`: arguments in, exit code out.
//!
//! 0: the book holds · 1: it is wrong · 2: wrong usage · 3: could not decide.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, anyhow};
use clap::Parser;

use book_press::cli::{Arguments, Command};
use book_press::press::{self, Failure};
use book_press::{finding, preprocessor, see, serve};

/// The book is wrong.
const WRONG: u8 = 1;
/// Nothing could be decided.
const UNDECIDED: u8 = 3;

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        Err(Failure::Findings(findings)) => {
            eprintln!("{}", finding::listing(&findings));
            ExitCode::from(WRONG)
        }
        Err(Failure::Other(error)) => {
            eprintln!("error: {error:#}");
            ExitCode::from(UNDECIDED)
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let root = || root(arguments.root.clone());
    match arguments.command {
        None => preprocessor::answer(io::stdin().lock(), io::stdout().lock())?,
        Some(Command::Supports { renderer }) if preprocessor::supports(&renderer) => {}
        Some(Command::Supports { .. }) => return Ok(ExitCode::from(WRONG)),
        Some(Command::Build { out }) => {
            let built = press::build(&root()?, out.as_deref())?;
            println!("{} pages in {}", built.pages, built.folder.display());
        }
        Some(Command::Test) => println!("{} pages hold", press::test(&root()?)?),
        Some(Command::See { from, check }) => {
            let outdated = if check { see::Outdated::Name } else { see::Outdated::Renew };
            let changed = see::see(&root()?, &from, outdated)?;
            for file in &changed {
                println!("{} {}", if check { "not current:" } else { "written:" }, file.display());
            }
            if check && !changed.is_empty() {
                println!("hint: `cargo runner dev see LAB` records them anew; review what changes");
                return Ok(ExitCode::from(WRONG));
            }
            println!(
                "seen: {} recordings {}",
                changed.len(),
                if check { "are not current" } else { "written" }
            );
        }
        Some(Command::Serve { port }) => serve::serve(&root()?, port)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// The course's root: as given, else the nearest folder upwards that holds `book/book.toml`.
fn root(given: Option<PathBuf>) -> Result<PathBuf> {
    let start = match given {
        Some(folder) => return std::path::absolute(folder).context("`--root` is no path"),
        None => std::env::current_dir().context("the working directory cannot be read")?,
    };
    let found = start.ancestors().find(|folder| folder.join("book/book.toml").is_file());
    found.map(PathBuf::from).ok_or_else(|| {
        anyhow!(
            "no course in `{}`\n  why: neither it nor a folder above holds `book/book.toml`\nhint: go to the workbook's folder, or name it with `--root`",
            start.display()
        )
    })
}
