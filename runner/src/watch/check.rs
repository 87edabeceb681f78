//! A running check: a process of its own, so that a newer save can end it at once, guests and compiler included.

use std::{
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::Sender,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rustix::process::{Pid, Signal, kill_process};

use super::{Options, model::Input};
use crate::report::CheckEvent;

/// How much of what a check says beside its events is kept, in bytes.
const SAID: u64 = 64 << 10;

/// A check. Dropping it ends it, with everything that it started.
pub(super) struct Check {
    child: Child,
    /// Ends the process group when dropped.
    registration: Option<vm::children::Registration>,
}

impl Check {
    /// Starts `runner check` of this executable; what it says is sent as inputs of this generation.
    ///
    /// # Errors
    /// When the process cannot be started.
    pub(super) fn start(
        options: &Options,
        kernels: &[String],
        generation: u64,
        inputs: Sender<Input>,
    ) -> Result<Self> {
        let program = std::env::current_exe().context("cannot find the runner's own executable")?;
        let mut command = Command::new(program);
        command.args(["check", &options.lab, "--offline", "--format", "events"]);
        command.args(kernels.iter().flat_map(|kernel| ["--kernel", kernel]));
        command.current_dir(&options.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        vm::children::contain(&mut command, &[]);
        let mut child = command.spawn().context("cannot start a check")?;
        let registration = Some(vm::children::Registration::of(child.id()));
        let (events, talk) = (child.stdout.take(), child.stderr.take());
        thread::spawn(move || {
            let said = talk.map(|talk| thread::spawn(move || read(talk)));
            for line in events.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok)
            {
                if let Ok(event) = serde_json::from_str::<CheckEvent>(&line)
                    && inputs.send(Input::Event { generation, event }).is_err()
                {
                    return;
                }
            }
            let said = said.and_then(|said| said.join().ok()).unwrap_or_default();
            let _ = inputs.send(Input::Ended { generation, said });
        });
        Ok(Self { child, registration })
    }
}

impl Drop for Check {
    /// Asks first, as Ctrl-C does: a check that ends itself also ends what its compiler started.
    fn drop(&mut self) {
        /// A check that is asked ends within a few hundredths of a second.
        const PATIENCE: Duration = Duration::from_millis(500);
        /// How often to look whether it has.
        const LOOK: Duration = Duration::from_millis(5);
        if let Some(pid) = Pid::from_raw(self.child.id().cast_signed()) {
            let _ = kill_process(pid, Signal::INT);
        }
        let begin = Instant::now();
        while begin.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            thread::park_timeout(LOOK);
        }
        self.registration = None;
        let _ = self.child.wait();
    }
}

fn read(stream: impl Read) -> String {
    let mut said = Vec::new();
    let mut stream = stream.take(SAID);
    let _ = stream.read_to_end(&mut said);
    // To the end: a full pipe would hold the check up.
    let _ = std::io::copy(&mut stream.into_inner(), &mut std::io::sink());
    String::from_utf8_lossy(&said).into_owned()
}
