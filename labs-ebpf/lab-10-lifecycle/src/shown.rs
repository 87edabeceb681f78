//! Two programs for the book: what becomes of a call from one BPF function to another, and of two functions that want too
//! much stack. The lab loads neither.

use core::{hint::black_box, mem::MaybeUninit};

// ANCHOR: shown
/// The beginning of a classifier's context: `struct __sk_buff` of `include/uapi/linux/bpf.h`.
#[repr(C)]
struct Packet {
    length: u32,
}

/// Calls a function of the same object twice.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/shown")]
extern "C" fn shown(packet: &Packet) -> u32 {
    let first = twice_and(packet.length.into(), 2);
    let second = twice_and(9, first);
    (first + second) as u32
}

/// A function of its own in the bytecode: `never` keeps the compiler from putting its body where it is called. `black_box`
/// puts the number onto its stack.
#[inline(never)]
fn twice_and(number: u64, more: u64) -> u64 {
    black_box(number) * 2 + more
}
// ANCHOR_END: shown

// ANCHOR: too_deep
/// 33 words for the caller, 33 words for the function: either of them fits into 512 bytes.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/too_deep")]
extern "C" fn too_deep(packet: &Packet) -> u32 {
    let mut row = MaybeUninit::<[u64; 33]>::uninit();
    // SAFETY: the first word of the row.
    unsafe { black_box(&mut row).as_mut_ptr().cast::<u64>().write(1) };
    another_row(packet.length.into()) as u32
}

#[inline(never)]
fn another_row(number: u64) -> u64 {
    let mut row = MaybeUninit::<[u64; 33]>::uninit();
    // SAFETY: the first word of the row.
    unsafe { black_box(&mut row).as_mut_ptr().cast::<u64>().write(2) };
    number + 1
}
// ANCHOR_END: too_deep
