//! The command line. Everything is in the library; this is the order of events.

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches};
use runner::{cli::Cli, commands, paths};

fn main() -> ExitCode {
    // A broken handler would only mean that Ctrl-C ends us without a word.
    let _ = ctrlc::set_handler(runner::interrupt::on_ctrl_c);
    let mut line = Cli::command().bin_name(paths::command_word());
    let matches = line.get_matches_mut();
    let cli = Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.format(&mut line).exit());
    match commands::run(cli) {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let code = commands::exit_code_of(&error);
            if commands::is_closed_output(&error) {
                // `| head`: the reader has what it wanted.
            } else if code == commands::INTERRUPTED {
                eprintln!("interrupted");
            } else {
                eprintln!("{}", commands::told(&error));
            }
            ExitCode::from(code)
        }
    }
}
