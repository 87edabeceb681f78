//! Ends a compiler that says nothing for too long: an endless `const` must not hang a class.
//!
//! It watches for silence, not for the whole time: a first build may take minutes and talks all the while.

use std::{
    sync::mpsc::{RecvTimeoutError, Sender, channel},
    thread::{self, JoinHandle},
    time::Duration,
};

/// The longest silence of an honest build. The slowest single crate took about a minute on a busy machine.
pub const SILENCE: Duration = Duration::from_secs(300);

/// A thread that waits for signs of life.
pub(super) struct Watchdog {
    signs: Sender<()>,
    thread: JoinHandle<bool>,
}

impl Watchdog {
    /// Watches over the process groups that these processes lead, and ends them after a silence this long.
    pub(super) fn over(leaders: Vec<u32>, patience: Duration) -> Self {
        let (signs, seen) = channel();
        let thread = thread::spawn(move || {
            loop {
                match seen.recv_timeout(patience) {
                    Ok(()) => {}
                    Err(RecvTimeoutError::Disconnected) => return false,
                    Err(RecvTimeoutError::Timeout) => {
                        leaders.iter().for_each(|leader| vm::children::kill_group(*leader as i32));
                        return true;
                    }
                }
            }
        });
        Self { signs, thread }
    }

    /// A sign of life.
    pub(super) fn pat(&self) {
        // A watchdog that has bitten listens no longer.
        let _ = self.signs.send(());
    }

    /// Ends the watch; true if the processes were ended.
    pub(super) fn has_bitten(self) -> bool {
        drop(self.signs);
        self.thread.join().unwrap_or(false)
    }
}

#[cfg(test)]
mod tests {
    use std::{os::unix::process::CommandExt, process::Command};

    use super::*;

    #[test]
    fn silence_ends_the_group_and_talk_does_not() {
        let mut sleeper = Command::new("sleep").arg("600").process_group(0).spawn().unwrap();
        let watchdog = Watchdog::over(vec![sleeper.id()], Duration::from_millis(50));
        assert!(!sleeper.wait().unwrap().success());
        assert!(watchdog.has_bitten());

        let watchdog = Watchdog::over(Vec::new(), Duration::from_secs(60));
        watchdog.pat();
        assert!(!watchdog.has_bitten());
    }
}
