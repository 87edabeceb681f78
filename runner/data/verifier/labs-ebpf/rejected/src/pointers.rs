//! Mistakes with pointers: arithmetic, and what a pointer is then used for.

use core::{arch::asm, hint::black_box, ptr};

use aya_ebpf::{
    EbpfContext,
    helpers::{bpf_get_current_pid_tgid, bpf_get_prandom_u32, generated::bpf_xdp_adjust_head},
    macros::{fentry, tracepoint, xdp},
    programs::{FEntryContext, TracePointContext, XdpContext},
};

use crate::maps::{COUNTS, SLOTS};

/// A pointer is multiplied.
#[tracepoint]
pub fn pointer_operator(ctx: TracePointContext) -> u32 {
    let mut address = ctx.as_ptr();
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} *= 8", inout(reg) address) };
    // SAFETY: never reached.
    unsafe { ptr::read_volatile(address.cast()) }
}

/// A pointer is rounded down with a bit mask.
#[tracepoint]
pub fn pointer_operator__mask(_ctx: TracePointContext) -> u32 {
    if let Some(slots) = SLOTS.get_ptr_mut(0) {
        let aligned = (slots as usize & !7) as *mut u64;
        // SAFETY: none, this is the mistake.
        unsafe { ptr::write_volatile(aligned, 1) };
    }
    0
}

/// Only the lower half of a pointer is kept.
#[tracepoint]
pub fn pointer_32_bit(ctx: TracePointContext) -> u32 {
    let mut address = ctx.as_ptr();
    // SAFETY: none, this is the mistake.
    unsafe { asm!("w1 += 8", inout("r1") address) };
    // SAFETY: never reached.
    unsafe { ptr::read_volatile(address.cast()) }
}

/// A pointer that may be null is moved before it is checked.
#[tracepoint]
pub fn pointer_or_null_arithmetic(_ctx: TracePointContext) -> u32 {
    let process = (bpf_get_current_pid_tgid() >> 32) as u32;
    let slots = COUNTS.get_ptr_mut(process).map_or(ptr::null_mut(), |count| count);
    let mut moved = slots;
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} += 4", inout(reg) moved) };
    if !moved.is_null() {
        // SAFETY: never reached.
        unsafe { ptr::write_volatile(moved.cast::<u32>(), 1) };
    }
    0
}

/// The end of the packet is moved.
#[xdp]
pub fn pointer_arithmetic(ctx: XdpContext) -> u32 {
    let end = ctx.data_end() as *const u8;
    // SAFETY: none, this is the mistake.
    let last = unsafe { end.sub(1) };
    if ctx.data() as *const u8 >= last {
        return 2;
    }
    // SAFETY: never reached.
    u32::from(unsafe { ptr::read_volatile(last) })
}

/// The context is moved and then read.
#[tracepoint]
pub fn modified_context(ctx: TracePointContext) -> u32 {
    let mut address = ctx.as_ptr();
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} += {1}", inout(reg) address, in(reg) u64::from(bpf_get_prandom_u32() & 8)) };
    // SAFETY: never reached.
    unsafe { ptr::read_volatile(address.cast()) }
}

/// A number without a lower bound is added to a pointer.
#[tracepoint]
pub fn pointer_unbounded_offset(_ctx: TracePointContext) -> u32 {
    let offset = bpf_get_current_pid_tgid() as isize;
    if let Some(slots) = SLOTS.get_ptr_mut(0)
        && offset < 4
    {
        // SAFETY: none, this is the mistake.
        unsafe { ptr::write_volatile(slots.cast::<u8>().offset(offset), 1) };
    }
    0
}

/// A pointer is taken from a number.
#[tracepoint]
pub fn pointer_subtraction(_ctx: TracePointContext) -> u32 {
    let mut number = bpf_get_current_pid_tgid();
    // SAFETY: none, this is the mistake.
    unsafe { asm!("{0} &= 7", "{0} -= r10", inout(reg) number) };
    black_box(number) as u32
}

/// The stack pointer is written to.
#[tracepoint]
pub fn frame_pointer(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("r10 += -8") };
    0
}

/// A pointer into the packet is used after the packet has moved.
#[xdp]
pub fn scalar_dereference__packet_moved(ctx: XdpContext) -> u32 {
    let start = ctx.data();
    if start + 14 > ctx.data_end() {
        return 1;
    }
    // SAFETY: the context is the program's own.
    unsafe { bpf_xdp_adjust_head(ctx.ctx, 8) };
    // SAFETY: none, this is the mistake.
    u32::from(unsafe { ptr::read_volatile(start as *const u8) })
}

/// A field behind the end of a kernel structure.
#[fentry(function = "vfs_read")]
pub fn kernel_struct_bounds(ctx: FEntryContext) -> i32 {
    let file: *const u64 = ctx.arg(0);
    // SAFETY: none, this is the mistake.
    unsafe { ptr::read_volatile(file.add(4096)) as i32 }
}

/// A kernel structure is written to.
#[fentry(function = "vfs_read")]
pub fn kernel_struct_write(ctx: FEntryContext) -> i32 {
    let file: *mut u64 = ctx.arg(0);
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile(file.add(4), 1) };
    0
}

/// One instruction reads sometimes from the context, sometimes from a map value.
#[tracepoint]
pub fn mixed_pointers(ctx: TracePointContext) -> u32 {
    let Some(slots) = SLOTS.get_ptr_mut(0) else { return 0 };
    let mut address = ctx.as_ptr().cast::<u64>();
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!(
            "if {0} s> 5 goto 1f",
            "{1} = {2}",
            "1: {0} = *(u64 *)({1} + 16)",
            inout(reg) u64::from(bpf_get_prandom_u32()) => _,
            inout(reg) address,
            in(reg) slots,
        );
    }
    black_box(address) as usize as u32
}
