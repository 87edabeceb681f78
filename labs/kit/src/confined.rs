//! The learner's side of a user-space lab, run in a process of its own that can only answer.
//!
//! For authors. What a lab observes must be true even if `exercise.rs` lies, so the exercise never
//! runs in the process that writes the records. A lab whose exercise is user-space code has two crates
//! in its folder:
//!
//! - `src/lib.rs`, the learner's: `exercise.rs`, and the types that it speaks in. It begins with
//!   `#![forbid(unsafe_code)]`: both crates end up in one file, and without `unsafe` nothing in the
//!   exercise can put itself before the guest program's `main`, or in the place of a C function.
//! - `src/main.rs`, the guest program. It calls [`lab_with_exercise`] and passes on the exercise's
//!   function, but never calls it. It declares the types again, `pub mod listing;` as in `lib.rs`: two
//!   crates, two types, so that no `impl` in `exercise.rs` belongs to the guest program's.
//!
//! [`Exercise::ask`] starts this program once more, and that process gives up everything before the
//! exercise's first line runs (`cage.rs` is the list): root, all capabilities but those in [`Rights`],
//! the seed and the rest of the environment, and every descriptor but its standard streams and two
//! pipes. It may print freely. It cannot reach the observation channel or the guest program's memory, nor
//! change a program or map of the lab. Nothing that it starts outlives its answer.
//!
//! [`Exercise::session`] asks one process several times: what the exercise holds, it holds from one question to the next.
//!
//! Question and answer cross as JSON; that they cross is not a claim that the answer is right. How
//! long an answer may take is the agent's matter: the lab's `timeout_s` covers the whole run.

mod cage;
mod child;
mod filter;
mod no_answer;
mod rights;
mod session;
mod trail;

use std::{ffi::CString, process::ExitCode, time::Duration};

use anyhow::Context;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

#[cfg(test)]
pub(crate) use self::child::pretend;
use self::{
    cage::Cage,
    child::{Child, Said},
};
pub(crate) use self::{cage::only, child::inside, no_answer::signal_name};
pub use self::{
    no_answer::{NoAnswer, Why},
    rights::Rights,
    session::Session,
    trail::here,
};
use crate::Lab;

/// The largest answer, in bytes.
const LIMIT: u64 = 16 << 20;

/// The argument by which the program knows that it is to answer, and not to run the lab.
const MARK: &str = "--exercise";

/// What the confined process sends back.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Reply<A> {
    Answer(A),
    Error(String),
}

/// Runs a lab whose exercise is a function of user space: [`crate::lab`], with the exercise to ask.
///
/// `answer` is the exercise, as `lib.rs` offers it: it runs only in the confined process.
pub fn lab_with_exercise<I: DeserializeOwned, O: Serialize>(
    answer: fn(I) -> anyhow::Result<O>,
    rights: Rights,
    body: impl FnOnce(&mut Lab, &Exercise) -> anyhow::Result<()>,
) -> ExitCode {
    if std::env::args_os().nth(1).is_some_and(|word| word == MARK) {
        return child::serve(answer);
    }
    crate::lab(|lab| body(lab, &Exercise::new(rights)))
}

/// The learner's function, somewhere else.
pub struct Exercise {
    command: Vec<CString>,
    cage: Option<Cage>,
}

impl Exercise {
    fn new(rights: Rights) -> Self {
        let command = [c"/proc/self/exe", c"--exercise"].map(CString::from).into();
        Self { command, cage: Some(Cage::new(rights)) }
    }

    /// Asks the exercise in a fresh process. `A` is the guest program's own type for the answer. Only the lab's own time
    /// limits it, whose end says nothing about where the exercise was.
    ///
    /// # Errors
    /// [`NoAnswer`] if the exercise returned an error, panicked, came to no end, or answered what is no `A`. Any other
    /// error: the system refuses a process.
    pub fn ask<A: DeserializeOwned>(&self, question: &impl Serialize) -> anyhow::Result<A> {
        self.put(question, None)
    }

    /// The same, but the answer has to come within `limit`; else it is [`Why::TooLate`].
    ///
    /// # Errors
    /// As those of [`Exercise::ask`].
    pub fn ask_within<A: DeserializeOwned>(
        &self,
        limit: Duration,
        question: &impl Serialize,
    ) -> anyhow::Result<A> {
        self.put(question, Some(limit))
    }

    /// Starts a process that can be asked more than once.
    ///
    /// # Errors
    /// The system refuses a process.
    pub fn session(&self) -> anyhow::Result<Session> {
        Ok(Session::new(Child::start(&self.command, self.cage.as_ref())?))
    }

    fn put<A: DeserializeOwned>(
        &self,
        question: &impl Serialize,
        limit: Option<Duration>,
    ) -> anyhow::Result<A> {
        let question = serde_json::to_vec(question).context("the question cannot be written as JSON")?;
        let mut child = Child::start(&self.command, self.cage.as_ref())?;
        child.put(&question);
        let answer = match child.answer(LIMIT, limit)? {
            Said::TooLate(limit) => Err(Why::TooLate(limit)),
            Said::Bytes(said) if said.len() as u64 > LIMIT => Err(Why::TooLong(LIMIT >> 20)),
            Said::Bytes(said) => understand(&said, child.wait()?),
        };
        Ok(answer.map_err(|why| NoAnswer { why, place: child.place() })?)
    }
}

/// What a process that said `said` and ended with `status` has answered.
fn understand<A: DeserializeOwned>(said: &[u8], status: libc::c_int) -> Result<A, Why> {
    if let Some(why) = Why::of_status(status, said) {
        return Err(why);
    }
    read(said)
}

/// The answer in what a process has said.
fn read<A: DeserializeOwned>(said: &[u8]) -> Result<A, Why> {
    match serde_json::from_slice(said) {
        Ok(Reply::Answer(answer)) => Ok(answer),
        Ok(Reply::Error(error)) => Err(Why::Error(error)),
        Err(_) => {
            let begin = String::from_utf8_lossy(&said[..said.len().min(80)]);
            Err(Why::Unreadable(begin.into_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What comes of a process that does this instead of the exercise, without a cage: that needs root.
    fn ask(script: &str, question: &str) -> Result<Vec<u32>, String> {
        let command = [c"/bin/sh", c"-c", &CString::new(script).unwrap()].map(CString::from).into();
        let exercise = Exercise { command, cage: None };
        exercise.ask(&question).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn the_question_goes_in_and_the_answer_comes_out() {
        assert_eq!(ask(r#"read q <&8; [ "$q" = '"hm"' ] && echo '{"answer":[7]}' >&9"#, "hm"), Ok(vec![7]));
        let long = "x".repeat(1 << 20);
        assert_eq!(ask(r#"n=$(wc -c <&8); echo "{\"answer\":[$n]}" >&9"#, &long), Ok(vec![(1 << 20) + 2]));
    }

    #[test]
    fn what_goes_wrong_is_told_apart() {
        let error = |script: &str| ask(script, &"x".repeat(1 << 17)).unwrap_err();
        assert_eq!(
            error(r#"echo '{"error":"no such id"}' >&9"#),
            "the exercise returned an error: no such id"
        );
        assert_eq!(error("exit 101"), "the exercise panicked; its message is in what the program printed");
        assert_eq!(error("exit 0"), "the exercise ended with exit code 0, without an answer");
        assert_eq!(error("exit 126"), "the exercise could not be confined");
        assert_eq!(error("kill -9 $$"), "the exercise was ended by signal 9, without an answer");
        assert_eq!(
            error("kill -11 $$"),
            "the exercise was ended by signal 11 (memory that is not its own), without an answer"
        );
        let rubbish = error(r#"echo '"end"' >&9"#);
        assert!(
            rubbish.starts_with("the exercise answered what cannot be read; it begins with `\"end\""),
            "{rubbish}"
        );
        assert_eq!(error("cat <&8 >/dev/null; yes >&9"), "the exercise answered with more than 16 MiB");
    }

    /// A session with a process that does this, without a cage.
    fn session(script: &str) -> Session {
        let command = [c"/bin/sh", c"-c", &CString::new(script).unwrap()].map(CString::from).into();
        Exercise { command, cage: None }.session().unwrap()
    }

    const SOON: Duration = Duration::from_secs(10);

    #[test]
    fn a_session_is_one_process_with_many_questions() {
        let mut session =
            session(r#"n=0; while read q <&8; do n=$((n + q)); echo "{\"answer\":$n}" >&9; done"#);
        let mut ask = |number: u32| session.ask_within::<u32>(SOON, &number).unwrap();
        assert_eq!([ask(5), ask(7), ask(1)], [5, 12, 13]);
        session.end_within(SOON).unwrap();
    }

    #[test]
    fn a_session_outlives_an_error_but_not_its_process() {
        let mut session = session(r#"read q <&8; echo '{"error":"no"}' >&9; read q <&8; exit 101"#);
        let mut ask =
            || session.ask_within::<u32>(SOON, &"").unwrap_err().downcast::<NoAnswer>().unwrap().why;
        assert_eq!([ask(), ask(), ask()], [Why::Error("no".to_owned()), Why::Panicked, Why::Panicked]);
    }

    #[test]
    fn a_session_that_comes_to_no_end_is_ended() {
        let limit = Duration::from_millis(100);
        let late = |error: anyhow::Error| error.downcast::<NoAnswer>().unwrap().why == Why::TooLate(limit);
        let mut one = session("exec sleep 1000");
        assert!(late(one.ask_within::<u32>(limit, &"").unwrap_err()));
        assert!(late(one.ask_within::<u32>(limit, &"").unwrap_err()));
        one.end_within(limit).unwrap();
        assert!(late(session("exec sleep 1000").end_within(limit).unwrap_err()));
    }

    #[test]
    fn what_comes_to_no_end_is_ended() {
        let command = [c"/bin/sh", c"-c", c"exec sleep 1000"].map(CString::from).into();
        let limit = Duration::from_millis(100);
        let exercise = Exercise { command, cage: None };
        let error = exercise.ask_within::<u32>(limit, &"").unwrap_err();
        let expected = NoAnswer { why: Why::TooLate(limit), place: None };
        assert_eq!(error.downcast_ref(), Some(&expected));
    }

    #[test]
    fn the_process_has_no_other_descriptor_and_no_environment() {
        let script = r#"
            for fd in 3 4 5 6 7 11 12 13; do [ -e /proc/self/fd/$fd ] && exit 1; done
            [ -z "$HOME$CARGO" ] || exit 2
            echo '{"answer":[]}' >&9"#;
        let open = std::fs::File::open("/dev/null").unwrap();
        assert_eq!(ask(script, ""), Ok(vec![]));
        drop(open);
    }
}
