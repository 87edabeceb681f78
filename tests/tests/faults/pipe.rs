//! A pipe that is full: whoever writes into it waits.

use std::{io, os::fd::AsFd};

use rustix::{
    fs::{OFlags, fcntl_getfl, fcntl_setfl},
    io::Errno,
};

/// A full pipe. It stays full as long as nobody reads.
///
/// # Panics
/// If the system has no pipe left.
pub(crate) fn full() -> (io::PipeReader, io::PipeWriter) {
    let (reader, writer) = io::pipe().expect("a pipe");
    let flags = fcntl_getfl(writer.as_fd()).expect("its flags");
    fcntl_setfl(writer.as_fd(), flags | OFlags::NONBLOCK).expect("a pipe that does not block");
    loop {
        match rustix::io::write(&writer, &[b'.'; 4096]) {
            Ok(_) => {}
            Err(Errno::AGAIN) => break,
            Err(error) => panic!("cannot fill a pipe: {error}"),
        }
    }
    fcntl_setfl(writer.as_fd(), flags).expect("a pipe that blocks");
    (reader, writer)
}
