//! The frame of the lab's object: licence and panic handler. You edit `exercise.rs`.
//!
//! It holds no program of its own.
#![no_std]
#![no_main]

mod exercise;
mod packet;

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
