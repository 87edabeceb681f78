//! The frame of a run: from the first check to the end message.
//!
//! It writes records and nothing else. It does not decide, and it does not compare.

use std::{fmt::Display, fs::File, io::Write, os::fd::FromRawFd, process::ExitCode, rc::Rc};

use channel::{CHANNEL_FD, Record};

use crate::{Failure, Opener, Refusal, Seed};

/// One run of a lab in the guest: where observations go, and what the run depends on.
pub struct Lab {
    channel: Channel,
    seed: Seed,
}

/// Where records go. It is shared, never copied: a second descriptor might survive where the first is closed.
#[derive(Clone)]
pub(crate) struct Channel(Rc<File>);

/// Runs a lab's `body` and says how it went.
///
/// The end message, without which no run counts, is written only when `body` came through. A
/// [`Failure`] becomes the record that it carries. Any other error, the lab's own or that of a
/// [`crate::confined`] exercise, goes to standard error: the judge decides nothing by it.
pub fn lab(body: impl FnOnce(&mut Lab) -> anyhow::Result<()>) -> ExitCode {
    // SAFETY: the agent opens descriptor 3 for this program alone, and nothing else here owns it.
    let channel = Channel(Rc::new(unsafe { File::from_raw_fd(CHANNEL_FD) }));
    let mut lab = Lab { channel, seed: Seed::from_environment() };
    match body(&mut lab) {
        Ok(()) => {
            lab.channel.write(&Record::End);
            ExitCode::SUCCESS
        }
        Err(error) => {
            match error.downcast_ref::<Failure>() {
                Some(failure) => lab.channel.write(failure.record()),
                None => eprintln!("the lab cannot go on: {error:#}"),
            }
            ExitCode::FAILURE
        }
    }
}

impl Lab {
    /// Begins a check: observations belong to it until the next one begins. The name is the one in `lab.toml`.
    pub fn check(&mut self, name: &str) {
        self.channel.write(&Record::Check(name.to_owned()));
    }

    /// Reports one observation, one line of text. What legitimately varies is marked by [`crate::mask`].
    pub fn observe(&mut self, line: impl Display) {
        self.channel.write(&Record::Observe(line.to_string()));
    }

    /// Reports that the verifier refused a program, as one observation: `PROGRAM: refused: CAUSE`. Which cause it is, the
    /// host finds in the log.
    pub fn observe_refusal(&mut self, program: &str, refusal: &Refusal) {
        let Refusal { error, log } = refusal;
        let (program, error, log) = (program.to_owned(), error.clone(), log.clone());
        self.channel.write(&Record::Refused { program, error, log });
    }

    /// The source of this run's names and numbers. Ask it in a fixed order.
    pub fn seed(&mut self) -> &mut Seed {
        &mut self.seed
    }

    /// The learner's object, not opened yet.
    #[must_use]
    pub fn object(&self) -> Opener {
        Opener::new(self.channel.clone())
    }
}

impl Channel {
    /// # Panics
    /// If the channel is closed: nobody is left to tell.
    pub(crate) fn write(&self, record: &Record) {
        (&*self.0).write_all(record.to_line().as_bytes()).expect("the observation channel is open");
    }
}
