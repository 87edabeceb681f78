//! The quiz of lab 05: what the bits of an instruction say.

use core::{arch::asm, ffi::c_void};

// ANCHOR: lab_05_a_half
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_05_a_half(_ctx: *mut c_void) -> u32 {
    let mut number: u64;
    // SAFETY: it changes one register.
    unsafe { asm!("r1 = -1", "w1 += 3", "r1 >>= 1", out("r1") number) };
    number as u32
}
// ANCHOR_END: lab_05_a_half

// ANCHOR: lab_05_sign_of_an_immediate
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_05_sign_of_an_immediate(_ctx: *mut c_void) -> u32 {
    let mut number: u64;
    // SAFETY: it changes one register.
    unsafe { asm!("r1 = -5", "r1 >>= 60", out("r1") number) };
    number as u32
}
// ANCHOR_END: lab_05_sign_of_an_immediate

// ANCHOR: lab_05_two_words
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_05_two_words(_ctx: *mut c_void) -> u32 {
    let mut number: u64;
    // SAFETY: it jumps over one instruction of its own.
    unsafe { asm!("r1 = 1", "if r1 == 1 goto +2", "r1 = 0x500000000 ll", "r1 += 1", out("r1") number) };
    number as u32
}
// ANCHOR_END: lab_05_two_words
