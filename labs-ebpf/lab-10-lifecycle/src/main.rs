//! The programs whose lives lab 10 is about: they count, or hand over to one that does. The fixed part of the lab.
#![no_std]
#![no_main]

mod shown;

use core::ptr::addr_of;

use aya_ebpf::{
    bindings::pt_regs,
    helpers::bpf_probe_read_kernel,
    macros::{map, raw_tracepoint},
    maps::{Array, ProgramArray},
    programs::RawTracePointContext,
};

/// System calls that nobody makes by chance, by their numbers on x86-64.
const GETUID: u64 = 102;
const GETGID: u64 = 104;
const GETPPID: u64 = 110;
const GETPGID: u64 = 121;
const BPF: u64 = 321;

/// Where `COUNTS` has the calls for which there was no program.
const FELL_THROUGH: u32 = 7;

// ANCHOR: maps
/// What each program has counted; the lab's program reads it.
#[map]
static COUNTS: Array<u64> = Array::with_max_entries(8, 0);

/// A *program array*: a map whose values are programs. User space fills its slots.
#[map]
static SLOTS: ProgramArray = ProgramArray::with_max_entries(16, 0);
// ANCHOR_END: maps

/// Which slot `watch` tries, counted from 1; 0 is none.
#[map]
static WATCHED: Array<u32> = Array::with_max_entries(1, 0);

// ANCHOR: count
/// Runs at the entry of every system call, and counts one of them.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn count_getppid(ctx: RawTracePointContext) -> i32 {
    count_calls(&ctx, GETPPID, 0)
}
// ANCHOR_END: count

/// The same for another system call.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn count_getuid(ctx: RawTracePointContext) -> i32 {
    count_calls(&ctx, GETUID, 1)
}

/// The same for a third one.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn count_getgid(ctx: RawTracePointContext) -> i32 {
    count_calls(&ctx, GETGID, 2)
}

// ANCHOR: dispatch
/// Hands each call of `getpgid` over to a program: the call's argument says which slot.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn dispatch(ctx: RawTracePointContext) -> i32 {
    let Some(slot) = slot_of(&ctx) else { return 0 };
    // SAFETY: nothing here waits for being dropped. If there is a program, this one ends here.
    unsafe { SLOTS.tail_call(&ctx, slot) };
    // We come here only if there is no such program: the call fell through.
    count(FELL_THROUGH)
}
// ANCHOR_END: dispatch

/// In a slot: counts what is handed over to it.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn red(_ctx: RawTracePointContext) -> i32 {
    count(4)
}

/// The same.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn green(_ctx: RawTracePointContext) -> i32 {
    count(5)
}

/// The same.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn blue(_ctx: RawTracePointContext) -> i32 {
    count(6)
}

/// Tries a slot at each call of `bpf`, and counts how often it was empty: that is between any two steps of a loader. Only the
/// lab's own program loads it.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn watch(ctx: RawTracePointContext) -> i32 {
    if ctx.arg::<u64>(1) != BPF {
        return 0;
    }
    let Some(slot) = WATCHED.get(0).and_then(|slot| slot.checked_sub(1)) else { return 0 };
    // SAFETY: as above.
    unsafe { SLOTS.tail_call(&ctx, slot) };
    count(FELL_THROUGH)
}

// ANCHOR: again
/// In a slot: counts, and hands over to that slot, which is itself.
#[raw_tracepoint(tracepoint = "sys_enter")]
pub fn again(ctx: RawTracePointContext) -> i32 {
    count(3);
    let Some(slot) = slot_of(&ctx) else { return 0 };
    // SAFETY: as above.
    unsafe { SLOTS.tail_call(&ctx, slot) };
    count(FELL_THROUGH)
}
// ANCHOR_END: again

#[inline(always)]
fn count_calls(ctx: &RawTracePointContext, call: u64, index: u32) -> i32 {
    if ctx.arg::<u64>(1) == call { count(index) } else { 0 }
}

/// The argument of `getpgid`; `None` for any other system call.
#[inline(always)]
fn slot_of(ctx: &RawTracePointContext) -> Option<u32> {
    if ctx.arg::<u64>(1) != GETPGID {
        return None;
    }
    let registers: *const pt_regs = ctx.arg(0);
    // SAFETY: the helper reads kernel memory, whatever it is given, and says if it could not. `rdi` holds a system call's
    // first argument.
    unsafe { bpf_probe_read_kernel(addr_of!((*registers).rdi)) }.ok().map(|slot| slot as u32)
}

#[inline(always)]
fn count(index: u32) -> i32 {
    if let Some(counter) = COUNTS.get_ptr_mut(index) {
        // SAFETY: in this branch the verifier knows the pointer as `map_value`. All events are made by one process.
        unsafe { *counter += 1 };
    }
    0
}

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
