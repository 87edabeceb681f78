//! Three programs for the learner's listing to find: the fixed part of lab 02.
//!
//! They do next to nothing. What matters is how they hang together with maps, links and pins.
#![no_std]
#![no_main]

use aya_ebpf::{
    bindings::xdp_action,
    helpers::bpf_get_smp_processor_id,
    macros::{map, raw_tracepoint, tracepoint, xdp},
    maps::{Array, HashMap},
    programs::{RawTracePointContext, TracePointContext, XdpContext},
};

/// Used by both tracing programs.
#[map]
static SEEN: HashMap<u32, u64> = HashMap::with_max_entries(64, 0);

/// Used by `see_switch` alone.
#[map]
static LAST_CPU: Array<u32> = Array::with_max_entries(1, 0);

// ANCHOR: programs
/// A tracepoint program with one map.
#[tracepoint]
pub fn see_files(_ctx: TracePointContext) -> u32 {
    let _ = SEEN.insert(1, 1, 0);
    0
}

/// A raw tracepoint program with two maps.
#[raw_tracepoint(tracepoint = "sched_switch")]
pub fn see_switch(_ctx: RawTracePointContext) -> i32 {
    let _ = SEEN.insert(2, 1, 0);
    // SAFETY: the helper takes no argument and only returns a number.
    let _ = LAST_CPU.set(0, unsafe { bpf_get_smp_processor_id() }, 0);
    0
}

/// An XDP program without a map.
#[xdp]
pub fn drop_all(_ctx: XdpContext) -> u32 {
    xdp_action::XDP_DROP
}
// ANCHOR_END: programs

/// The kernel reads this section: GPL-only helpers are refused to other licences.
#[unsafe(link_section = "license")]
#[unsafe(no_mangle)]
static LICENSE: [u8; 13] = *b"Dual MIT/GPL\0";

/// Rust wants a panic handler. A program that can reach it never passes the verifier.
#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}
