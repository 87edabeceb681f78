//! Mistakes in the shape of a program: jumps, opcodes, numbers in instructions.

use core::{arch::asm, hint::black_box};

use aya_ebpf::{helpers::bpf_get_prandom_u32, macros::tracepoint, programs::TracePointContext};

use crate::maps::TOTAL;

/// An index that may be too large: Rust puts a panic there.
#[tracepoint]
pub fn reachable_panic(_ctx: TracePointContext) -> u32 {
    let slots = [1u32, 2, 3, 5];
    // SAFETY: the helper takes no arguments.
    let index = unsafe { bpf_get_prandom_u32() } as usize;
    black_box(&slots)[index]
}

/// An instruction that no path leads to.
#[tracepoint]
pub fn unreachable_instruction(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("r0 = 0", "exit") };
    0
}

/// A jump out of the program.
#[tracepoint]
pub fn jump_out_of_range(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!(".8byte 0x0000000003e80005") };
    0
}

/// An opcode that does not exist.
#[tracepoint]
pub fn unknown_instruction(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!(".8byte 0x00000000000000ff") };
    0
}

/// An atomic addition that returns the old value: since 5.12.
#[tracepoint]
pub fn unsupported_atomic(_ctx: TracePointContext) -> u32 {
    if let Some(total) = TOTAL.get_ptr_mut(0) {
        // SAFETY: `total` is a value of the map.
        unsafe { asm!("r2 = 1", ".8byte 0x00000001000021db", in("r1") total, out("r2") _) };
    }
    0
}

/// A constant division by zero.
#[tracepoint]
pub fn division_by_zero(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("r0 = 7", ".8byte 0x0000000000000037", out("r0") _) };
    0
}

/// A shift by more than the width.
#[tracepoint]
pub fn invalid_shift(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("r0 = 7", ".8byte 0x0000004000000067", out("r0") _) };
    0
}
