//! The programs of lab 09's quiz.

use core::ffi::c_void;

use aya_ebpf::{
    bindings::__sk_buff,
    helpers::generated::{bpf_get_current_pid_tgid, bpf_xdp_adjust_tail},
};

// ANCHOR: lab_09_tail
/// Cuts the last byte of the packet off.
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_09_tail(packet: *mut __sk_buff) -> u32 {
    // SAFETY: the verifier looks at it.
    unsafe { bpf_xdp_adjust_tail(packet.cast(), -1) as u32 }
}
// ANCHOR_END: lab_09_tail

// ANCHOR: lab_09_who
/// Who sends this packet?
#[unsafe(no_mangle)]
#[unsafe(link_section = "classifier")]
extern "C" fn lab_09_who(_packet: *mut c_void) -> u32 {
    // SAFETY: the helper takes no argument and only returns a number.
    (unsafe { bpf_get_current_pid_tgid() } >> 32 != 0) as u32
}
// ANCHOR_END: lab_09_who
