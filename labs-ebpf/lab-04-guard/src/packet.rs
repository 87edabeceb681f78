//! What lies in a packet, byte for byte, and one sum. You read this file; you do
//! not edit it.
//!
//! It does not look for anything in a packet: where a header begins, and whether
//! all of it is there, `exercise.rs` finds out.
#![allow(dead_code, reason = "the untouched exercise uses only a part")]

// ANCHOR: headers
/// The first 14 bytes of a packet (IEEE 802.3).
///
/// Numbers in packets have their high byte first. They stay rows of bytes here:
/// no field needs an aligned address, and no byte is swapped before you ask.
#[repr(C)]
pub struct Ethernet {
    pub destination: [u8; 6],
    pub source: [u8; 6],
    /// What follows: for example `IPV4`.
    pub kind: [u8; 2],
}

/// The first 20 bytes of an IPv4 header, behind Ethernet's (RFC 791, 3.1).
#[repr(C)]
pub struct Ipv4 {
    /// The upper four bits say 4. The lower four say how long the whole header is,
    /// in words of 4 bytes: 5 without options, up to 15 with them.
    pub version_and_words: u8,
    pub service: u8,
    pub length: [u8; 2],
    pub id: [u8; 2],
    /// Three bits of flags, then 13 bits that say where in the whole datagram this
    /// fragment belongs: 0 at the beginning.
    pub fragment: [u8; 2],
    pub ttl: u8,
    /// What follows the header: for example `UDP`.
    pub protocol: u8,
    pub checksum: [u8; 2],
    pub source: [u8; 4],
    pub destination: [u8; 4],
}

/// The 8 bytes behind the whole IPv4 header (RFC 768).
#[repr(C)]
pub struct Udp {
    pub source: [u8; 2],
    pub destination: [u8; 2],
    pub length: [u8; 2],
    pub checksum: [u8; 2],
}

/// `Ethernet::kind` of an IPv4 packet.
pub const IPV4: [u8; 2] = [0x08, 0x00];

/// `Ipv4::protocol` of UDP.
pub const UDP: u8 = 17;
// ANCHOR_END: headers

// ANCHOR: checksum
/// The UDP checksum after two bytes that it covers became `new`: RFC 1624,
/// equation 3. Nothing else of the packet is read.
pub fn checksum_after(checksum: [u8; 2], old: [u8; 2], new: [u8; 2]) -> [u8; 2] {
    // Two zero bytes are no checksum: the sender has not made one (RFC 768).
    if checksum == [0, 0] {
        return checksum;
    }
    let number = |bytes| u32::from(u16::from_be_bytes(bytes));
    let sum = (0xffff - number(checksum)) + (0xffff - number(old)) + number(new);
    // What was carried out of 16 bits is added at the low end, twice.
    let sum = (sum & 0xffff) + (sum >> 16);
    let sum = (sum & 0xffff) + (sum >> 16);
    // A sum that comes to zero is sent as all ones, since zero means "none".
    if sum == 0xffff { [0xff, 0xff] } else { (0xffff - sum as u16).to_be_bytes() }
}
// ANCHOR_END: checksum
