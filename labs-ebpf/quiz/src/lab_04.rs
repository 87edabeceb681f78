//! The quiz of lab 04: what the verifier thinks about the end of a packet.

use core::{ffi::c_void, ptr::read_volatile};

use aya_ebpf::{
    bindings::{xdp_action::XDP_PASS, xdp_md},
    helpers::bpf_xdp_adjust_head,
};

/// Where the packet begins, and where it ends.
#[inline(always)]
fn packet(ctx: *mut c_void) -> (usize, usize) {
    // SAFETY: the context of an XDP program is an `xdp_md`.
    let context = unsafe { &*ctx.cast::<xdp_md>() };
    (context.data as usize, context.data_end as usize)
}

// ANCHOR: lab_04_checks_thirteen_bytes
#[unsafe(no_mangle)]
#[unsafe(link_section = "xdp")]
extern "C" fn lab_04_checks_thirteen_bytes(ctx: *mut c_void) -> u32 {
    let (data, end) = packet(ctx);
    if data + 13 > end {
        return XDP_PASS;
    }
    // SAFETY: that is the question.
    let last = unsafe { read_volatile((data + 13) as *const u8) };
    u32::from(last & 1) + 1
}
// ANCHOR_END: lab_04_checks_thirteen_bytes

// ANCHOR: lab_04_checks_more_than_it_reads
#[unsafe(no_mangle)]
#[unsafe(link_section = "xdp")]
extern "C" fn lab_04_checks_more_than_it_reads(ctx: *mut c_void) -> u32 {
    let (data, end) = packet(ctx);
    if data + 14 >= end {
        return XDP_PASS;
    }
    // SAFETY: that is the question.
    let _last = unsafe { read_volatile((data + 13) as *const u8) };
    XDP_PASS
}
// ANCHOR_END: lab_04_checks_more_than_it_reads

// ANCHOR: lab_04_moves_the_beginning
#[unsafe(no_mangle)]
#[unsafe(link_section = "xdp")]
extern "C" fn lab_04_moves_the_beginning(ctx: *mut c_void) -> u32 {
    let (data, end) = packet(ctx);
    if data + 14 > end {
        return XDP_PASS;
    }
    // SAFETY: the helper takes the context. It cuts four bytes off the beginning.
    unsafe { bpf_xdp_adjust_head(ctx.cast(), 4) };
    // SAFETY: that is the question.
    let byte = unsafe { read_volatile((data + 13) as *const u8) };
    u32::from(byte & 1) + 1
}
// ANCHOR_END: lab_04_moves_the_beginning

// ANCHOR: lab_04_reads_a_port
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_04_reads_a_port(_ctx: *mut c_void) -> u32 {
    // The bytes of port 3141, as they stand in a packet.
    let in_the_packet: [u8; 2] = [0x0c, 0x45];
    u32::from(u16::from_ne_bytes(in_the_packet))
}
// ANCHOR_END: lab_04_reads_a_port
