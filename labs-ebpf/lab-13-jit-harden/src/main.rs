//! The program whose constants lab 13 shows: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

use aya_ebpf::bindings::__sk_buff;

// ANCHOR: program
/// The packet's length among numbers that somebody chose.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn chosen(packet: *const __sk_buff) -> u32 {
    // SAFETY: the context of a classifier is a `__sk_buff`, and the verifier looks at each access.
    let length = black_box(unsafe { (*packet).len });
    let mut sum = length ^ 0x1122_3344;
    sum = sum.wrapping_add(0x5566_7788);
    sum ^= 0x1234_5678;
    black_box(sum) & 0x0fff_ffff
}
// ANCHOR_END: program

// ANCHOR: reads
/// Reads from an address that somebody chose.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/reads")]
extern "C" fn reads(_packet: *const __sk_buff) -> u32 {
    let address = black_box(0x1122_3344_5566_7788_u64);
    // SAFETY: there is no reason why this should be right, and the verifier notices.
    unsafe { *(address as *const u32) }
}
// ANCHOR_END: reads

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
