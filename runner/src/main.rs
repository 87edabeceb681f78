//! The command line. Everything is in the library; this is the order of events.

use std::process::ExitCode;

use clap::Parser;
use runner::{cli::Cli, commands};

fn main() -> ExitCode {
    // A broken handler would only mean that Ctrl-C ends us without a word.
    let _ = ctrlc::set_handler(runner::interrupt::on_ctrl_c);
    match commands::run(Cli::parse()) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let code = commands::exit_code_of(&error);
            if commands::is_closed_output(&error) {
                // `| head`: the reader has what it wanted.
            } else if code == commands::INTERRUPTED {
                eprintln!("interrupted");
            } else {
                eprintln!("error: {}", commands::message(&error));
            }
            ExitCode::from(code)
        }
    }
}
