//! The program that lab 05's decoder lists: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

use aya_ebpf::{bindings::__sk_buff, helpers::generated::bpf_get_prandom_u32};

// ANCHOR: program
/// Some of everything: loads and stores, arithmetic, a loop, a call, a number of 64 bits.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn sample(packet: *const __sk_buff) -> u32 {
    // SAFETY: the kernel hands over the context of a packet.
    let length = unsafe { (*packet).len };
    let key = black_box(0x1122_3344_5566_7788_u64);
    // SAFETY: the helper wants nothing, and returns a number.
    let lot = unsafe { bpf_get_prandom_u32() };
    let mut pieces = 0;
    while pieces < 4 && u64::from(lot) > key >> (8 * pieces) {
        pieces += 1;
    }
    if (lot as i32) < -5 { length.swap_bytes() / 3 } else { pieces }
}
// ANCHOR_END: program

// ANCHOR: steady
/// The packet's length, byte by byte in front of a number: the same each time, so a reader can step through it.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/steady")]
extern "C" fn steady(packet: *const __sk_buff) -> u32 {
    // SAFETY: the kernel hands over the context of a packet.
    let length = black_box(unsafe { (*packet).len });
    let mut key = black_box(0x1122_3344_5566_7788_u64);
    for _ in 0..black_box(3_u8).min(3) {
        key = key << 8 | u64::from(length);
    }
    (key as u32).swap_bytes()
}
// ANCHOR_END: steady

// ANCHOR: wild
/// Each word of it is an instruction. Together they read from an address that somebody made up.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/wild")]
extern "C" fn wild(_packet: *const __sk_buff) -> u32 {
    let address = black_box(0x1122_3344_5566_7788_u64);
    // SAFETY: there is no reason why this should be right, and the verifier notices.
    unsafe { *(address as *const u32) }
}
// ANCHOR_END: wild

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
