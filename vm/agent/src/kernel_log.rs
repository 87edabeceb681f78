//! The kernel's log since a moment, read from /dev/kmsg.

use std::{
    fs::{File, OpenOptions},
    io::{ErrorKind, Read, Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
};

/// The longest record that the kernel hands out in one read.
const RECORD: usize = 8192;

/// How many lines of one run are forwarded at most: a chatty kernel must not drown the observations.
const MOST_LINES: usize = 20_000;

/// A position in the kernel's log.
pub(crate) struct KernelLog(Option<File>);

impl KernelLog {
    /// Marks the present end of the log.
    pub(crate) fn mark() -> Self {
        let log = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open("/dev/kmsg").ok();
        Self(log.and_then(|mut log| log.seek(SeekFrom::End(0)).is_ok().then_some(log)))
    }

    /// The lines that came since the mark, without priority and sequence number.
    pub(crate) fn lines(mut self) -> Vec<String> {
        let Some(log) = &mut self.0 else { return Vec::new() };
        let mut lines = Vec::new();
        let mut record = [0; RECORD];
        while lines.len() < MOST_LINES {
            match log.read(&mut record) {
                Ok(0) => break,
                Ok(length) => lines.push(message(&String::from_utf8_lossy(&record[..length]))),
                // EPIPE: older records were overwritten; go on with the oldest that is left.
                Err(error) if error.raw_os_error() == Some(libc::EPIPE) => {}
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(_) => break,
            }
        }
        lines
    }
}

/// `6,339,5140900,-;text\n KEY=value\n` → `text`. The format is described in the kernel's
/// Documentation/ABI/testing/dev-kmsg.
fn message(record: &str) -> String {
    let text = record.split_once(';').map_or(record, |(_, text)| text);
    text.lines().next().unwrap_or_default().to_owned()
}
