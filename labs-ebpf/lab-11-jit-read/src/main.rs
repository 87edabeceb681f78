//! The program whose machine code lab 11 shows: the fixed part of the lab.
#![no_std]
#![no_main]

use core::hint::black_box;

use aya_ebpf::{bindings::__sk_buff, helpers::bpf_get_smp_processor_id};

// ANCHOR: program
/// A bit of everything: the context, the stack, a helper, a jump, a division, a shift by a register.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn toll(packet: *const __sk_buff) -> u32 {
    // SAFETY: the context of a classifier is a `__sk_buff`, and the verifier looks at each access.
    let length = black_box(unsafe { (*packet).len });
    // SAFETY: the helper takes no argument and only returns a number.
    let cpu = unsafe { bpf_get_smp_processor_id() };
    if length < 60 {
        return 0;
    }
    (length / 10) << (cpu & 3)
}
// ANCHOR_END: program

// ANCHOR: shortens
/// Makes a packet shorter by writing its length, as if the context were the packet.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/shortens")]
extern "C" fn shortens(packet: *mut __sk_buff) -> u32 {
    // SAFETY: the context of a classifier is a `__sk_buff`; the verifier knows that this field is for reading only.
    unsafe { (*packet).len = 60 };
    0
}
// ANCHOR_END: shortens

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
