//! The program that lab 06's interpreter runs step by step: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

// ANCHOR: program
/// The length of the sequence that halves even numbers, and takes odd ones times three plus one, until
/// it comes to 1 (Collatz). It gives up after 20 steps.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn sequence(start: u64) -> u32 {
    // On the stack, so that memory is used as well.
    let mut number = black_box(start);
    let mut length = 0;
    while length < 20 && number != 1 {
        number = if number & 1 == 0 { number >> 1 } else { 3 * number + 1 };
        length += 1;
    }
    length
}
// ANCHOR_END: program

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
