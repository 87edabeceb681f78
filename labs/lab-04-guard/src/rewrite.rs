//! What the program writes into a packet, byte by byte.

use kit::Lab;

use crate::{
    guard::Guard,
    packet::{UDP, checksum, number, udp, udp_with_options},
    roles::Roles,
};

/// A datagram, and how many words of options stand before UDP's header.
type Datagram = (String, Vec<u8>, usize);

/// Shows the program datagrams to a port that has moved, and compares the bytes.
pub(crate) fn check(lab: &mut Lab, guard: &Guard, roles: &Roles) -> anyhow::Result<()> {
    let mut datagrams = datagrams(roles, lab.seed().number(1, 1..=9) as usize);
    lab.seed().shuffle(&mut datagrams);
    lab.check("rewrite");
    for (what, before, options) in datagrams {
        let udp = UDP + options * 4;
        let after = guard.run(&before)?;
        lab.observe(format!("{what}: {}", after.action));
        lab.observe(format!("  before {} {}", hex(&before, udp), checksum(&before)));
        match same_elsewhere(&before, &after.packet, udp) {
            true => lab.observe(format!("  after  {} {}", hex(&after.packet, udp), checksum(&after.packet))),
            false => lab.observe("  after: something else in the packet has changed, too"),
        }
    }
    Ok(())
}

// ANCHOR: datagrams
fn datagrams(roles: &Roles, words: usize) -> Vec<Datagram> {
    let Roles { friend, open, moved: [old, _], .. } = *roles;
    let plain = || udp(friend, old, b"a datagram");
    let mut without = plain();
    without[UDP + 6..UDP + 8].fill(0);
    let mut damaged = plain();
    damaged[UDP + 8] ^= 0x20;
    let mut later = plain();
    later[20..22].copy_from_slice(&[0x20, 3]);
    vec![
        (format!("to {old}"), plain(), 0),
        (
            format!("to {old}, with {} bytes of options", words * 4),
            udp_with_options(friend, old, words, b"a datagram"),
            words,
        ),
        (format!("to {old}, without a checksum"), without, 0),
        (format!("to {old}, damaged on its way"), damaged, 0),
        (format!("to {old}, whose checksum will come to 0"), comes_to_zero(roles), 0),
        (format!("later fragment, {old} in its data"), later, 0),
        (format!("to {open}"), udp(friend, open, b"a datagram"), 0),
    ]
}
// ANCHOR_END: datagrams

/// A datagram that has the checksum 0xffff once it goes to the new port: its data are chosen for that.
fn comes_to_zero(roles: &Roles) -> Vec<u8> {
    let [old, new] = roles.moved;
    // Behind the new port, the sum over all but the data; the data are what it lacks.
    let probe = udp(roles.friend, new, &[0, 0]);
    udp(roles.friend, old, &number(&probe, UDP + 6).to_be_bytes())
}

/// Whether all bytes but UDP's port and checksum are what they were.
fn same_elsewhere(before: &[u8], after: &[u8], udp: usize) -> bool {
    let rest = |packet: &[u8]| {
        let mut rest = packet.to_vec();
        for at in [udp + 2, udp + 3, udp + 6, udp + 7] {
            if let Some(byte) = rest.get_mut(at) {
                *byte = 0;
            }
        }
        rest
    };
    rest(before) == rest(after)
}

/// UDP's header: source, destination, length, checksum.
fn hex(packet: &[u8], udp: usize) -> String {
    let fields: Vec<_> = (udp..udp + 8).step_by(2).map(|at| format!("{:04x}", number(packet, at))).collect();
    fields.join(" ")
}
