//! The program that lab 06's interpreter runs step by step: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

// ANCHOR: program
/// The beginning of the context of a classifier: `struct __sk_buff` of `include/uapi/linux/bpf.h`.
#[repr(C)]
struct Packet {
    length: u32,
}

/// The sum of the decimal digits of the packet's length.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn digits(packet: &Packet) -> u32 {
    // By way of the stack, so that memory is used as well.
    let mut number = black_box(packet.length);
    let mut sum = 0;
    // A bound that the verifier sees: 32 bits have at most ten digits.
    for _ in 0..black_box(10_u8).min(10) {
        sum += number % 10;
        number /= 10;
        if number == 0 {
            break;
        }
    }
    sum
}
// ANCHOR_END: program

// ANCHOR: unchecked
/// One of eight numbers; the packet's length says which. Nobody looks whether there are so many.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/unchecked")]
extern "C" fn unchecked(packet: &Packet) -> u32 {
    let numbers = black_box([1_u32, 1, 2, 3, 5, 8, 13, 21]);
    let chosen = black_box(packet.length) as usize;
    // SAFETY: there is no reason why this should be right, and the verifier notices.
    unsafe { *numbers.as_ptr().add(chosen) }
}
// ANCHOR_END: unchecked

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
