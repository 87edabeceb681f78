//! What each command does, in the words of the glossary.
//!
//! Each function reads as the data flows and returns the exit code. An error here means that
//! nothing could be decided.

mod assemble;
mod book;
mod check;
mod desk;
mod diff;
mod doctor;
mod error_id;
mod explain;
mod explain_object;
mod explained;
mod hint;
mod init;
mod kernels;
mod list;
mod loader_error;
mod manual;
mod next;
mod object_file;
mod pending;
mod progress;
mod prose;
mod record;
mod reset;
mod run_lab;
mod session;
mod shell;
mod update;
mod watch;

use std::io::IsTerminal;

use anyhow::Result;
use vm::store::StoreError;

use crate::{
    cli::{Cli, Command},
    paths::{self, Kind, Paths},
    report::{Wish, terminal::COLUMNS, text::wrap},
    usage::WrongUsage,
};

pub(crate) use assemble::{job_report, learners_costs, report_of};
pub(crate) use book::book;
pub use check::check;
pub(crate) use session::parallel;
pub use session::{Ready, Session};

/// Exit code: everything passed.
pub const PASSED: u8 = 0;
/// Exit code: a lab did not pass.
pub const DID_NOT_PASS: u8 = 1;
/// Exit code: wrong usage. Also clap's own.
pub const WRONG_USAGE: u8 = 2;
/// Exit code: nothing could be decided (set-up, VM, infrastructure).
pub const UNDECIDED: u8 = 3;
/// Exit code: the user pressed Ctrl-C (128 + SIGINT, as shells have it).
pub const INTERRUPTED: u8 = 130;

/// Carries out a command.
///
/// # Errors
/// When nothing could be decided; [`exit_code_of`] says which exit code that is.
pub fn run(cli: Cli) -> Result<u8> {
    let wish = if cli.plain { Wish::Spoken } else { Wish::Fitting };
    match cli.command {
        Command::Init { folder } => init::init(&folder),
        Command::Update => update::update(),
        Command::List(arguments) => list::list(&arguments),
        Command::Next => next::next(),
        Command::Check(arguments) => check(&arguments, wish),
        Command::Hint(arguments) => hint::hint(&arguments),
        Command::Reset { lab } => reset::reset(&lab),
        Command::Diff { lab } => diff::diff(&lab),
        Command::Progress(command) => progress::progress(&command),
        Command::Completions { shell } => manual::completions(shell),
        Command::Man { folder } => manual::man(folder.as_deref()),
        Command::Watch(arguments) => watch::watch(&arguments, wish),
        Command::Run(arguments) => run_lab::run(&arguments),
        Command::Shell(arguments) => shell::shell(&arguments),
        Command::Explain(arguments) => explain::explain(&arguments, wish),
        Command::Kernels(command) => kernels::kernels(&command),
        Command::Doctor(arguments) => doctor::doctor(&arguments),
        Command::Book(command) => only_in_repository("book").and_then(|()| book(&command)),
        Command::Dev(command) => only_in_repository("dev").and_then(|()| crate::dev::run(command)),
    }
}

/// Some commands are the authors'.
fn only_in_repository(command: &str) -> Result<()> {
    match Paths::discover() {
        Ok(paths) if paths.kind() == Kind::Workspace => Err(WrongUsage::new(
            "not-in-a-workspace",
            format!(
                "`runner {command}` works in the course's own repository, and `{}` is a workspace\n\
             hint: the chapters are in `book/src`; to work on the course itself, clone it",
                paths.course.display()
            ),
        )
        .into()),
        _ => Ok(()),
    }
}

/// The exit code of an error: wrong names and wrong manifests are wrong usage, the rest is undecided.
#[must_use]
pub fn exit_code_of(error: &anyhow::Error) -> u8 {
    if vm::children::interrupted() {
        INTERRUPTED
    } else if is_wrong_usage(error) {
        WRONG_USAGE
    } else {
        UNDECIDED
    }
}

fn is_wrong_usage(error: &anyhow::Error) -> bool {
    let of_store = |error: &StoreError| {
        matches!(
            error,
            StoreError::UnknownSeries { .. } | StoreError::Image { .. } | StoreError::Module { .. }
        )
    };
    error.is::<WrongUsage>()
        || error.is::<crate::catalog::CatalogError>()
        || error.is::<crate::dev::NameError>()
        || error.downcast_ref::<StoreError>().is_some_and(of_store)
}

/// Whether whoever read our output has stopped reading (`runner … | head`): nothing to report.
#[must_use]
pub fn is_closed_output(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// What a person reads of an error: its name, which never changes, and its text.
#[must_use]
pub fn told(error: &anyhow::Error) -> String {
    let text = format!("error[{}]: {}", error_id::id(error), paths::spoken(&message(error)));
    if !std::io::stderr().is_terminal() {
        return text;
    }
    // A table or a console is indented, and stays as it is.
    let broken = |line: &str| match line {
        line if line.starts_with(' ') || line.is_empty() => vec![line.to_owned()],
        line => wrap(line, COLUMNS, if line.starts_with("hint: ") { "hint: ".len() } else { 2 }),
    };
    text.lines().flat_map(broken).collect::<Vec<_>>().join("\n")
}

/// An error with its causes, as one text: what happened and why first, the hint last. A cause that
/// the text tells already is not told again.
#[must_use]
pub fn message(error: &anyhow::Error) -> String {
    let whole = error.to_string();
    let (what, hint) = match whole.split_once("\nhint: ") {
        Some((what, hint)) => (what, Some(hint)),
        None => (whole.as_str(), None),
    };
    let mut text = what.to_owned();
    let mut hints: Vec<String> = hint.map(str::to_owned).into_iter().collect();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        let (why, hint) =
            cause.split_once("\nhint: ").map_or((cause.as_str(), None), |(why, hint)| (why, Some(hint)));
        if !text.contains(why) {
            text = format!("{text}: {why}");
        }
        hints.extend(hint.map(str::to_owned).filter(|hint| !hints.contains(hint)));
    }
    hints.iter().fold(text, |text, hint| format!("{text}\nhint: {hint}"))
}

#[cfg(test)]
mod tests {
    use anyhow::{Context, anyhow};

    use super::message;

    #[test]
    fn causes_stand_before_the_hint_and_only_once() {
        let cause = anyhow!("the disk is full\nhint: delete something");
        let error = Err::<(), _>(cause).context("cannot write `x`").unwrap_err();
        assert_eq!(message(&error), "cannot write `x`: the disk is full\nhint: delete something");
        let told = Err::<(), _>(anyhow!("no space")).context("cannot write: no space\nhint: h").unwrap_err();
        assert_eq!(message(&told), "cannot write: no space\nhint: h");
    }
}
