//! `runner dev check`: everything that CI runs, as a table of named steps.
//!
//! A step that fails does not stop the others: one run shows all that is wrong.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::{matrix, quiz, references, seen};
use crate::{
    build::{Kind, Lint, cargo},
    catalog::Side,
    cli::{BookCommand, SetupArguments},
    commands::{self, DID_NOT_PASS, PASSED, Ready, Session},
    plan::{self, Sides},
    setup::Audience,
    usage::WrongUsage,
};

/// One step: its name, what it proves, and how.
struct Step {
    name: &'static str,
    what: &'static str,
    act: fn(&Session, &Ready) -> Result<Outcome>,
}

/// How a step went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    Passed,
    Failed,
}

impl Outcome {
    pub(super) fn of(good: Option<i32>) -> Self {
        if good == Some(0) { Self::Passed } else { Self::Failed }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "FAILED",
        }
    }
}

/// All steps, the quick ones first.
const STEPS: &[Step] = &[
    Step { name: "fmt", what: "formatting of all workspaces", act: format },
    Step { name: "clippy", what: "lints on the host side, warnings denied", act: clippy },
    Step { name: "clippy-ebpf", what: "lints of exercises and solutions on both sides", act: clippy_labs },
    Step { name: "unit", what: "pure functions and message snapshots", act: unit_tests },
    Step { name: "cli", what: "the command line as a process", act: command_line_tests },
    Step { name: "rules", what: "dependencies, course rules, tidy rules", act: rules },
    Step { name: "book", what: "links, listings, cards, snippets", act: book },
    Step { name: "sides", what: "exercise, solution and mutant never taken for each other", act: sides },
    Step { name: "matrix", what: "solutions, exercises and mutants on every kernel", act: matrix::step },
    Step { name: "quiz", what: "the quizzes' answers on every kernel", act: quiz::step },
    Step { name: "seen", what: "what the panels show is what kernels say today", act: seen::step },
    Step {
        name: "references",
        what: "labs against bpftool, llvm-objdump, rbpf and thousands of programs",
        act: references::step,
    },
    Step { name: "scaffold", what: "a new lab from the template builds and passes", act: scaffold },
    Step {
        name: "sessions",
        what: "a learner at a terminal, from `init` through the first labs",
        act: sessions,
    },
    Step { name: "faults", what: "everything that can break, broken on purpose", act: faults },
    Step { name: "soak", what: "two hundred restores in a row on every kernel", act: soak },
];

/// Prints the names of the steps.
pub(super) fn list() -> u8 {
    for step in STEPS {
        println!("{:12} {}", step.name, step.what);
    }
    PASSED
}

/// Runs the steps, or only some of them.
///
/// # Errors
/// An unknown step, or a machine that cannot be set up.
pub(super) fn check(only: &[String], setup: &SetupArguments) -> Result<u8> {
    let names: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
    if let Some(unknown) = only.iter().find(|name| !names.contains(&name.as_str())) {
        return Err(WrongUsage::new(
            "unknown-step",
            format!("there is no step `{unknown}`\nhint: the steps are {}", names.join(", ")),
        )
        .into());
    }
    let session = Session::open()?;
    let labs: Vec<_> = session.catalog.labs().iter().collect();
    let kernels = session.catalog.select_kernels(&[])?;
    let jobs = plan::jobs(&labs, &kernels, &Sides::Same(Side::Solution), 0);
    let ready = session.prepare(&jobs, None, setup, Audience::Author)?;
    let mut outcomes: Vec<(&Step, Outcome, Duration)> = Vec::new();
    for step in STEPS.iter().filter(|step| only.is_empty() || only.iter().any(|name| name == step.name)) {
        eprintln!("── {}: {}", step.name, step.what);
        let begin = Instant::now();
        let outcome = match (step.act)(&session, &ready) {
            Ok(outcome) => outcome,
            Err(error) if vm::children::interrupted() => return Err(error),
            Err(error) => {
                eprintln!("{}", commands::told(&error));
                Outcome::Failed
            }
        };
        outcomes.push((step, outcome, begin.elapsed()));
    }
    println!();
    for (step, outcome, took) in &outcomes {
        println!("{:12} {:7} {:6.1} s", step.name, outcome.word(), took.as_secs_f64());
    }
    let failed = outcomes.iter().filter(|(_, outcome, _)| *outcome == Outcome::Failed).count();
    let total: Duration = outcomes.iter().map(|(_, _, took)| *took).sum();
    println!(
        "{:12} {} of {} steps passed in {:.0} s",
        "together",
        outcomes.len() - failed,
        outcomes.len(),
        total.as_secs_f64()
    );
    Ok(if failed == 0 { PASSED } else { DID_NOT_PASS })
}

/// Runs cargo on the host's workspace.
fn cargo(session: &Session, words: &[&str]) -> Result<Outcome> {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    Ok(Outcome::of(cargo::run_to_end(&session.paths.course, &words)?))
}

fn both(first: Outcome, second: Outcome) -> Outcome {
    if first == Outcome::Passed { second } else { first }
}

fn format(session: &Session, _: &Ready) -> Result<Outcome> {
    let host = cargo(session, &["fmt", "--all", "--check"])?;
    let ebpf = cargo(session, &["fmt", "--manifest-path", "labs-ebpf/Cargo.toml", "--all", "--check"])?;
    let fuzzers = cargo(session, &["fmt", "--manifest-path", "runner/fuzz/Cargo.toml", "--check"])?;
    Ok(both(both(host, ebpf), fuzzers))
}

fn clippy(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(session, &["clippy", "--release", "--workspace", "--all-targets", "--", "--deny", "warnings"])
}

fn clippy_labs(session: &Session, ready: &Ready) -> Result<Outcome> {
    let labs: Vec<_> = session.catalog.labs().iter().collect();
    let mut outcome = Outcome::Passed;
    for (side, kind) in
        [(Side::Exercise, Kind::Objects), (Side::Solution, Kind::Objects), (Side::Solution, Kind::Programs)]
    {
        let lint = Lint { course: &session.paths.course, labs: &labs, side: &side, kind };
        outcome = both(outcome, Outcome::of(lint.run(&ready.toolchain)?));
    }
    Ok(outcome)
}

fn unit_tests(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(
        session,
        &["test", "--release", "--workspace", "--exclude", "tests", "--lib", "--bins", "--no-fail-fast"],
    )
}

fn command_line_tests(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(session, &["test", "--release", "--package", "runner", "--test", "cli"])
}

fn rules(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(
        session,
        &["test", "--release", "--package", "tests", "--lib", "--test", "rules", "--test", "dependencies"],
    )
}

fn book(_: &Session, _: &Ready) -> Result<Outcome> {
    let built = commands::book(&BookCommand::Build)?;
    let tested = commands::book(&BookCommand::Test)?;
    Ok(both(Outcome::of(Some(built.into())), Outcome::of(Some(tested.into()))))
}

fn sides(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(session, &["test", "--release", "--package", "tests", "--test", "sides"])
}

fn scaffold(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(session, &["test", "--release", "--package", "tests", "--test", "scaffold"])
}

fn sessions(session: &Session, _: &Ready) -> Result<Outcome> {
    // One workspace, one terminal after the other.
    cargo(
        session,
        &["test", "--release", "--package", "tests", "--test", "sessions", "--", "--test-threads", "1"],
    )
}

fn faults(session: &Session, _: &Ready) -> Result<Outcome> {
    // Most faults wait for a deadline most of the time: on two busy cores 160 of them took 269 s with one thread
    // a core, and 116 and 174 s with two.
    let threads = (2 * commands::parallel()).to_string();
    let words = ["test", "--release", "--package", "tests", "--test", "faults", "--", "--test-threads"];
    cargo(session, &[words.as_slice(), &[threads.as_str()]].concat())
}

fn soak(session: &Session, _: &Ready) -> Result<Outcome> {
    cargo(session, &["test", "--release", "--package", "tests", "--test", "soak", "--", "--nocapture"])
}
