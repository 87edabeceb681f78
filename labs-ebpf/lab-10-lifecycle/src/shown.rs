//! Three programs for the book: what becomes of a call from one BPF function to another, of a tail call, and of two functions
//! that want too much stack. The lab loads none of them.

use core::{
    hint::black_box,
    mem::{MaybeUninit, transmute},
};

use aya_ebpf::{macros::map, maps::ProgramArray};

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

/// A program array for classifiers: the programs in one array are of one type.
#[map]
static NEXT: ProgramArray = ProgramArray::with_max_entries(16, 0);

/// The helper's number is called as if it was an address: `aya_ebpf::helpers` does the same.
type TailCall = unsafe extern "C" fn(&Packet, &ProgramArray, u32) -> i64;

// ANCHOR: hands_over
/// Hands a packet over to the program in the slot that its length says.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/hands_over")]
extern "C" fn hands_over(packet: &Packet) -> u32 {
    // SAFETY: helper 12 is `bpf_tail_call`, which takes the context, a program array and a slot.
    let tail_call: TailCall = unsafe { transmute(12_usize) };
    // SAFETY: the context, and a program array.
    unsafe { tail_call(packet, &NEXT, packet.length) };
    7
}
// ANCHOR_END: hands_over

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
