//! The program whose calls lab 09 shows: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

use aya_ebpf::{
    bindings::__sk_buff,
    helpers::{bpf_get_smp_processor_id, generated::bpf_xdp_adjust_head},
    macros::map,
    maps::HashMap,
};

/// How often a packet of a length was seen.
#[map]
static LENGTHS: HashMap<u32, u32> = HashMap::with_max_entries(64, 0);

// ANCHOR: program
/// Counts packets by their length: three helpers, and an argument of each kind.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn counts(packet: *const __sk_buff) -> u32 {
    // SAFETY: the context of a classifier is a `__sk_buff`, and the verifier looks at each access.
    let length = unsafe { (*packet).len };
    // SAFETY: nobody deletes from this map, so the value stays where it is.
    let before = unsafe { LENGTHS.get(length) }.copied().unwrap_or(0);
    let now = before + 1;
    if LENGTHS.insert(length, now, 0).is_err() {
        return 0;
    }
    // SAFETY: the helper takes no argument and only returns a number.
    now + unsafe { bpf_get_smp_processor_id() }
}
// ANCHOR_END: program

// ANCHOR: adjusts
/// A classifier that wants to make room in front of the packet, as XDP programs do.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/adjusts")]
extern "C" fn adjusts(packet: *mut __sk_buff) -> u32 {
    // SAFETY: there is no reason why this should be right, and the verifier notices.
    unsafe { bpf_xdp_adjust_head(packet.cast(), black_box(-4)) as u32 }
}
// ANCHOR_END: adjusts

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
