//! Good programs and maps. What goes wrong is done by `lab-91-errors`: a wrong hook, a map with other
//! sizes, missing rights. Only `far`, `outside`, `long` and `called_back` are at fault themselves.
#![no_std]
#![no_main]
#![feature(asm_experimental_arch)] // a long program must not take long to compile

mod maps;
mod network;
mod tracing;

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
