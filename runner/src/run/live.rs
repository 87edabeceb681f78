//! A run as somebody watches it: each line as it comes, marked with where it comes from. It judges nothing.

use std::io::{self, Write};

use channel::Record;
use wire::{Event, Stream};

use crate::judge::{unmarked, visible};

/// How many lines of a verifier's log are shown at its end: the reason is there.
const LOG_LINES: usize = 12;

/// Prints what a run says. The first failure to print is kept, and nothing is printed after it.
pub struct Live<W> {
    to: W,
    observations: Lines,
    out: Lines,
    err: Lines,
    failure: Option<io::Error>,
}

/// What has come of a line whose end has not.
#[derive(Debug, Default)]
pub(super) struct Lines(Vec<u8>);

impl<W: Write> Live<W> {
    /// Prints to this writer.
    pub fn to(writer: W) -> Self {
        let none = Lines::default;
        Self { to: writer, observations: none(), out: none(), err: none(), failure: None }
    }

    /// Prints what an event completes.
    pub fn hear(&mut self, event: &Event) {
        let lines: Vec<String> = match event {
            Event::Observation(bytes) => {
                self.observations.push(bytes).iter().map(|line| record(line)).collect()
            }
            Event::Diagnostic { stream: Stream::Out, bytes } => said("stdout", &self.out.push(bytes)),
            Event::Diagnostic { stream: Stream::Err, bytes } => said("stderr", &self.err.push(bytes)),
            Event::KernelLog(line) => vec![format!("kernel: {}", visible(line))],
            _ => return,
        };
        self.print(&lines);
    }

    /// Prints what has no end, and one line more if it is not empty.
    ///
    /// # Errors
    /// The first failure to print.
    pub fn end(mut self, last: &str) -> io::Result<()> {
        let mut lines = said("stdout", &self.out.rest());
        lines.extend(said("stderr", &self.err.rest()));
        lines.extend(self.observations.rest().iter().map(|line| record(line)));
        lines.extend((!last.is_empty()).then(|| last.to_owned()));
        self.print(&lines);
        self.failure.map_or(Ok(()), Err)
    }

    fn print(&mut self, lines: &[String]) {
        if self.failure.is_some() || lines.is_empty() {
            return;
        }
        let text = lines.join("\n") + "\n";
        self.failure = self.to.write_all(text.as_bytes()).and_then(|()| self.to.flush()).err();
    }
}

impl Lines {
    /// The lines that these bytes complete.
    pub(super) fn push(&mut self, bytes: &[u8]) -> Vec<String> {
        self.0.extend_from_slice(bytes);
        let Some(end) = self.0.iter().rposition(|byte| *byte == b'\n') else { return Vec::new() };
        let rest = self.0.split_off(end + 1);
        let whole = std::mem::replace(&mut self.0, rest);
        String::from_utf8_lossy(&whole).lines().map(str::to_owned).collect()
    }

    /// The line that has no end.
    fn rest(&mut self) -> Vec<String> {
        let rest = std::mem::take(&mut self.0);
        String::from_utf8_lossy(&rest).lines().map(str::to_owned).collect()
    }
}

fn said(who: &str, lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| format!("{who}: {}", visible(line))).collect()
}

/// A record in words; a line that is none as it is.
fn record(line: &str) -> String {
    match Record::from_line(line) {
        Ok(Record::Check(name)) => format!("check {}", visible(&name)),
        Ok(Record::Observe(text)) => format!("  {}", unmarked(&text)),
        Ok(Record::Rejected { program, error, log } | Record::Refused { program, error, log }) => {
            let log: Vec<String> = log.lines().map(|line| format!("  {}", visible(line))).collect();
            let tail = &log[log.len().saturating_sub(LOG_LINES)..];
            let left_out = match log.len() - tail.len() {
                0 => String::new(),
                count => format!("\n  … ({count} lines of the verifier's log before these)"),
            };
            let refused = format!("the verifier rejected `{}`: {}", visible(&program), visible(&error));
            [refused + &left_out].into_iter().chain(tail.iter().cloned()).collect::<Vec<_>>().join("\n")
        }
        Ok(Record::OpenFailed { what, error }) => {
            format!("cannot open {}: {}", visible(&what), visible(&error))
        }
        Ok(Record::AttachFailed { program, hook, error }) => {
            format!("cannot attach `{}` to {}: {}", visible(&program), visible(&hook), visible(&error))
        }
        Ok(Record::Loaded { program, .. }) => format!("the kernel accepted `{}`", visible(&program)),
        Ok(Record::Undecided { program, why }) => {
            format!("no answer about `{}`: {}", visible(&program), visible(&why))
        }
        Ok(Record::End) => "end".to_owned(),
        Err(_) => format!("not a record: {}", visible(line)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(events: &[Event]) -> String {
        let mut text = Vec::new();
        let mut live = Live::to(&mut text);
        events.iter().for_each(|event| live.hear(event));
        live.end("last").unwrap();
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn a_line_is_shown_when_it_is_whole_and_half_a_one_at_the_end() {
        let observed = |text: &str| Event::Observation(text.into());
        let printed = |text: &str| Event::Diagnostic { stream: Stream::Err, bytes: text.into() };
        let events = [
            observed("{\"check\":\"greeting\"}\n{\"obs"),
            printed("wait"),
            Event::KernelLog("hello\u{1b}[2J".into()),
            observed("erve\":\"pid <pid=7>\"}\n\"end\"\n"),
            printed("ing"),
        ];
        let expected = "check greeting\nkernel: hello\\u{1b}[2J\n  pid 7\nend\nstderr: waiting\nlast\n";
        assert_eq!(shown(&events), expected);
    }

    #[test]
    fn of_a_long_log_the_end_is_shown() {
        let log: String = (0..20).map(|number| format!("line {number}\n")).collect();
        let record = Record::Rejected { program: "p".into(), error: "EACCES".into(), log };
        let text = shown(&[Event::Observation(record.to_line().into_bytes())]);
        assert!(text.starts_with("the verifier rejected `p`: EACCES\n  … (8 lines"), "{text}");
        assert!(text.contains("  line 8\n") && !text.contains("line 7\n") && text.contains("line 19\nlast"));
    }
}
