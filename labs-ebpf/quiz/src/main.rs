//! The programs that the chapters' questions are about: `labs/LAB/quiz.toml` names them, the book shows them, and
//! `runner dev check` lets every kernel load and run them.
//!
//! A module for each lab. Nothing here is meant to be good.
#![no_std]
#![no_main]
#![feature(asm_experimental_arch)] // some questions are about one instruction that Rust never writes

mod lab_04;
mod lab_05;
mod lab_06;
mod lab_09;
mod lab_10;
mod lab_11;
mod lab_12;
mod lab_13;

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
