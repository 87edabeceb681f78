//! The crafted packets, each with a line that says what it is.
//!
//! A packet may be broken on purpose. What a guard should say about it, this file does not know.

use crate::{
    packet::{IP, UDP, ethernet, ipv4, udp, udp_with_options},
    roles::{HERE, Roles},
};

/// One packet.
pub(crate) struct Case {
    /// What it is, in the reader's words.
    pub(crate) what: String,
    pub(crate) packet: Vec<u8>,
}

fn case(what: impl Into<String>, packet: Vec<u8>) -> Case {
    Case { what: what.into(), packet }
}

/// The first bytes of a packet.
fn cut(mut packet: Vec<u8>, length: usize) -> Vec<u8> {
    packet.truncate(length);
    packet
}

/// The packet with other bytes in one place.
fn with(mut packet: Vec<u8>, at: usize, bytes: &[u8]) -> Vec<u8> {
    packet[at..at + bytes.len()].copy_from_slice(bytes);
    packet
}

// ANCHOR: senders
/// Packets for which the sender decides, or should not.
pub(crate) fn senders(roles: &Roles) -> Vec<Case> {
    let Roles { friend, blocked: [first, second], open, .. } = *roles;
    let whole = || udp(first, open, b"data");
    let inner = whole()[IP..].to_vec();
    let mut tagged = vec![0, 5, 8, 0];
    tagged.extend(&inner);
    vec![
        case(format!("UDP from {first}"), whole()),
        case(format!("TCP from {second}"), ipv4(second, 6, 0, &[0; 20])),
        case(format!("UDP from {friend}"), udp(friend, open, b"data")),
        case(format!("UDP from {friend} to {first}"), with(udp(friend, open, b"data"), 30, &first.octets())),
        case(format!("{first}, cut after 34 bytes"), cut(whole(), 34)),
        case(format!("{first}, cut after 33 bytes"), cut(whole(), 33)),
        case(format!("{first}, cut after 30 bytes"), cut(whole(), 30)),
        case(format!("{first}, cut after 14 bytes"), cut(whole(), 14)),
        case(format!("IPv6, {first} in the same place"), ethernet([0x86, 0xdd], &inner)),
        case(format!("ARP, {first} in the same place"), ethernet([0x08, 0x06], &inner)),
        case(format!("VLAN 5, {first} in the same place"), ethernet([0x81, 0x00], &inner)),
        case(format!("VLAN 5, {first} behind the tag"), ethernet([0x81, 0x00], &tagged)),
    ]
}
// ANCHOR_END: senders

// ANCHOR: ports
/// Packets for which the port decides, if it is where it seems to be.
pub(crate) fn ports(roles: &Roles) -> Vec<Case> {
    let Roles { friend, open, closed, .. } = *roles;
    let whole = || udp(friend, closed, b"data");
    let options = |words| udp_with_options(friend, closed, words, b"data");
    let seems = closed.to_be_bytes();
    vec![
        case(format!("UDP to {open}"), udp(friend, open, b"data")),
        case(format!("UDP to {closed}"), whole()),
        case(format!("UDP from port {closed}"), with(udp(friend, open, b"data"), UDP, &seems)),
        case(format!("TCP to {closed}"), with(whole(), IP + 9, &[6])),
        case(format!("to {closed}, 4 bytes of options"), options(1)),
        case(format!("to {closed}, 40 bytes of options"), options(10)),
        case(
            format!("to {open}, but {closed} stands in its options"),
            with(udp_with_options(friend, open, 1, b"data"), UDP + 2, &seems),
        ),
        case(format!("to {closed}, may not be fragmented"), with(whole(), IP + 6, &[0x40, 0])),
        case(format!("to {closed}, first fragment"), with(whole(), IP + 6, &[0x20, 0])),
        case(format!("later fragment, {closed} in its data"), with(whole(), IP + 6, &[0x20, 3])),
        case(format!("last fragment, {closed} in its data"), with(whole(), IP + 6, &[0x1f, 0])),
        case(format!("to {closed}, cut after 42 bytes"), cut(whole(), 42)),
        case(format!("to {closed}, cut after 41 bytes"), cut(whole(), 41)),
        case(format!("to {closed}, cut in its options"), cut(options(10), 60)),
        case(format!("a header of 0 words, and {closed} its length"), {
            with(with(whole(), IP, &[0x40]), IP + 2, &seems)
        }),
    ]
}
// ANCHOR_END: ports

/// Packets whose judgement ends at different inner of a program.
pub(crate) fn ways_out(roles: &Roles) -> Vec<Case> {
    let Roles { friend, blocked: [first, _], open, closed, moved: [old, _], .. } = *roles;
    let data = b"data";
    vec![
        case(format!("from {first}"), udp(first, open, data)),
        case(format!("to {closed}"), udp(friend, closed, data)),
        case(format!("to {open}"), udp(friend, open, data)),
        case("IPv6", ethernet([0x86, 0xdd], &[0; 40])),
        case("cut after 20 bytes", cut(udp(friend, open, data), 20)),
        case(format!("TCP to {HERE}"), ipv4(friend, 6, 0, &[0; 20])),
        case(format!("to {old}"), udp(friend, old, data)),
    ]
}
