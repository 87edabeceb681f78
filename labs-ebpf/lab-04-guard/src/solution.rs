//! Lab 04, the reference: what `exercise.rs` should have become.

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

// ANCHOR: at
/// The header `T` that begins `offset` bytes into the packet; `None` if not all of
/// it is there.
fn at<T>(ctx: &mut XdpContext, offset: usize) -> Option<&mut T> {
    let start = ctx.data() + offset;
    let all_there = start + size_of::<T>() <= ctx.data_end();
    // SAFETY: headers are rows of bytes, for which any address and any content will
    // do. The verifier has seen the comparison, so it knows that they lie in the
    // packet.
    all_there.then(|| unsafe { &mut *(start as *mut T) })
}
// ANCHOR_END: at

/// The action, or `None`: nothing to say about this packet.
fn decide(ctx: &mut XdpContext) -> Option<u32> {
    // ANCHOR: sender
    let ethernet = at::<packet::Ethernet>(ctx, 0)?;
    if ethernet.kind != packet::IPV4 {
        return None;
    }

    let ip = at::<packet::Ipv4>(ctx, size_of::<packet::Ethernet>())?;
    let words = usize::from(ip.version_and_words & 15);
    if words < 5 {
        return None;
    }
    if BLOCKED.get_ptr(ip.source).is_some() {
        return Some(xdp_action::XDP_DROP);
    }
    // ANCHOR_END: sender

    // ANCHOR: port
    // The lower 13 bits: where in the datagram this fragment belongs.
    let place = u16::from_be_bytes(ip.fragment) & 0x1fff;
    if ip.protocol != packet::UDP || place != 0 {
        return None;
    }
    let udp = at::<packet::Udp>(ctx, size_of::<packet::Ethernet>() + words * 4)?;
    if CLOSED.get_ptr(udp.destination).is_some() {
        return Some(xdp_action::XDP_DROP);
    }
    // ANCHOR_END: port

    // ANCHOR: moved
    let new = MOVED.get_ptr(udp.destination)?;
    // SAFETY: `?` was the null check.
    let new = unsafe { *new };
    udp.checksum = packet::checksum_after(udp.checksum, udp.destination, new);
    udp.destination = new;
    None
    // ANCHOR_END: moved
}

// ANCHOR: guard
/// Runs for each packet that arrives. What it returns is what happens to the packet.
#[xdp]
pub fn guard(mut ctx: XdpContext) -> u32 {
    // What `decide` has nothing to say about passes.
    let action = decide(&mut ctx).unwrap_or(xdp_action::XDP_PASS);
    if let Some(count) = COUNTS.get_ptr_mut(action) {
        // SAFETY: `if let` is the null check, and the number is this CPU's own.
        unsafe { *count += 1 };
    }
    action
}
// ANCHOR_END: guard
