//! The quiz of lab 12: what becomes of an instruction, and what has to be the same before and after.

use core::{arch::asm, ffi::c_void, hint::black_box};

// ANCHOR: lab_12_moves_a_negative_number
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_12_moves_a_negative_number(_ctx: *mut c_void) -> u32 {
    let mut number: u64;
    // SAFETY: it changes one register.
    unsafe { asm!("r1 = -1", out("r1") number) };
    (number >> 60) as u32
}
// ANCHOR_END: lab_12_moves_a_negative_number

// ANCHOR: lab_12_divides_itself
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_12_divides_itself(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(77);
    // SAFETY: it changes one register.
    unsafe { asm!("r0 /= r0", inout("r0") number) };
    number as u32
}
// ANCHOR_END: lab_12_divides_itself

// ANCHOR: lab_12_jumps_out
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_12_jumps_out(_ctx: *mut c_void) -> u32 {
    // SAFETY: no kernel loads it.
    unsafe { asm!("goto +1000") };
    0
}
// ANCHOR_END: lab_12_jumps_out
