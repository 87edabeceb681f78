//! Two programs for the book: what becomes of a BPF-to-BPF call, and of two functions that want too much stack. The lab loads
//! neither.

use core::{ffi::c_void, hint::black_box};

// ANCHOR: shown
/// Calls a function of the same object twice.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/shown")]
extern "C" fn shown(_packet: *mut c_void) -> u32 {
    let first = twice_and(black_box(20), 2);
    let second = twice_and(black_box(9), first);
    (first + second) as u32
}

/// A function of its own in the bytecode: `never` keeps the compiler from putting its body where it is called.
#[inline(never)]
fn twice_and(number: u64, more: u64) -> u64 {
    black_box(number) * 2 + more
}
// ANCHOR_END: shown

// ANCHOR: too_deep
/// 264 bytes for the caller, 264 for the function: each of them less than 512.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/too_deep")]
extern "C" fn too_deep(_packet: *mut c_void) -> u32 {
    let row = black_box([1_u64; 33]);
    (row[0] + another_row(row[1])) as u32
}

#[inline(never)]
fn another_row(number: u64) -> u64 {
    let row = black_box([number; 33]);
    row[0] + row[1]
}
// ANCHOR_END: too_deep
