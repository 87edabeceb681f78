//! A socket that sends packets as they are, headers included: packet(7).
//!
//! It makes no header and looks at none.

use std::{
    io,
    mem::zeroed,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
};

use kit::veth;

/// Sends out of one interface.
pub(crate) struct Sender {
    socket: OwnedFd,
    to: libc::sockaddr_ll,
}

impl Sender {
    pub(crate) fn open(interface: &str) -> anyhow::Result<Self> {
        let index = veth::index(interface)?;
        // SAFETY: the call takes no pointer, its descriptor is ours alone; an address of zeros is valid.
        unsafe {
            let fd = libc::socket(libc::AF_PACKET, libc::SOCK_RAW | libc::SOCK_CLOEXEC, 0);
            if fd < 0 {
                return Err(io::Error::last_os_error().into());
            }
            let mut to: libc::sockaddr_ll = zeroed();
            to.sll_family = libc::AF_PACKET as u16;
            to.sll_ifindex = index as i32;
            to.sll_halen = 6;
            Ok(Self { socket: OwnedFd::from_raw_fd(fd), to })
        }
    }

    pub(crate) fn send(&self, packet: &[u8]) -> io::Result<()> {
        let (to, size) = (&raw const self.to, size_of::<libc::sockaddr_ll>() as u32);
        // SAFETY: both pointers come with the sizes of what they point to, which outlives the call.
        let sent = unsafe {
            libc::sendto(self.socket.as_raw_fd(), packet.as_ptr().cast(), packet.len(), 0, to.cast(), size)
        };
        if sent < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }
}
