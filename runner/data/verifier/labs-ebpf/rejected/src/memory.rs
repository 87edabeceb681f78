//! Mistakes with memory: map values, the stack, packets.

use core::{arch::asm, ptr};

use aya_ebpf::{
    Global,
    helpers::{bpf_get_current_pid_tgid, bpf_get_prandom_u32},
    macros::{classifier, tracepoint, xdp},
    programs::{TcContext, TracePointContext, XdpContext},
};

use crate::maps::{COUNTS, SLOTS, TOTAL};

/// Set by the loader, read-only afterwards.
#[unsafe(no_mangle)]
static LIMIT: Global<u32> = Global::new(7);

/// The result of the lookup is used as if it were always there.
#[tracepoint]
pub fn null_check(_ctx: TracePointContext) -> u32 {
    let process = (bpf_get_current_pid_tgid() >> 32) as u32;
    let count = COUNTS.get_ptr_mut(process);
    // SAFETY: none, this is the mistake.
    unsafe { *count.unwrap_unchecked() += 1 };
    0
}

/// The index is not compared with the number of slots.
#[tracepoint]
pub fn unbounded_access(_ctx: TracePointContext) -> u32 {
    let slot = bpf_get_current_pid_tgid() as u32 as usize;
    if let Some(slots) = SLOTS.get_ptr_mut(0) {
        // SAFETY: none, this is the mistake.
        unsafe { *slots.cast::<u64>().add(slot) = 1 };
    }
    0
}

/// `<=` where `<` is meant.
#[tracepoint]
pub fn map_value_bounds(_ctx: TracePointContext) -> u32 {
    let slot = bpf_get_current_pid_tgid() as u32 as usize;
    if let Some(slots) = SLOTS.get_ptr_mut(0)
        && slot <= 4
    {
        // SAFETY: none, this is the mistake.
        unsafe { *slots.cast::<u64>().add(slot) = 1 };
    }
    0
}

/// One value too far.
#[tracepoint]
pub fn map_value_bounds__constant(_ctx: TracePointContext) -> u32 {
    if let Some(total) = TOTAL.get_ptr_mut(0) {
        // SAFETY: none, this is the mistake.
        unsafe { *total.add(1) += 1 };
    }
    0
}

/// A signed index that may be negative.
#[tracepoint]
pub fn negative_index(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    let random = unsafe { bpf_get_prandom_u32() };
    let mut slot = i64::from(random & 7) as isize;
    // SAFETY: from -4 to 3; in Rust, the compiler hides it in the instruction's own offset.
    unsafe { asm!("{0} += -4", inout(reg) slot) };
    if let Some(slots) = SLOTS.get_ptr_mut(0) {
        // SAFETY: none, this is the mistake.
        unsafe { *slots.cast::<u8>().offset(slot) = 1 };
    }
    0
}

/// Bytes of the packet are read before its length is known.
#[xdp]
pub fn packet_bounds(ctx: XdpContext) -> u32 {
    let start = ctx.data();
    // SAFETY: none, this is the mistake.
    let protocol = unsafe { ptr::read_volatile((start + 12) as *const u8) };
    if protocol == 8 { 1 } else { 2 }
}

/// The length is compared, but with too small a number.
#[classifier]
pub fn packet_bounds__short(ctx: TcContext) -> i32 {
    if ctx.data() + 14 > ctx.data_end() {
        return 0;
    }
    // SAFETY: none, this is the mistake.
    let byte = unsafe { ptr::read_volatile((ctx.data() + 23) as *const u8) };
    i32::from(byte == 17)
}

/// The index into an array on the stack is only known to be below 32.
#[tracepoint]
pub fn stack_index(_ctx: TracePointContext) -> u32 {
    let mut bytes = [bpf_get_current_pid_tgid(); 2];
    let start = (&raw mut bytes).cast::<u8>();
    // SAFETY: the helper takes no arguments.
    let index = unsafe { bpf_get_prandom_u32() } as usize & 31;
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile(start.add(index), 1) };
    // SAFETY: the first byte is there.
    u32::from(unsafe { ptr::read_volatile(start) })
}

/// A write below the 512 bytes of the stack.
#[tracepoint]
pub fn stack_bounds(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("*(u64 *)(r10 - 520) = r1") };
    0
}

/// A slot of the stack is read that nothing was written to.
#[tracepoint]
pub fn stack_uninitialised(_ctx: TracePointContext) -> u32 {
    let value: u64;
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} = *(u64 *)(r10 - 128)", out(reg) value) };
    value as u32
}

/// Eight bytes at an address that is no multiple of eight.
#[tracepoint]
pub fn misaligned(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("*(u64 *)(r10 - 132) = r1") };
    0
}

/// A global that only the loader may set.
#[tracepoint]
pub fn read_only_map(_ctx: TracePointContext) -> u32 {
    let limit = (&raw const LIMIT).cast_mut().cast::<u32>();
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile(limit, 8) };
    0
}

/// A kernel address is followed as if it were the program's own memory.
#[tracepoint]
pub fn scalar_dereference(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    let task = unsafe { aya_ebpf::helpers::bpf_get_current_task() };
    // SAFETY: none, this is the mistake.
    unsafe { ptr::read_volatile(task as *const u32) }
}

/// A register that was never set.
#[tracepoint]
pub fn uninitialised_register(_ctx: TracePointContext) -> u32 {
    let value: u64;
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} = r9", out(reg) value) };
    value as u32
}
