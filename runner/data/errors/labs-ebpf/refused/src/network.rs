//! Programs for hooks on the way of packets.

use core::arch::asm;

use aya_ebpf::{
    bindings::xdp_action::XDP_PASS,
    helpers::bpf_ktime_get_ns,
    macros::{cgroup_skb, cgroup_sock_addr, classifier, socket_filter, xdp},
    programs::{SkBuffContext, SockAddrContext, TcContext, XdpContext},
};

/// A program that a network driver runs.
#[xdp]
pub fn packet(_ctx: XdpContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    replaced(unsafe { bpf_ktime_get_ns() })
}

/// Another one.
#[xdp]
pub fn other_packet(_ctx: XdpContext) -> u32 {
    XDP_PASS
}

/// A function that an extension may replace.
#[unsafe(no_mangle)]
#[inline(never)]
pub extern "C" fn replaced(now: u64) -> u32 {
    if now == 1 { 1 } else { XDP_PASS }
}

/// An extension, for `replaced`.
#[unsafe(no_mangle)]
#[unsafe(link_section = "freplace/replaced")]
pub extern "C" fn replacement(_now: u64) -> u32 {
    XDP_PASS
}

/// A classifier.
#[classifier]
pub fn classify(_ctx: TcContext) -> i32 {
    0
}

/// A program for a cgroup's packets.
#[cgroup_skb]
pub fn group(_ctx: SkBuffContext) -> i32 {
    1
}

/// A program for a cgroup's connects.
#[cgroup_sock_addr(connect4)]
pub fn connect(_ctx: SockAddrContext) -> i32 {
    1
}

/// A filter of a socket.
#[socket_filter]
pub fn filter(_ctx: SkBuffContext) -> i64 {
    -1
}

/// A classifier that calls a function of the kernel. The recorder writes its number into the call.
#[classifier]
pub fn inside(_ctx: TcContext) -> i32 {
    // SAFETY: the call has no arguments and changes these registers.
    unsafe {
        asm!(".8byte 0x1111111100002085", out("r0") _, out("r1") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _);
    }
    0
}
