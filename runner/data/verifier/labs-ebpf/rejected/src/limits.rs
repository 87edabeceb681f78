//! Programs that are too long, too complicated, or never end.

use core::{arch::asm, hint::black_box};

use aya_ebpf::{
    helpers::{bpf_get_prandom_u32, bpf_ktime_get_ns},
    macros::tracepoint,
    programs::TracePointContext,
};

/// A loop without an end that the verifier can see.
#[tracepoint]
pub fn infinite_loop(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    while unsafe { bpf_ktime_get_ns() } != 0 {}
    0
}

/// A loop with an end, far away.
#[tracepoint]
pub fn stats__program_too_large(_ctx: TracePointContext) -> u32 {
    let mut sum = 0u32;
    for turn in 0..20_000u32 {
        // SAFETY: helper 7 takes no arguments. A large body keeps the verifier quick on 6.12.
        unsafe {
            asm!(".rept 64", "call 7", ".endr",
                out("r0") _, out("r1") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _);
        }
        sum = sum.wrapping_add(black_box(turn));
    }
    sum
}

/// More open branches than the verifier keeps.
#[tracepoint]
pub fn stats__too_complex(_ctx: TracePointContext) -> u32 {
    let mut sum = 0u32;
    for turn in 0..9000u32 {
        // SAFETY: the helper takes no arguments.
        if unsafe { bpf_get_prandom_u32() } == 7 {
            sum = black_box(sum + turn);
        }
    }
    sum
}
