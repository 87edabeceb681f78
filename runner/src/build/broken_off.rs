//! What a learner reads when rustc did not refuse the exercise, but came to no end with it: it crashed, was
//! killed, or was silent for too long. Which package that was is known from cargo; whether it is the
//! exercise's is not decided here.

use super::messages::Messages;

/// What stands before the command in cargo's words about a compiler that was started and failed. One that
/// could not be started at all (`could not execute process`) is the machine's fault.
const FAILED: &str = "process didn't exit successfully: ";

/// How many lines of what rustc wrote are kept at most, and how many characters of each.
const MOST: usize = 40;
const LONGEST: usize = 300;

/// The text for a package whose compilation broke off; `None` if it did not, or if the compiler itself
/// could not be started.
pub(super) fn text(messages: &Messages, package: &str) -> Option<String> {
    let warnings = messages.diagnostics.get(package).map(|said| said.text.as_str()).unwrap_or_default();
    if let Some(waited) = messages.silent.get(package) {
        return Some(format!(
            "{warnings}error: the compiler said nothing for {} s while it compiled `{package}`, and was ended\nhelp: does a `const`, a type or a macro in the exercise take for ever to work out?\n",
            waited.as_secs()
        ));
    }
    let cause = messages.failed.get(package)?;
    let ended = cause.lines().find_map(|line| line.trim().strip_prefix(FAILED))?;
    // Behind the command, which is a thousand characters long and full of this machine's paths.
    let status = ended.rsplit('`').next().unwrap_or_default().trim();
    let words: String =
        messages.talk.lines().filter(|line| is_rustcs(line)).take(MOST).map(clipped).collect();
    Some(format!("{warnings}{words}error: rustc did not come to an end with `{package}` {status}\n"))
}

/// Whether a line is one of rustc's own words, not a frame of its backtrace and not cargo's.
fn is_rustcs(line: &str) -> bool {
    let frame = line.starts_with('/') || line.starts_with("###");
    let cargos = line.contains("could not compile `")
        || line.starts_with("Caused by:")
        || line.starts_with("warning: build failed")
        || line.trim_start().starts_with(FAILED)
        || line.trim_start().starts_with("Finished ");
    !(frame || cargos || line.trim().is_empty())
}

fn clipped(line: &str) -> String {
    line.chars().take(LONGEST).chain(['\n']).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// Recorded with rustc 1.95.0, paths and most of the frames shortened.
    const CRASH: &str = include_str!("samples/rustc-crash.txt");

    fn taken(text: &str) -> Messages {
        let mut messages = Messages::default();
        text.split_inclusive('\n').for_each(|line| messages.take(line, &mut |_| {}));
        messages
    }

    #[test]
    fn a_crash_is_told_in_rustcs_words() {
        insta::assert_snapshot!("rustc_crashed", text(&taken(CRASH), "lab-01-hello-ebpf").unwrap());
        assert_eq!(text(&taken(CRASH), "lab-02-bpfls-ebpf"), None);
    }

    #[test]
    fn a_killed_compiler_and_one_that_is_not_there() {
        let killed =
            CRASH.replace("signal: 11, SIGSEGV: invalid memory reference", "signal: 9, SIGKILL: kill");
        assert!(text(&taken(&killed), "lab-01-hello-ebpf").unwrap().contains("(signal: 9, SIGKILL: kill)"));
        let absent = CRASH.replace(FAILED, "could not execute process ");
        assert_eq!(text(&taken(&absent), "lab-01-hello-ebpf"), None);
    }

    #[test]
    fn silence_is_told_with_its_length() {
        let mut messages = Messages::default();
        messages.silent.insert("lab-01-hello-ebpf".to_owned(), Duration::from_secs(300));
        insta::assert_snapshot!("rustc_silent", text(&messages, "lab-01-hello-ebpf").unwrap());
    }
}
