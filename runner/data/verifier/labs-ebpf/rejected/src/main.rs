//! Programs that the verifier refuses, one for each family of reasons.
//!
//! A program is called like its family; behind `__` stands a variant. Their logs, recorded from real
//! kernels, are in `runner/data/verifier`. Nothing here is meant to run.
#![no_std]
#![no_main]
#![allow(non_snake_case, reason = "two underscores separate a family from its variant")]
#![feature(asm_experimental_arch)] // some mistakes cannot be written in Rust

mod calls;
mod context;
mod helper_calls;
mod limits;
mod maps;
mod memory;
mod pointers;
mod structure;

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
