// fails: Differs in programs: cgroup connect: refused
//! Lab 00, wrong on purpose: this kind of program must answer 0 or 1, and the
//! verifier sees that 2 is neither.

use aya_ebpf::{
    bindings::{sk_action::SK_PASS, xdp_action},
    macros::{
        btf_tracepoint, cgroup_skb, cgroup_sock_addr, classifier, fentry, fexit, kprobe, kretprobe, lsm,
        perf_event, raw_tracepoint, sk_lookup, sock_ops, socket_filter, tracepoint, uprobe, uretprobe, xdp,
    },
    programs::{
        BtfTracePointContext, FEntryContext, FExitContext, LsmContext, PerfEventContext, ProbeContext,
        RawTracePointContext, RetProbeContext, SkBuffContext, SkLookupContext, SockAddrContext,
        SockOpsContext, TcContext, TracePointContext, XdpContext,
    },
};

/// When any process enters the system call `openat`: an event that the kernel's
/// authors named.
#[tracepoint]
pub fn on_openat(_ctx: TracePointContext) -> u32 {
    0
}

/// The same kind of event without the copying: the program gets the kernel's own
/// arguments.
#[raw_tracepoint(tracepoint = "sched_switch")]
pub fn on_switch(_ctx: RawTracePointContext) -> i32 {
    0
}

/// The same once more, with arguments whose types the verifier knows from the
/// kernel's BTF.
#[btf_tracepoint(function = "sched_switch")]
pub fn on_typed_switch(_ctx: BtfTracePointContext) -> i32 {
    0
}

/// When the kernel enters a function of its own, almost any function.
#[kprobe]
pub fn on_kernel_entry(_ctx: ProbeContext) -> u32 {
    0
}

/// When it returns from one.
#[kretprobe]
pub fn on_kernel_return(_ctx: RetProbeContext) -> u32 {
    0
}

/// The same for a function of a user program.
#[uprobe]
pub fn on_user_entry(_ctx: ProbeContext) -> u32 {
    0
}

/// And its return.
#[uretprobe]
pub fn on_user_return(_ctx: RetProbeContext) -> u32 {
    0
}

/// Like a kprobe, but called by the function itself: no breakpoint, typed arguments.
#[fentry(function = "vfs_read")]
pub fn on_read(_ctx: FEntryContext) -> i32 {
    0
}

/// The same at its end, with the arguments and the result.
#[fexit(function = "vfs_read")]
pub fn on_read_done(_ctx: FExitContext) -> i32 {
    0
}

/// At every so many ticks of a clock or a hardware counter: how profilers take
/// samples.
#[perf_event]
pub fn on_sample(_ctx: PerfEventContext) -> u32 {
    0
}

/// Before a process may open a file: the program's answer is the permission. 0
/// allows.
#[lsm(hook = "file_open")]
pub fn may_open(_ctx: LsmContext) -> i32 {
    0
}

/// For each packet that arrives, before the kernel has made anything of it.
#[xdp]
pub fn on_arrival(_ctx: XdpContext) -> u32 {
    xdp_action::XDP_PASS
}

/// For each packet in the kernel's queueing, in both directions. 0 lets it go.
#[classifier]
pub fn on_queue(_ctx: TcContext) -> i32 {
    0
}

/// For each packet that a socket is about to get: how many bytes of it may it see?
#[socket_filter]
pub fn for_socket(ctx: SkBuffContext) -> i64 {
    i64::from(ctx.len())
}

/// For each packet of the processes of one cgroup. 1 lets it go.
#[cgroup_skb(egress)]
pub fn leaves_cgroup(_ctx: SkBuffContext) -> i32 {
    1
}

// ANCHOR: wrong
/// Before a process of a cgroup connects. 1 allows; the program may also change the
/// address.
#[cgroup_sock_addr(connect4)]
pub fn may_connect(_ctx: SockAddrContext) -> i32 {
    2
}
// ANCHOR_END: wrong

/// At the turning points of a TCP connection's life.
#[sock_ops]
pub fn on_tcp_event(_ctx: SockOpsContext) -> u32 {
    1
}

/// When a packet looks for the socket that it is for.
#[sk_lookup]
pub fn find_socket(_ctx: SkLookupContext) -> u32 {
    SK_PASS
}
