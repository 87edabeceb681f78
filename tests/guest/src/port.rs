//! What root in the guest can do to the agent's port.

use std::{
    fs,
    io::{self, Read},
    os::fd::{FromRawFd, OwnedFd},
    path::PathBuf,
};

use wire::{Event, Exit};

use crate::process::silent;

/// The device behind the agent's descriptor.
fn agents_descriptor() -> io::Result<(i32, PathBuf)> {
    for entry in fs::read_dir("/proc/1/fd")?.flatten() {
        let device = fs::read_link(entry.path()).unwrap_or_default();
        if device.to_string_lossy().starts_with("/dev/vport")
            && let Ok(number) = entry.file_name().to_string_lossy().parse()
        {
            return Ok((number, device));
        }
    }
    Err(io::Error::other("the agent has no port open"))
}

/// A copy of the agent's own descriptor: the kernel lets nobody open the port a second time.
fn port() -> io::Result<fs::File> {
    let (number, _) = agents_descriptor()?;
    // SAFETY: takes no pointers; the descriptor that comes back belongs to nobody else.
    unsafe {
        let agent = libc::syscall(libc::SYS_pidfd_open, 1, 0);
        let copy = libc::syscall(libc::SYS_pidfd_getfd, agent, number, 0);
        if copy < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(OwnedFd::from_raw_fd(copy as i32).into())
    }
}

/// Tries to open the port beside the agent; succeeds if the kernel refuses.
pub(crate) fn second_open() -> io::Result<()> {
    let (_, device) = agents_descriptor()?;
    match fs::OpenOptions::new().read(true).write(true).open(device) {
        Err(error) if error.raw_os_error() == Some(libc::EBUSY) => Ok(()),
        Err(error) => Err(error),
        Ok(_) => Err(io::Error::other("the port could be opened a second time")),
    }
}

/// Bytes that are no frame: a length beyond every limit.
pub(crate) fn rubbish() -> io::Result<()> {
    io::Write::write_all(&mut port()?, &[0xff; 64])
}

/// The beginning of a frame whose rest never comes.
pub(crate) fn half_a_frame() -> io::Result<()> {
    io::Write::write_all(&mut port()?, &[200, 0, 0, 0, 4, 150, 1])
}

/// The agent's end message before its time, well formed.
pub(crate) fn forged_done() -> io::Result<()> {
    let mut port = port()?;
    for event in [Event::Exited(Exit::Code(0)), Event::Done] {
        wire::write_frame(&mut port, &event).map_err(io::Error::other)?;
    }
    silent()
}

/// An answer that nobody asked for.
pub(crate) fn forged_pong() -> io::Result<()> {
    wire::write_frame(&mut port()?, &Event::Pong(7)).map_err(io::Error::other)?;
    silent()
}

/// Reads what the host says in the agent's place, for ever.
pub(crate) fn stolen() -> io::Result<()> {
    let mut port = port()?;
    crate::say::everything()?;
    let mut bytes = [0; 4096];
    while port.read(&mut bytes)? > 0 {}
    silent()
}
