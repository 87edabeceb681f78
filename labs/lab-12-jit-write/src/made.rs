//! What the exercise makes of programs: machine code, and what that comes to. Both are asked for in processes that may
//! crash, hang or lie; whatever happens becomes a value here.

use std::time::Duration;

use kit::{Exercise, NoAnswer, Why, machine_code::Fault};
use serde::de::DeserializeOwned;

use crate::job::{End, Insn, Question, REGISTERS, Ran, Run};

/// The learner's compiler, somewhere else.
pub(crate) struct Compiler<'a> {
    pub(crate) exercise: &'a Exercise,
}

/// A program to compile, and the registers with which its code begins.
#[derive(Debug, Clone)]
pub(crate) struct Task {
    pub(crate) program: Vec<Insn>,
    pub(crate) start: [u64; REGISTERS],
}

/// What came of a program.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// The machine code, if there is any.
    pub(crate) code: Option<Vec<u8>>,
    /// The registers at the end, or why there are none.
    pub(crate) end: Result<[u64; REGISTERS], Wrong>,
}

/// How it went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wrong {
    pub(crate) why: String,
    /// At which byte of the code, if that is known.
    pub(crate) at: Option<usize>,
    /// Whether it came to no end within its time. A slow machine can be the reason.
    pub(crate) late: bool,
}

impl Wrong {
    fn so(why: impl Into<String>) -> Self {
        Self { why: why.into(), at: None, late: false }
    }
}

/// An answer about each program; `None` for one that nobody was asked about any more.
type Answers<A> = Vec<Option<Result<A, Wrong>>>;

impl Compiler<'_> {
    /// Compiles programs and runs what comes of them. One that ends the process, or that comes to no end, is enough to
    /// see: those behind it are `None`.
    pub(crate) fn make(&self, list: &[Task], limit: Duration) -> anyhow::Result<Vec<Option<Made>>> {
        let compiled = self.compile(list, limit)?;
        let code_of = |compiled: &Option<_>| match compiled {
            Some(Ok(code)) => Some(Vec::clone(code)),
            _ => None,
        };
        let runs: Vec<Run> = list
            .iter()
            .zip(&compiled)
            .filter_map(|(task, compiled)| Some(Run::once(code_of(compiled)?, task.start)))
            .collect();
        let mut ran = self.run(&runs, limit)?.into_iter();
        Ok(compiled
            .into_iter()
            .map(|compiled| match compiled? {
                Err(wrong) => Some(Made { code: None, end: Err(wrong) }),
                Ok(code) => {
                    let end = match ran.next()?? {
                        Ok(Ran { end: End::NotCalled, .. }) => return None,
                        ran => ran.and_then(|ran| registers(ran.end)),
                    };
                    Some(Made { code: Some(code), end })
                }
            })
            .collect())
    }

    /// Machine code for each program.
    pub(crate) fn compile(&self, list: &[Task], limit: Duration) -> anyhow::Result<Answers<Vec<u8>>> {
        let programs: Vec<_> = list.iter().map(|task| task.program.clone()).collect();
        let question = |count: usize| Question::Compile(programs[..count].to_vec());
        let answers = self.ask::<Result<Vec<u8>, String>>("compiler", list.len(), limit, question)?;
        let refused = |why| Wrong::so(format!("the compiler says: {why}"));
        Ok(answers.into_iter().map(|answer| Some(answer?.and_then(|code| code.map_err(refused)))).collect())
    }

    /// What machine code comes to.
    pub(crate) fn run(&self, runs: &[Run], limit: Duration) -> anyhow::Result<Answers<Ran>> {
        if runs.is_empty() {
            return Ok(Vec::new());
        }
        self.ask("machine code", runs.len(), limit, |count| Question::Run(runs[..count].to_vec()))
    }

    /// Puts a question about `count` things, and if the process ends at one of them, once more about those before it.
    fn ask<A: DeserializeOwned>(
        &self,
        who: &str,
        count: usize,
        limit: Duration,
        question: impl Fn(usize) -> Question,
    ) -> anyhow::Result<Answers<A>> {
        let put = |count| self.exercise.ask_within::<Vec<A>>(limit, &question(count));
        let (wrong, at) = match put(count) {
            Ok(answers) if answers.len() == count => {
                return Ok(answers.into_iter().map(|it| Some(Ok(it))).collect());
            }
            Ok(answers) => {
                (Wrong::so(format!("the {who} gives {} answers about {count} programs", answers.len())), 0)
            }
            Err(error) => {
                let error = error.downcast::<NoAnswer>()?;
                let [at, _] = error.place.unwrap_or_default();
                let late = matches!(error.why, Why::TooLate(_));
                (Wrong { late, ..Wrong::so(format!("the {who} {}", error.why)) }, at as usize)
            }
        };
        // A place is a claim: it may be anywhere. Those before it are well, but their answers are lost.
        let before = if at == 0 || at >= count { Vec::new() } else { put(at).unwrap_or_default() };
        let mut answers: Answers<A> = before.into_iter().map(|answer| Some(Ok(answer))).collect();
        answers.truncate(at.min(count - 1));
        answers.push(Some(Err(wrong)));
        answers.resize_with(count, || None);
        Ok(answers)
    }
}

impl Run {
    /// Machine code that runs once.
    pub(crate) fn once(code: Vec<u8>, start: [u64; REGISTERS]) -> Self {
        Self { code, start, times: 1, look: false }
    }
}

/// The registers at the end, or why there are none.
pub(crate) fn registers(end: End) -> Result<[u64; REGISTERS], Wrong> {
    match end {
        End::Returned(registers) => Ok(registers),
        End::NoPages(why) => Err(Wrong::so(format!("the code does not lie on pages: {why}"))),
        End::NotCalled => Err(Wrong::so("the code was not called")),
        End::Stopped(fault) => Err(stopped(&fault)),
    }
}

fn stopped(fault: &Fault) -> Wrong {
    Wrong { at: fault.at, ..Wrong::so(format!("the code was stopped: {fault}")) }
}
