//! The same on a wire: packets that the kernel receives, with and without the program in their way.
//!
//! Two interfaces are the ends of one wire. Packets go into one as they are; behind the other sits the program, and
//! behind that the kernel's own network code with ordinary sockets.

use std::{
    io,
    net::{IpAddr, Ipv4Addr, UdpSocket},
    time::Duration,
};

use aya::programs::{Xdp, XdpMode};
use kit::{
    Lab, Object,
    veth::{self, End},
};

use crate::{
    guard::{Guard, difference},
    packet::{INSIDE, OUTSIDE, udp},
    roles::{HERE, Roles},
    sender::Sender,
};

/// What each datagram carries.
const DATA: &[u8] = b"the data";

/// How long the last packet of a round may take. Only a program that drops it makes anybody wait.
const LAST: Duration = Duration::from_secs(1);

/// Attaches the program, changes a list, attaches it the other way, detaches it: a round of packets each time.
pub(crate) fn check(
    lab: &mut Lab,
    object: &mut Object,
    guard: &mut Guard,
    roles: &Roles,
) -> anyhow::Result<()> {
    let mut wire = Wire::new(lab, roles)?;
    let [sender, _] = roles.blocked;
    let mut program = object.loaded::<Xdp>("guard")?;
    lab.check("live");

    // ANCHOR: rounds
    wire.round(lab, "without")?;
    let before = guard.counts()?;
    let link = program.attach_to("XDP of `inside`, generic", |p| p.attach("inside", XdpMode::Skb))?;
    wire.round(lab, "generic")?;
    guard.unblock(sender)?;
    wire.round(lab, "unlisted")?;
    guard.block(sender)?;
    program.detach(link)?;
    let link =
        program.attach_to("XDP of `inside`, in the driver", |p| p.attach("inside", XdpMode::Driver))?;
    wire.round(lab, "driver")?;
    program.detach(link)?;
    let after = guard.counts()?;
    wire.round(lab, "detached")?;
    // ANCHOR_END: rounds

    lab.observe(format!("the guard's own count: {}", difference(before, after)));
    Ok(())
}

/// The wire, the sockets at its end, and what a round sends.
struct Wire<'a> {
    roles: &'a Roles,
    sender: Sender,
    packets: Vec<Vec<u8>>,
    open: UdpSocket,
    closed: UdpSocket,
    moved: [UdpSocket; 2],
    last: UdpSocket,
}

impl<'a> Wire<'a> {
    fn new(lab: &mut Lab, roles: &'a Roles) -> anyhow::Result<Self> {
        let outside = End { name: "outside", hardware: OUTSIDE };
        let inside = End { name: "inside", hardware: INSIDE };
        veth::veth(&outside, &inside)?;
        veth::set_address("inside", HERE)?;

        let Roles { friend, blocked: [sender, _], open, closed, moved: [old, _], .. } = *roles;
        let shares = [
            (friend, open, lab.seed().number(12, 5..=15)),
            (sender, open, lab.seed().number(7, 5..=15)),
            (friend, closed, lab.seed().number(5, 5..=15)),
            (friend, old, lab.seed().number(9, 5..=15)),
        ];
        let mut packets: Vec<_> =
            shares.iter().flat_map(|(from, to, count)| (0..*count).map(|_| udp(*from, *to, DATA))).collect();
        lab.seed().shuffle(&mut packets);
        Ok(Self {
            roles,
            sender: Sender::open("outside")?,
            packets,
            open: socket(open)?,
            closed: socket(closed)?,
            moved: [socket(roles.moved[0])?, socket(roles.moved[1])?],
            last: socket(roles.last)?,
        })
    }

    /// Sends all packets and says where they arrived.
    fn round(&mut self, lab: &mut Lab, what: &str) -> anyhow::Result<()> {
        for packet in &self.packets {
            self.sender.send(packet)?;
        }
        // A wire keeps the order: when this one is there, the others are, or will never be.
        self.sender.send(&udp(self.roles.friend, self.roles.last, DATA))?;
        self.last.set_nonblocking(false)?;
        self.last.set_read_timeout(Some(LAST))?;
        let all = if self.last.recv(&mut [0; 64]).is_ok() { "" } else { ", and the last one is lost" };

        let senders = arrived(&self.open)?;
        let from = |sender| senders.iter().filter(|from| **from == sender).count();
        let (friend, blocked) = (from(self.roles.friend), from(self.roles.blocked[0]));
        let closed = arrived(&self.closed)?.len();
        let [old, new] = [arrived(&self.moved[0])?.len(), arrived(&self.moved[1])?.len()];
        lab.observe(format!(
            "{what}: friend {friend}, blocked {blocked}, closed {closed}, old {old}, new {new}{all}"
        ));
        Ok(())
    }
}

fn socket(port: u16) -> io::Result<UdpSocket> {
    let socket = UdpSocket::bind((HERE, port))?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

/// The senders of the datagrams that wait in a socket and carry what was sent.
fn arrived(socket: &UdpSocket) -> io::Result<Vec<Ipv4Addr>> {
    let mut senders = Vec::new();
    let mut data = [0; 64];
    loop {
        match socket.recv_from(&mut data) {
            Ok((length, from)) if data[..length] == *DATA => {
                if let IpAddr::V4(sender) = from.ip() {
                    senders.push(sender);
                }
            }
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(senders),
            Err(error) => return Err(error),
        }
    }
}
