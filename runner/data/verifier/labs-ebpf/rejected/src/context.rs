//! Mistakes with the context, the arguments and the return value.

use core::{arch::asm, hint::black_box, ptr};

use aya_ebpf::{
    EbpfContext,
    macros::{cgroup_skb, fentry, fexit, lsm, tracepoint, xdp},
    programs::{FEntryContext, FExitContext, LsmContext, SkBuffContext, TracePointContext, XdpContext},
};

/// A field behind the end of the context.
#[xdp]
pub fn context_bounds(ctx: XdpContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { ptr::read_volatile(ctx.ctx.cast::<u32>().add(16)) }
}

/// The context of a tracepoint is written to.
#[tracepoint]
pub fn context_write(ctx: TracePointContext) -> u32 {
    // SAFETY: none, this is the mistake.
    unsafe { ptr::write_volatile(ctx.as_ptr().cast::<u64>(), 1) };
    0
}

/// `vfs_read` has four arguments.
#[fentry(function = "vfs_read")]
pub fn function_argument(ctx: FEntryContext) -> i32 {
    let sixth: u64 = ctx.arg(5);
    black_box(sixth) as i32
}

/// A program for a cgroup answers 0 or 1 (or a little more).
#[cgroup_skb]
pub fn return_range(_ctx: SkBuffContext) -> i32 {
    5
}

/// A security hook answers 0 or a negative error.
#[lsm(hook = "file_open")]
pub fn return_range__lsm(_ctx: LsmContext) -> i32 {
    1
}

/// A cgroup program answers with something that is no number.
#[cgroup_skb]
pub fn return_not_a_number(ctx: SkBuffContext) -> i32 {
    // SAFETY: none, this is the mistake.
    unsafe { asm!("r0 = r1", "exit", in("r1") ctx.skb.skb, options(noreturn)) }
}

/// No exit hook can be put behind a function that does not return.
#[fexit(function = "do_exit")]
pub fn attach_target__noreturn(_ctx: FExitContext) -> i32 {
    0
}

/// A result is read with a helper that came with 5.17.
#[fexit(function = "vfs_read")]
pub fn helper_unknown__ret(ctx: FExitContext) -> i32 {
    let result: Result<u64, i32> = ctx.ret();
    result.map_or(1, |value| value as i32)
}
