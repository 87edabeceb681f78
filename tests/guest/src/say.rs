//! What a lab's program says on its observation channel.

use std::{fs::File, io, io::Write, mem::ManuallyDrop, os::fd::FromRawFd};

use channel::{CHANNEL_FD, Record};

/// The descriptor of the observation channel.
pub(crate) const CHANNEL: i32 = CHANNEL_FD;

/// Writes bytes to a descriptor, all of them.
pub(crate) fn write(fd: i32, bytes: &[u8]) -> io::Result<()> {
    // SAFETY: the file is never dropped, so the descriptor is not closed under anybody's hands.
    let mut file = ManuallyDrop::new(unsafe { File::from_raw_fd(fd) });
    file.write_all(bytes)
}

/// Writes bytes to the observation channel as they are.
pub(crate) fn raw(bytes: &[u8]) -> io::Result<()> {
    write(CHANNEL, bytes)
}

fn records(records: &[Record]) -> io::Result<()> {
    raw(records.iter().map(Record::to_line).collect::<String>().as_bytes())
}

/// What the tests expect: the check `fault` with the observation `alive`, and the end.
pub(crate) fn everything() -> io::Result<()> {
    all_but_the_end()?;
    records(&[Record::End])
}

/// The same without the end.
pub(crate) fn all_but_the_end() -> io::Result<()> {
    records(&[Record::Check("fault".into()), Record::Observe("alive".into())])
}
