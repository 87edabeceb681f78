//! Lab 04: a guard that decides about each packet. You edit this file.

// ANCHOR: frame
use aya_ebpf::{
    bindings::xdp_action,
    macros::{map, xdp},
    maps::{HashMap, PerCpuArray},
    programs::XdpContext,
};

use crate::packet;

/// Senders whose packets are dropped: IPv4 addresses, as they stand in a packet.
#[map]
static BLOCKED: HashMap<[u8; 4], u8> = HashMap::with_max_entries(64, 0);

/// UDP ports to which nothing is let through.
#[map]
static CLOSED: HashMap<[u8; 2], u8> = HashMap::with_max_entries(64, 0);

/// UDP ports that have moved: from the old one to the new one.
#[map]
static MOVED: HashMap<[u8; 2], [u8; 2]> = HashMap::with_max_entries(64, 0);

/// How many packets got each action: the action is the index.
#[map]
static COUNTS: PerCpuArray<u64> = PerCpuArray::with_max_entries(5, 0);
// ANCHOR_END: frame

// ANCHOR: program
/// The header `T` that begins `offset` bytes into the packet; `None` if not all of
/// it is there.
fn at<T>(ctx: &mut XdpContext, offset: usize) -> Option<&mut T> {
    let start = ctx.data() + offset;
    // TODO(lab): 1. `ctx.data_end()` is the address just behind the packet's last
    // byte. Does all of a `T` fit in before it?
    let all_there = false;
    // SAFETY: headers are rows of bytes, for which any address and any content will
    // do. The verifier wants to see for itself that they lie in the packet.
    all_there.then(|| unsafe { &mut *(start as *mut T) })
}

/// The action, or `None`: nothing to say about this packet.
fn decide(ctx: &mut XdpContext) -> Option<u32> {
    let ethernet = at::<packet::Ethernet>(ctx, 0)?;
    if ethernet.kind != packet::IPV4 {
        return None;
    }
    // TODO(lab): 2. Get the IPv4 header, behind Ethernet's 14 bytes. If it says that
    // it is shorter than 5 words, there is nothing to say. If its source is in
    // `BLOCKED`, the action is `xdp_action::XDP_DROP`.

    // TODO(lab): 3. Only UDP has ports, and of a datagram in fragments only the
    // first has UDP's header. Get that header: it stands behind the whole IPv4
    // header, options included. If its destination is in `CLOSED`, drop.

    // TODO(lab): 4. If its destination is in `MOVED`, write the new port there, and
    // what `packet::checksum_after` makes of the checksum. The packet passes.
    None
}

/// Runs for each packet that arrives. What it returns is what happens to the packet.
#[xdp]
pub fn guard(mut ctx: XdpContext) -> u32 {
    // What `decide` has nothing to say about passes.
    let action = decide(&mut ctx).unwrap_or(xdp_action::XDP_PASS);
    // TODO(lab): 5. Add 1 to the number in `COUNTS` whose index is the action.
    action
}
// ANCHOR_END: program
