//! The program of lab 13's quiz.

use core::{ffi::c_void, hint::black_box};

// ANCHOR: lab_13_there_and_back
/// A number goes in, and two others after it.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_13_there_and_back(_ctx: *mut c_void) -> u32 {
    let there = black_box(5_u32) ^ 0x5a69_7887;
    black_box(there) ^ 0x5a69_7887
}
// ANCHOR_END: lab_13_there_and_back
