//! Two network interfaces that are the two ends of one wire: what is sent into one arrives at the other.
//!
//! It needs the module `veth` (`modules = ["veth"]` in `lab.toml`). Nothing is removed afterwards: a guest is used
//! once. No packet is made here, and no program attached.

use std::{
    fs,
    fs::File,
    io::{self, Read, Write},
    net::Ipv4Addr,
    os::fd::{FromRawFd, OwnedFd},
};

use anyhow::Context;

/// One end: its name, and the address that stands in the packets to it.
pub struct End {
    /// At most 15 bytes. Not `veth0`: that is what the kernel calls an end that was given no name.
    pub name: &'static str,
    /// For example `[2, 0, 0, 0, 0, 1]`: an odd first byte would be an address of a group, and 2 stands for "not a maker's".
    pub hardware: [u8; 6],
}

/// `VETH_INFO_PEER` of `include/uapi/linux/veth.h`.
const VETH_INFO_PEER: u16 = 1;

/// Makes both ends and switches them on, without IPv6: the kernel would send packets of its own.
///
/// # Errors
/// What the kernel says; `Operation not supported` without the module.
pub fn veth(near: &End, far: &End) -> anyhow::Result<()> {
    let peer = [interface(0), of_end(far)].concat();
    let data = attribute(VETH_INFO_PEER, &peer);
    let info = [attribute(libc::IFLA_INFO_KIND, b"veth"), attribute(libc::IFLA_INFO_DATA, &data)].concat();
    let body = [interface(0), of_end(near), attribute(libc::IFLA_LINKINFO, &info)].concat();
    request(libc::RTM_NEWLINK, libc::NLM_F_CREATE | libc::NLM_F_EXCL, &body)
        .with_context(|| format!("cannot make the interfaces `{}` and `{}`", near.name, far.name))?;
    for end in [near, far] {
        let path = format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", end.name);
        fs::write(&path, "1").with_context(|| format!("cannot write `{path}`"))?;
        let body = [interface(libc::IFF_UP), attribute(libc::IFLA_IFNAME, &zero_ended(end.name))].concat();
        request(libc::RTM_NEWLINK, 0, &body).with_context(|| format!("cannot switch on `{}`", end.name))?;
    }
    Ok(())
}

/// Gives an interface an address; the first 24 bits are those of its network.
///
/// # Errors
/// If there is no such interface, and what the kernel says.
pub fn set_address(name: &str, address: Ipv4Addr) -> anyhow::Result<()> {
    // struct ifaddrmsg: family, length of the prefix, flags, scope, interface.
    let head = [libc::AF_INET as u8, 24, 0, 0];
    let [local, whole] = [libc::IFA_LOCAL, libc::IFA_ADDRESS].map(|kind| attribute(kind, &address.octets()));
    let body = [head.to_vec(), index(name)?.to_ne_bytes().to_vec(), local, whole].concat();
    request(libc::RTM_NEWADDR, libc::NLM_F_CREATE, &body)
        .with_context(|| format!("cannot give `{name}` the address {address}"))
}

/// The number of an interface.
///
/// # Errors
/// If there is none of this name.
pub fn index(name: &str) -> anyhow::Result<u32> {
    let path = format!("/sys/class/net/{name}/ifindex");
    let text = fs::read_to_string(&path).with_context(|| format!("cannot read `{path}`"))?;
    Ok(text.trim().parse()?)
}

/// `struct ifinfomsg`: which flags are set, out of those that are to change.
fn interface(flags: libc::c_int) -> Vec<u8> {
    let flags = flags.to_ne_bytes();
    [[0; 8], [flags, flags].concat().try_into().expect("twice four bytes")].concat()
}

fn of_end(end: &End) -> Vec<u8> {
    [attribute(libc::IFLA_IFNAME, &zero_ended(end.name)), attribute(libc::IFLA_ADDRESS, &end.hardware)]
        .concat()
}

fn zero_ended(name: &str) -> Vec<u8> {
    [name.as_bytes(), b"\0"].concat()
}

/// `struct rtattr`: its length without the filling, its type, what it holds, and zeros up to a multiple of four.
fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = 4 + value.len() as u16;
    let mut bytes = [&length.to_ne_bytes(), &kind.to_ne_bytes(), value].concat();
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

/// Sends one request to the kernel and waits for its answer.
fn request(kind: u16, flags: libc::c_int, body: &[u8]) -> io::Result<()> {
    // SAFETY: the call takes no pointer, and the descriptor that it gives is ours alone.
    let socket = unsafe {
        let fd = libc::socket(libc::AF_NETLINK, libc::SOCK_RAW | libc::SOCK_CLOEXEC, libc::NETLINK_ROUTE);
        if fd < 0 {
            return Err(io::Error::last_os_error());
        }
        OwnedFd::from_raw_fd(fd)
    };
    let mut socket = File::from(socket);
    socket.write_all(&message(kind, flags | libc::NLM_F_REQUEST | libc::NLM_F_ACK, body))?;
    let mut answer = [0; 1024];
    let length = socket.read(&mut answer)?;
    // struct nlmsghdr, then the error's number, negative.
    match answer[..length].get(16..20) {
        Some(&[a, b, c, d]) => match i32::from_ne_bytes([a, b, c, d]) {
            0 => Ok(()),
            error => Err(io::Error::from_raw_os_error(-error)),
        },
        _ => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the kernel's answer is too short")),
    }
}

/// `struct nlmsghdr` and what follows it.
fn message(kind: u16, flags: libc::c_int, body: &[u8]) -> Vec<u8> {
    let length = 16 + body.len() as u32;
    [&length.to_ne_bytes()[..], &kind.to_ne_bytes(), &(flags as u16).to_ne_bytes(), &[0; 8], body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_attribute_is_filled_up_and_says_its_length_without_the_filling() {
        assert_eq!(attribute(1, b"veth"), [8, 0, 1, 0, b'v', b'e', b't', b'h']);
        assert_eq!(attribute(3, b"ab\0"), [7, 0, 3, 0, b'a', b'b', 0, 0]);
    }

    #[test]
    fn a_message_begins_with_its_own_length() {
        let message = message(libc::RTM_NEWLINK, libc::NLM_F_ACK, &interface(libc::IFF_UP));
        assert_eq!(message[..8], [32, 0, 0, 0, 16, 0, 4, 0]);
        assert_eq!(message[24..], [1, 0, 0, 0, 1, 0, 0, 0]);
    }
}
