//! How much of the verifier's log to ask for.
//!
//! A program is loaded with the statistics only. If it is refused, it is loaded once more with the
//! whole log, unless the verifier had already walked through so many instructions that the log would
//! not fit: then aya would run the verifier again with ever larger buffers, for minutes, and report
//! `ENOSPC` instead of the true error (measured: 73 s on 5.10, 319 s on 6.12).

use std::io;

use aya::programs::ProgramError;

/// Above this number of processed instructions the whole log is not asked for.
const WHOLE_LOG_UP_TO: u64 = 50_000;

/// The largest log that is reported, in bytes. What is left out is the middle.
const LOG_LIMIT: usize = 1 << 20;

/// What the kernel said about a refused program.
#[derive(Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The system's error.
    pub error: String,
    /// The verifier's log, without its middle if it is very long.
    pub log: String,
}

impl Refusal {
    /// `None` if the error is not the verifier's.
    #[must_use]
    pub fn of(error: &ProgramError) -> Option<Self> {
        let ProgramError::LoadError { io_error, verifier_log } = error else { return None };
        Some(Self { error: io_error.to_string(), log: shortened(&verifier_log.to_string(), LOG_LIMIT) })
    }

    /// Whether asking for the whole log is safe.
    #[must_use]
    pub fn may_be_repeated(&self) -> bool {
        let too_large = io::Error::from_raw_os_error(libc::E2BIG).to_string();
        self.error != too_large && processed(&self.log).is_none_or(|count| count <= WHOLE_LOG_UP_TO)
    }
}

/// How many instructions the verifier walked through, from the last line of its log:
/// `processed 7 insns (limit 1000000) …`.
fn processed(log: &str) -> Option<u64> {
    let (_, rest) = log.rsplit_once("processed ")?;
    rest.split_once(" insns")?.0.parse().ok()
}

/// The log with its middle left out, if it is longer than `limit` bytes: the program's beginning and
/// the verdict matter most, and the verdict stands at the end.
fn shortened(log: &str, limit: usize) -> String {
    if log.len() <= limit {
        return log.to_owned();
    }
    let head = log.floor_char_boundary(limit / 4);
    let tail = log.ceil_char_boundary(log.len() - limit / 2);
    format!("{}\n[{} bytes left out here]\n{}", &log[..head], tail - head, &log[tail..])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(error: i32, log: &str) -> Refusal {
        Refusal { error: io::Error::from_raw_os_error(error).to_string(), log: log.into() }
    }

    #[test]
    fn a_program_near_the_limit_is_never_loaded_with_the_whole_log() {
        let near =
            "BPF program is too large. Processed 1000001 insn\nprocessed 1000001 insns (limit 1000000) max";
        assert!(!refusal(libc::E2BIG, "").may_be_repeated());
        assert!(!refusal(libc::EACCES, near).may_be_repeated());
        assert!(refusal(libc::EACCES, "processed 7 insns (limit 1000000)").may_be_repeated());
        assert!(refusal(libc::EINVAL, "").may_be_repeated());
    }

    #[test]
    fn a_long_log_keeps_both_ends() {
        let log = format!("begin{}end", "ä".repeat(5000));
        let short = shortened(&log, 1000);
        assert!(
            short.starts_with("begin") && short.ends_with("end") && short.len() < 1000,
            "{}",
            short.len()
        );
        assert_eq!(shortened("short", 1000), "short");
    }
}
