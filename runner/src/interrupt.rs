//! Ctrl-C: ends every process that we started, then lets the running command find out.

use std::time::Duration;

use crate::commands;

/// How long the command may take to tidy up before it is ended all the same.
const GRACE: Duration = Duration::from_secs(3);

/// Called by the signal handler's thread.
pub fn on_ctrl_c() {
    if vm::children::interrupted() {
        end();
    }
    vm::children::interrupt();
    std::thread::spawn(|| {
        std::thread::park_timeout(GRACE);
        // New children may have been started in the meantime.
        vm::children::interrupt();
        end();
    });
}

/// Ends this process when the command cannot: it may be held up by a terminal or a pipe that takes nothing.
fn end() -> ! {
    crate::run::terminal::give_back();
    eprintln!("interrupted");
    std::process::exit(commands::INTERRUPTED.into());
}
