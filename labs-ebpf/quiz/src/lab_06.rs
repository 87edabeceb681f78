//! The quiz of lab 06: what an instruction comes to at the edge of its numbers.

use core::{ffi::c_void, hint::black_box};

// ANCHOR: lab_06_divides_by_zero
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_divides_by_zero(_ctx: *mut c_void) -> u32 {
    let zero: u32 = black_box(0);
    // No check: `unchecked_div` of the compiler would be undefined, so it is written as an instruction.
    let mut number: u32 = black_box(40);
    // SAFETY: the instruction changes one register. What it does with 0 is the question.
    unsafe { core::arch::asm!("w1 /= w2", inout("w1") number, in("w2") zero) };
    number + 2
}
// ANCHOR_END: lab_06_divides_by_zero

// ANCHOR: lab_06_keeps_no_upper_half
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_keeps_no_upper_half(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(0x7_0000_0005);
    // SAFETY: the instruction changes one register.
    unsafe { core::arch::asm!("w1 += 1", inout("r1") number) };
    (number >> 32) as u32 * 100 + number as u32
}
// ANCHOR_END: lab_06_keeps_no_upper_half

// ANCHOR: lab_06_shifts_too_far
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_06_shifts_too_far(_ctx: *mut c_void) -> u32 {
    let mut number: u64 = black_box(1);
    let amount: u64 = black_box(65);
    // SAFETY: the instruction changes one register.
    unsafe { core::arch::asm!("r1 <<= r2", inout("r1") number, in("r2") amount) };
    number as u32
}
// ANCHOR_END: lab_06_shifts_too_far
