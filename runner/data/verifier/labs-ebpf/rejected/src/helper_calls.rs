//! Mistakes in calls of helpers.

use core::{arch::asm, ptr};

use aya_ebpf::{
    EbpfContext,
    helpers::{
        bpf_get_current_pid_tgid, bpf_get_current_task,
        generated::{
            bpf_copy_from_user, bpf_dynptr_read, bpf_get_current_comm, bpf_map_lookup_elem,
            bpf_map_push_elem, bpf_redirect, bpf_ringbuf_reserve, bpf_ringbuf_submit, bpf_spin_lock,
        },
    },
    macros::{cgroup_skb, fentry, socket_filter, tracepoint},
    programs::{FEntryContext, SkBuffContext, TracePointContext},
};

use crate::maps::{COUNTS, EVENTS, SCRATCH, SLOTS};

/// A number where the helper wants a map.
#[tracepoint]
pub fn helper_argument(_ctx: TracePointContext) -> u32 {
    let key = 0u32;
    // SAFETY: none, this is the mistake.
    let value = unsafe { bpf_map_lookup_elem(64 as *mut _, (&raw const key).cast()) };
    u32::from(value.is_null())
}

/// The context where the helper wants memory of its own record.
#[tracepoint]
pub fn helper_argument__record(_ctx: TracePointContext) -> u32 {
    if let Some(slots) = SLOTS.get_ptr_mut(0) {
        // SAFETY: none, this is the mistake.
        unsafe { bpf_ringbuf_submit(slots.cast(), 0) };
    }
    0
}

/// A helper for packets in a tracing program.
#[tracepoint]
pub fn helper_not_allowed(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { bpf_redirect(1, 0) as u32 }
}

/// A helper that no kernel has.
#[tracepoint]
pub fn helper_unknown(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!("call 9999", out("r0") _, out("r1") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _)
    };
    0
}

/// A GPL-only helper in an object that says `Proprietary`.
#[tracepoint]
pub fn gpl_only(_ctx: TracePointContext) -> u32 {
    // SAFETY: the helper takes no arguments.
    unsafe { bpf_get_current_task() as u32 }
}

/// A hash map has no push.
#[tracepoint]
pub fn map_and_helper(_ctx: TracePointContext) -> u32 {
    let value = 1u64;
    // SAFETY: none, this is the mistake.
    unsafe { bpf_map_push_elem((&raw const COUNTS).cast_mut().cast(), (&raw const value).cast(), 0) as u32 }
}

/// A length that may be anything.
#[tracepoint]
pub fn helper_size(ctx: TracePointContext) -> u32 {
    let Some(scratch) = SCRATCH.get_ptr_mut(0) else { return 0 };
    // SAFETY: a tracepoint has so many bytes of context.
    let length = unsafe { ptr::read_volatile(ctx.as_ptr().cast::<u64>().add(2)) };
    // SAFETY: none, this is the mistake.
    unsafe { bpf_get_current_comm(scratch.cast(), length as u32) as u32 }
}

/// A length larger than the buffer.
#[tracepoint]
pub fn map_value_bounds__helper(_ctx: TracePointContext) -> u32 {
    let Some(scratch) = SCRATCH.get_ptr_mut(0) else { return 0 };
    // SAFETY: none, this is the mistake.
    unsafe { bpf_get_current_comm(scratch.cast(), 65) as u32 }
}

/// A key on the stack that was never written.
#[tracepoint]
pub fn stack_uninitialised__key(_ctx: TracePointContext) -> u32 {
    let map = &raw const COUNTS;
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!("r2 = r10", "r2 += -256", "call 1",
            inout("r1") map => _, out("r0") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _);
    }
    0
}

/// A buffer on the stack that is shorter than the helper is told.
#[tracepoint]
pub fn stack_bounds__helper(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!("r1 = r10", "r1 += -8", "r2 = 16", "call 16",
            out("r1") _, out("r0") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _);
    }
    0
}

/// A record that is reserved and then forgotten.
#[tracepoint]
pub fn unreleased_reference(_ctx: TracePointContext) -> u32 {
    let Some(mut record) = EVENTS.reserve::<u64>(0) else { return 0 };
    record.write(7);
    core::mem::forget(record);
    0
}

/// A record that is used after it was handed in.
#[tracepoint]
pub fn scalar_dereference__submitted(_ctx: TracePointContext) -> u32 {
    // SAFETY: the map is a ring buffer.
    let record = unsafe { bpf_ringbuf_reserve((&raw const EVENTS).cast_mut().cast(), 8, 0) }.cast::<u64>();
    if record.is_null() {
        return 0;
    }
    // SAFETY: the record was reserved above.
    unsafe { bpf_ringbuf_submit(record.cast(), 0) };
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile(record, 1) };
    0
}

/// A helper that may sleep, in a program that may not.
#[fentry(function = "vfs_read")]
pub fn sleepable_helper(ctx: FEntryContext) -> i32 {
    let mut bytes = [0u8; 8];
    let from: *const u8 = ctx.arg(1);
    // SAFETY: none, this is the mistake.
    unsafe { bpf_copy_from_user((&raw mut bytes).cast(), 8, from.cast()) as i32 }
}

/// A spin lock in a map whose value has none.
#[socket_filter]
pub fn spin_lock(_ctx: SkBuffContext) -> i64 {
    if let Some(slots) = SLOTS.get_ptr_mut(0) {
        // SAFETY: none, this is the mistake.
        unsafe { bpf_spin_lock(slots.cast()) };
    }
    0
}

/// A dynptr that was never made.
#[tracepoint]
pub fn dynptr(_ctx: TracePointContext) -> u32 {
    let mut pointer = [bpf_get_current_pid_tgid(); 2];
    let mut bytes = 0u64;
    // SAFETY: none, this is the mistake.
    unsafe { bpf_dynptr_read((&raw mut bytes).cast(), 8, (&raw mut pointer).cast(), 0, 0) as u32 }
}

/// A format of length 0.
#[tracepoint]
pub fn helper_size__zero(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe {
        asm!("r1 = r10", "r1 += -8", "*(u64 *)(r10 - 8) = r1", "r2 = 0", "call 6",
            out("r1") _, out("r0") _, out("r2") _, out("r3") _, out("r4") _, out("r5") _);
    }
    0
}

/// Packets are read-only here.
#[cgroup_skb]
pub fn packet_write(ctx: SkBuffContext) -> i32 {
    let skb = ctx.skb.skb;
    // SAFETY: the fields are the context's own.
    let (start, end) = unsafe { ((*skb).data as usize, (*skb).data_end as usize) };
    if start + 20 > end {
        return 1;
    }
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile((start + 8) as *mut u8, 64) };
    1
}

/// A null pointer where the helper writes to.
#[tracepoint]
pub fn helper_argument__null(_ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { bpf_get_current_comm(ptr::null_mut(), 16) as u32 }
}
