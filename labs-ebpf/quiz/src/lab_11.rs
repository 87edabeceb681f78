//! The program of lab 11's quiz.

use core::{ffi::c_void, hint::black_box};

// ANCHOR: lab_11_shift_by_64
/// Shifts a register by its whole width.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_11_shift_by_64(_ctx: *mut c_void) -> u32 {
    let one: u64 = black_box(1);
    one.wrapping_shl(black_box(64)) as u32
}
// ANCHOR_END: lab_11_shift_by_64
