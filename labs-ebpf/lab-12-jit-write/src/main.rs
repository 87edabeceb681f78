//! The program that lab 12's compiler has to compile in the end: the fixed part of the lab.
#![no_std]
#![no_main]

use core::{ffi::c_void, hint::black_box};

// ANCHOR: program
/// Mixes a number 400 times: shifts and exclusive or (Marsaglia's xorshift), and a division.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn mix(start: u64) -> u64 {
    mixed(start)
}

#[inline(always)]
fn mixed(start: u64) -> u64 {
    let mut number = start;
    let mut round = 0_u64;
    while round < 400 {
        number ^= number << 13;
        number ^= number >> 7;
        number ^= number << 17;
        if number.is_multiple_of(3) {
            number /= 10;
        }
        number += round;
        round += 1;
    }
    number
}
// ANCHOR_END: program

/// The same as a kernel can load it by itself: the book shows what becomes of it. The lab puts a number in front of `mix`,
/// where a kernel hands over a packet.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/shown")]
extern "C" fn shown(_packet: *mut c_void) -> u32 {
    mixed(black_box(2022)) as u32
}

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
