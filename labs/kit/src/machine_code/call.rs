//! Into machine code and out of it again, by a fixed piece of assembler.
//!
//! It knows nothing of what the code is for.

use std::{
    arch::naked_asm,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{Fault, REGISTERS, trap};

/// Whether code is running. There is one stack to come back to, so there is one at a time.
static RUNNING: AtomicBool = AtomicBool::new(false);

/// The stack pointer to come back with.
pub(super) static STACK: AtomicU64 = AtomicU64::new(0);

/// Where to come back to; 0 while no code runs.
pub(super) static LANDING: AtomicU64 = AtomicU64::new(0);

/// Calls the code at `start`, in pages of `length` bytes.
pub(super) fn call(start: usize, length: usize, registers: &mut [u64; REGISTERS]) -> Result<(), Fault> {
    assert!(!RUNNING.swap(true, Ordering::SeqCst), "one piece of machine code at a time");
    let watch = trap::Watch::begin(start..start + length);
    // SAFETY: the pages of `start` may hold anything. That is why only a confined process comes here: what the code
    // does to this process decides nothing but this process's answer. `enter` restores what Rust relies on.
    unsafe { enter(start, registers.as_mut_ptr()) };
    let fault = watch.end();
    RUNNING.store(false, Ordering::SeqCst);
    fault.map_or(Ok(()), Err)
}

/// Loads the registers, calls the code, and stores them. Whoever jumps to [`LANDING`] with [`STACK`] comes back as if
/// the code had returned.
#[unsafe(naked)]
unsafe extern "C" fn enter(code: usize, registers: *mut u64) {
    naked_asm!(
        // What a function has to leave as it was (System V ABI, 3.2.1).
        "push rbp",
        "push rbx",
        "push r12",
        "push r13",
        "push r14",
        "push r15",
        // Seven words and the return address: the stack is where the ABI wants it before a call.
        "push rsi",
        "mov [rip + {stack}], rsp",
        "lea r11, [rip + 2f]",
        "mov [rip + {landing}], r11",
        "mov r11, rdi",
        "mov r10, rsi",
        "mov rax, [r10]",
        "mov rdi, [r10 + 8]",
        "mov rsi, [r10 + 16]",
        "mov rdx, [r10 + 24]",
        "mov rcx, [r10 + 32]",
        "mov r8, [r10 + 40]",
        "mov rbx, [r10 + 48]",
        "mov r13, [r10 + 56]",
        "mov r14, [r10 + 64]",
        "mov r15, [r10 + 72]",
        "mov rbp, [r10 + 80]",
        "call r11",
        "2:",
        // From here on a signal is not the code's.
        "mov qword ptr [rip + {landing}], 0",
        // Not what the code has left there: it may have pushed more than it popped.
        "mov rsp, [rip + {stack}]",
        "pop r10",
        "mov [r10], rax",
        "mov [r10 + 8], rdi",
        "mov [r10 + 16], rsi",
        "mov [r10 + 24], rdx",
        "mov [r10 + 32], rcx",
        "mov [r10 + 40], r8",
        "mov [r10 + 48], rbx",
        "mov [r10 + 56], r13",
        "mov [r10 + 64], r14",
        "mov [r10 + 72], r15",
        "mov [r10 + 80], rbp",
        // All flags as at the beginning: direction, single step, alignment.
        "push 2",
        "popfq",
        "pop r15",
        "pop r14",
        "pop r13",
        "pop r12",
        "pop rbx",
        "pop rbp",
        "ret",
        stack = sym STACK,
        landing = sym LANDING,
    )
}
