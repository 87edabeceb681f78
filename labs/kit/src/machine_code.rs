//! Machine code that somebody else has made: pages for it, and one call into it.
//!
//! For authors. Whoever runs bytes runs everything that may stand in them, so this works in a confined process only
//! ([`crate::confined`]); anywhere else [`Pages::call`] refuses. It makes sure of three things:
//!
//! - What the code does to registers, stack and flags is undone when it ends, however it ends: `call.rs`.
//! - A fault of the processor, or an end that never comes, ends the code and not the process: `trap.rs`. It says where
//!   the code was.
//! - After [`close`] the process can compute, answer and end, and nothing else: a system call that needs more is a
//!   fault, in the code as anywhere.
//!
//! It does not look at what the code computes, and it cannot keep code from writing over the process's own memory:
//! such a process answers nonsense or dies, and both are the exercise's matter.

mod call;
mod pages;
mod trap;

use std::io;

pub use pages::{Pages, Protection};
pub use trap::{Cause, Fault};

use crate::confined::only;

/// How many registers go in and come out: R0 to R10.
pub const REGISTERS: usize = 11;

/// Gives up all system calls but those that computing and answering need. It cannot be undone.
///
/// # Errors
/// If the kernel refuses the filter; then nothing must run.
pub fn close() -> io::Result<()> {
    trap::arm()?;
    only(&NEEDED)
}

/// What a process needs that has its question already: memory, the time limit, its answer, its end.
const NEEDED: [libc::c_long; 16] = [
    libc::SYS_write,
    libc::SYS_close,
    libc::SYS_gettid,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigaction,
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_mremap,
    libc::SYS_munmap,
    libc::SYS_madvise,
    libc::SYS_sigaltstack,
    libc::SYS_setitimer,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
];

#[cfg(test)]
mod tests;
