//! Runs one apt program and turns its failure into an [`AptError`].
//!
//! It does not know what the arguments mean.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::{Path, PathBuf};

use super::{AptError, failure};
use crate::children::{Registration, contain, interrupted};

/// One apt program with its arguments, and what it is about (for messages).
pub(super) struct Command {
    pub(super) program: &'static str,
    pub(super) arguments: Vec<OsString>,
    /// Where it runs, and what it writes to.
    pub(super) folder: PathBuf,
    /// For messages: "the package `name=version`", "the indexes of `trixie`".
    pub(super) subject: String,
    pub(super) custody: Custody,
}

/// Whose the process is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Custody {
    /// It ends at once with us and on Ctrl-C: all it leaves is a partial download.
    Ours,
    /// It stays in the terminal's foreground: `sudo` asks for a password there, and Ctrl-C reaches it
    /// as a request to stop, since killing it in mid-installation would break the system's packages.
    TheTerminals,
}

impl Command {
    /// Runs it to its end and returns what it printed.
    pub(super) fn read(&self) -> Result<String, AptError> {
        let mut text = String::new();
        self.lines(&mut |line| {
            text.push_str(line);
            text.push('\n');
        })?;
        Ok(text)
    }

    /// Runs it to its end and hands over each line of standard output as it comes.
    pub(super) fn lines(&self, on_line: &mut dyn FnMut(&str)) -> Result<(), AptError> {
        let temporary = std::env::temp_dir();
        let mut errors = tempfile::tempfile().map_err(AptError::io("create a file in", &temporary))?;
        let stderr = errors.try_clone().map_err(AptError::io("create a file in", &temporary))?;
        let handle = self.expression(stderr).reader();
        let handle =
            handle.map_err(|source| AptError::Missing { program: self.program.to_owned(), source })?;
        let _registration = match self.custody {
            Custody::Ours => handle.pids().first().map(|pid| Registration::of(*pid)),
            Custody::TheTerminals => None,
        };
        let mut reader = BufReader::new(handle);
        let mut line = Vec::new();
        while reader
            .read_until(b'\n', &mut line)
            .map_err(AptError::io("read what apt says in", &self.folder))?
            > 0
        {
            on_line(String::from_utf8_lossy(&line).trim_end_matches('\n'));
            line.clear();
        }
        // At the end of its output duct has waited for it.
        let output = reader.get_ref().try_wait().map_err(AptError::io("wait for apt in", &self.folder))?;
        let status = output.map_or("no exit status".to_owned(), |output| output.status.to_string());
        match output {
            Some(output) if output.status.success() => Ok(()),
            _ if interrupted() => Err(AptError::Interrupted),
            _ => Err(self.failure(&status, &text_of(&mut errors))),
        }
    }

    fn expression(&self, stderr: File) -> duct::Expression {
        let expression = duct::cmd(self.program, &self.arguments)
            .dir(&self.folder)
            // What it prints is read by a program.
            .env("LC_ALL", "C.UTF-8")
            .stdin_null()
            .stderr_file(stderr)
            .unchecked();
        match self.custody {
            Custody::TheTerminals => expression,
            Custody::Ours => expression.before_spawn(|command| {
                contain(command, &[]);
                Ok(())
            }),
        }
    }

    fn failure(&self, status: &str, stderr: &str) -> AptError {
        failure::classify(stderr, &self.subject, &self.folder).unwrap_or_else(|| AptError::Failed {
            command: self.line(),
            status: status.to_owned(),
            why: failure::summary(stderr),
        })
    }

    /// The command line, for messages.
    fn line(&self) -> String {
        let words = self.arguments.iter().map(|word| word.to_string_lossy());
        std::iter::once(self.program.into()).chain(words).collect::<Vec<_>>().join(" ")
    }
}

/// What was written to a file, as far as it can be read back: a message less only makes an error less detailed.
fn text_of(file: &mut File) -> String {
    let mut bytes = Vec::new();
    let read: io::Result<usize> = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
    read.map_or_else(|error| format!("(lost: {error})"), |_| String::from_utf8_lossy(&bytes).into_owned())
}

/// A folder for commands that write nowhere.
pub(super) fn nowhere() -> PathBuf {
    Path::new("/").to_path_buf()
}
