//! Programs for the book: what becomes of a call from one BPF function to another, and of a tail call; and two that every
//! verifier refuses. The lab loads none of them.

use core::{
    hint::black_box,
    mem::{MaybeUninit, transmute},
};

use aya_ebpf::{macros::map, maps::ProgramArray};

// ANCHOR: shown
/// The beginning of a classifier's context, `struct __sk_buff`.
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

/// `never`: the compiler must not put its body where it is called.
/// `black_box` puts the number onto the stack.
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
type Lookup = unsafe extern "C" fn(&ProgramArray, &u32) -> *const u32;

// ANCHOR: hands_over
/// Hands a packet over to the program in the slot that its length says.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/hands_over")]
extern "C" fn hands_over(packet: &Packet) -> u32 {
    // SAFETY: helper 12 is `bpf_tail_call`: a context, a program array, a slot.
    let tail_call: TailCall = unsafe { transmute(12_usize) };
    // SAFETY: the context, and a program array.
    unsafe { tail_call(packet, &NEXT, packet.length) };
    7
}
// ANCHOR_END: hands_over

// ANCHOR: looks_inside
/// Wants to know whether there is a program before it hands over.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier/looks_inside")]
extern "C" fn looks_inside(packet: &Packet) -> u32 {
    // SAFETY: helper 1 is `bpf_map_lookup_elem`: a map, the address of a key.
    let lookup: Lookup = unsafe { transmute(1_usize) };
    let slot = packet.length;
    // SAFETY: the map, and a key of four bytes on the stack.
    let found = unsafe { lookup(&NEXT, &slot) };
    u32::from(found.is_null())
}
// ANCHOR_END: looks_inside

// ANCHOR: too_deep
/// 33 words for the caller, 33 words for the function: each fits into 512 bytes.
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
