//! Who is who: which addresses and ports are on which list in this run.
//!
//! Every address and every port can get every role, so that nothing but the lists tells them apart.

use std::net::Ipv4Addr;

use kit::Seed;

/// Addresses for documentation (RFC 5737): they belong to nobody.
const HOSTS: [u8; 7] = [17, 66, 123, 42, 91, 180, 213];

const PORTS: [u16; 7] = [1618, 2718, 3141, 4142, 1414, 5772, 6626];

/// The interface behind the guard.
pub(crate) const HERE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 1);

/// The roles of one run.
pub(crate) struct Roles {
    /// On no list.
    pub(crate) friend: Ipv4Addr,
    /// On the list of senders.
    pub(crate) blocked: [Ipv4Addr; 2],
    /// On no list.
    pub(crate) open: u16,
    /// On the list of closed ports.
    pub(crate) closed: u16,
    /// On the list of moved ports: what is sent to the first is to arrive at the second.
    pub(crate) moved: [u16; 2],
    /// On no list: where the last packet of a round goes.
    pub(crate) last: u16,
}

impl Roles {
    pub(crate) fn draw(seed: &mut Seed) -> Self {
        let (mut hosts, mut ports) = (HOSTS, PORTS);
        seed.shuffle(&mut hosts);
        seed.shuffle(&mut ports);
        let [friend, first, second, ..] = hosts.map(|host| Ipv4Addr::new(192, 0, 2, host));
        let [open, closed, old, new, last, ..] = ports;
        Self { friend, blocked: [first, second], open, closed, moved: [old, new], last }
    }
}
