//! Packets, made byte by byte: Ethernet, IPv4, UDP.
//!
//! What a test changes in them afterwards, it changes in the bytes.

use std::net::Ipv4Addr;

use crate::roles::HERE;

/// The interface that sends; an address that its maker need not have given (the 2).
pub(crate) const OUTSIDE: [u8; 6] = [2, 0, 0, 0, 0, 1];
/// The interface behind the guard.
pub(crate) const INSIDE: [u8; 6] = [2, 0, 0, 0, 0, 2];

/// Where IPv4's header begins: behind Ethernet's 14 bytes.
pub(crate) const IP: usize = 14;
/// Where UDP's begins if IPv4's has no options.
pub(crate) const UDP: usize = 34;

/// A datagram with a checksum, in one packet.
pub(crate) fn udp(source: Ipv4Addr, port: u16, data: &[u8]) -> Vec<u8> {
    udp_with_options(source, port, 0, data)
}

/// The same with so many words of options, which say "no operation" (1; RFC 791, 3.1).
pub(crate) fn udp_with_options(source: Ipv4Addr, port: u16, words: usize, data: &[u8]) -> Vec<u8> {
    let length = (8 + data.len()) as u16;
    let mut udp = [40_000_u16, port, length, 0].map(u16::to_be_bytes).concat();
    udp.extend(data);
    let checksum = match !sum(&[pseudo_header(source, length), udp.clone()].concat()) {
        0 => 0xffff,
        checksum => checksum,
    };
    udp[6..8].copy_from_slice(&checksum.to_be_bytes());
    ipv4(source, 17, words, &udp)
}

/// IPv4's header, and what is to stand behind it.
pub(crate) fn ipv4(source: Ipv4Addr, protocol: u8, words: usize, payload: &[u8]) -> Vec<u8> {
    let mut header = vec![0x45 + words as u8, 0];
    header.extend(((20 + words * 4 + payload.len()) as u16).to_be_bytes());
    header.extend([0, 77, 0, 0, 64, protocol, 0, 0]);
    header.extend(source.octets());
    header.extend(HERE.octets());
    header.extend(vec![1; words * 4]);
    let checksum = !sum(&header);
    header[10..12].copy_from_slice(&checksum.to_be_bytes());
    ethernet([8, 0], &[header, payload.to_vec()].concat())
}

/// Ethernet's header, and what is to stand behind it.
pub(crate) fn ethernet(kind: [u8; 2], payload: &[u8]) -> Vec<u8> {
    [&INSIDE[..], &OUTSIDE, &kind, payload].concat()
}

/// Two bytes of a packet as a number.
pub(crate) fn number(packet: &[u8], at: usize) -> u16 {
    packet.get(at..at + 2).map_or(0, |bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
}

/// Whether the checksum of a UDP datagram fits its bytes. It is calculated anew, from all of them.
pub(crate) fn checksum(packet: &[u8]) -> &'static str {
    let begin = IP + usize::from(packet[IP] & 15) * 4;
    let [a, b, c, d] = [26, 27, 28, 29].map(|at| packet[at]);
    let udp = &packet[begin..];
    if number(udp, 6) == 0 {
        return "none";
    }
    let all = [pseudo_header(Ipv4Addr::new(a, b, c, d), udp.len() as u16), udp.to_vec()].concat();
    if sum(&all) == 0xffff { "right" } else { "wrong" }
}

/// What the checksum covers besides the datagram (RFC 768).
fn pseudo_header(source: Ipv4Addr, length: u16) -> Vec<u8> {
    [&source.octets()[..], &HERE.octets(), &[0, 17], &length.to_be_bytes()].concat()
}

/// The sum of RFC 1071: numbers of two bytes, and what is carried out is added at the low end.
fn sum(bytes: &[u8]) -> u16 {
    let pairs = bytes.chunks(2).map(|pair| u32::from(pair[0]) << 8 | u32::from(*pair.get(1).unwrap_or(&0)));
    let sum: u32 = pairs.sum();
    let sum = (sum & 0xffff) + (sum >> 16);
    ((sum & 0xffff) + (sum >> 16)) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 17);

    #[test]
    fn the_checksum_of_a_datagram_is_right_until_a_byte_changes() {
        for data in [&b""[..], b"odd", b"even"] {
            let mut packet = udp(SOURCE, 3141, data);
            assert_eq!(checksum(&packet), "right");
            packet[37] ^= 1;
            assert_eq!(checksum(&packet), "wrong");
        }
    }

    #[test]
    fn the_example_of_rfc_1071_comes_out() {
        assert_eq!(sum(&[0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7]), 0xddf2);
    }

    #[test]
    fn the_headers_lie_where_they_should() {
        let packet = udp_with_options(SOURCE, 3141, 2, b"data");
        assert_eq!(packet.len(), 14 + 28 + 8 + 4);
        assert_eq!((packet[IP], number(&packet, IP + 2)), (0x47, 40));
        assert_eq!((number(&packet, UDP + 8 + 2), &packet[UDP..UDP + 8]), (3141, &[1; 8][..]));
    }
}
