//! `runner completions` and `runner man`: made from the types of the command line, so they cannot be out of date.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use anyhow::{Result, anyhow};
use clap::CommandFactory;
use clap_complete::Shell;

use super::PASSED;
use crate::cli::Cli;

/// The name under which a shell and `man` know the runner.
const NAME: &str = "runner";

/// Prints the completions for a shell.
///
/// # Errors
/// What the stream says.
pub(super) fn completions(shell: Shell) -> Result<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut Cli::command().bin_name(NAME), NAME, &mut text);
    io::stdout().write_all(&text)?;
    Ok(PASSED)
}

/// Prints the manual page, or writes it and one for each command into a folder.
///
/// # Errors
/// What the stream says, or if the folder cannot be written.
pub(super) fn man(folder: Option<&Path>) -> Result<u8> {
    let command = Cli::command().bin_name(NAME);
    let Some(folder) = folder else {
        clap_mangen::Man::new(command).render(&mut io::stdout())?;
        return Ok(PASSED);
    };
    fs::create_dir_all(folder).and_then(|()| clap_mangen::generate_to(command, folder)).map_err(|error| {
        anyhow!(
            "cannot write into `{}`: {error}\nhint: name a folder that you may write to",
            folder.display()
        )
    })?;
    println!("the pages are in `{0}`; look at one: `man {0}/{NAME}.1`", folder.display());
    Ok(PASSED)
}
