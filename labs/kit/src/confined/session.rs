//! A confined process that is asked more than once, and keeps what it holds in between.
//!
//! It hands over lines. Whatever the process does between two questions is its own affair: the lab looks at what came of it.

use std::time::Duration;

use anyhow::Context;
use serde::{Serialize, de::DeserializeOwned};

use super::{
    LIMIT, NoAnswer, Why,
    child::{Child, Said},
    read,
};

/// A process with questions to come. Dropping it kills the process.
pub struct Session {
    state: State,
}

enum State {
    /// It can be asked.
    Open(Box<Child>),
    /// It cannot, and this is the answer to every question.
    Over(NoAnswer),
}

impl Session {
    pub(super) fn new(child: Child) -> Self {
        Self { state: State::Open(Box::new(child)) }
    }

    /// Asks the process; the answer has to come within `limit`. An exercise that returns an error can be asked again; after
    /// anything else that is no answer, the process is ended.
    ///
    /// # Errors
    /// As those of [`super::Exercise::ask_within`].
    pub fn ask_within<A: DeserializeOwned>(
        &mut self,
        limit: Duration,
        question: &impl Serialize,
    ) -> anyhow::Result<A> {
        let question = serde_json::to_vec(question).context("the question cannot be written as JSON")?;
        let child = match &mut self.state {
            State::Open(child) => child,
            State::Over(no_answer) => return Err(no_answer.clone().into()),
        };
        child.put_line(&question);
        let answer = match child.line(LIMIT, limit)? {
            Said::TooLate(limit) => Err(Why::TooLate(limit)),
            Said::Bytes(said) if said.len() as u64 > LIMIT => Err(Why::TooLong(LIMIT >> 20)),
            Said::Bytes(said) if said.ends_with(b"\n") => read(&said),
            Said::Bytes(said) => {
                let why = Why::of_status(child.wait()?, &said);
                Err(why.unwrap_or_else(|| Why::Unreadable(String::from_utf8_lossy(&said).into_owned())))
            }
        };
        answer.map_err(|why| self.no_answer(why).into())
    }

    /// Tells the process that nobody will ask any more, and waits for its end. Then it holds nothing.
    ///
    /// # Errors
    /// [`NoAnswer`] if it does not end within `limit`, or not as it should; it has ended nevertheless.
    pub fn end_within(mut self, limit: Duration) -> anyhow::Result<()> {
        let child = match &mut self.state {
            State::Open(child) => child,
            // Why it is over was told when it was asked.
            State::Over(_) => return Ok(()),
        };
        child.close();
        let why = match child.answer(LIMIT, Some(limit))? {
            Said::TooLate(limit) => Some(Why::TooLate(limit)),
            // It said its last answer before. An exit code of 0 without any more words is how it should be.
            Said::Bytes(_) => Why::of_status(child.wait()?, b"done"),
        };
        why.map_or(Ok(()), |why| Err(self.no_answer(why).into()))
    }

    /// Keeps why there was no answer, and ends a process that cannot be asked again.
    fn no_answer(&mut self, why: Why) -> NoAnswer {
        let State::Open(child) = &self.state else { return NoAnswer { why, place: None } };
        let no_answer = NoAnswer { place: child.place(), why };
        if !matches!(no_answer.why, Why::Error(_)) {
            self.state = State::Over(no_answer.clone());
        }
        no_answer
    }
}
