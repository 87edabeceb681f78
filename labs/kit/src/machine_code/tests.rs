//! Machine code in a process of its own: what comes back of code that ends, faults, or asks the kernel for something.

use super::*;
use crate::confined;

/// What `work` finds out in a process of its own: it takes signals, and may close system calls.
fn in_a_child(work: impl FnOnce() -> Result<(), String>) {
    // SAFETY: the child runs `work` and nothing behind this function.
    let pid = unsafe { libc::fork() };
    assert!(pid >= 0, "no process");
    if pid == 0 {
        confined::pretend();
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        let code = match result {
            Ok(Ok(())) => 0,
            Ok(Err(why)) => {
                eprintln!("{why}");
                1
            }
            Err(_) => 2,
        };
        // SAFETY: ends the child at once.
        unsafe { libc::_exit(code) };
    }
    let mut status = 0;
    // SAFETY: the child is this test's own.
    unsafe { libc::waitpid(pid, &raw mut status, 0) };
    assert_eq!(status, 0, "wait status {status:#x}");
}

/// Runs code from pages that are no longer written.
fn run(code: &[u8], registers: &mut [u64; REGISTERS]) -> Result<(), Fault> {
    let mut pages = Pages::new(code.len()).unwrap();
    pages.write(code).unwrap();
    pages.protect(Protection::Execute).unwrap();
    pages.call(registers)
}

fn fault(code: &[u8]) -> String {
    run(code, &mut [0; REGISTERS]).unwrap_err().to_string()
}

fn is<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Result<(), String> {
    if found == expected { Ok(()) } else { Err(format!("{found:x?}, expected {expected:x?}")) }
}

#[test]
fn registers_go_in_and_come_out() {
    in_a_child(|| {
        let begin: [u64; REGISTERS] = std::array::from_fn(|at| 0x1111_1111_1111_1111 * (at as u64 + 1));
        let mut registers = begin;
        run(&[0xc3], &mut registers).map_err(|fault| fault.to_string())?;
        is(registers, begin)?;
        // mov rax, r15; mov r14, rdi; push rax; push rax; pop rcx; pop rbp; std; ret
        let code = [0x4c, 0x89, 0xf8, 0x49, 0x89, 0xfe, 0x50, 0x50, 0x59, 0x5d, 0xfd, 0xc3];
        run(&code, &mut registers).map_err(|fault| fault.to_string())?;
        let mut end = begin;
        (end[0], end[8], end[4], end[10]) = (begin[9], begin[1], begin[9], begin[9]);
        is(registers, end)
    });
}

#[test]
fn a_fault_says_where_and_the_process_goes_on() {
    in_a_child(|| {
        let text = |code: &[u8], expected: &str| is(fault(code), expected.to_owned());
        // nop; xor ecx, ecx; div rcx
        text(
            &[0x90, 0x31, 0xc9, 0x48, 0xf7, 0xf1],
            "signal 8 (a division that has no result), at byte 0x03 of the code",
        )?;
        // mov eax, 0x1000; mov [rax], eax
        text(
            &[0xb8, 0, 0x10, 0, 0, 0x89, 0, 0xc3],
            "memory at 0x1000 that it must not use so (signal 11), at byte 0x05 of the code",
        )?;
        // ud2
        text(&[0x0f, 0x0b], "signal 4 (an instruction that there is not), at byte 0x00 of the code")?;
        // nop, and no ret behind it
        text(&[0x90], "no code there (signal 5), at byte 0x01 of the code")?;
        text(&[], "no code there (signal 5), at byte 0x00 of the code")?;
        // jmp back to itself
        text(&[0x90, 0xeb, 0xfe], "not at its end after 0.1 s, at byte 0x01 of the code")?;
        // push 0; ret
        text(&[0x6a, 0, 0xc3], "memory at 0x0 that it must not use so (signal 11), outside of the code")?;
        // xor esp, esp; push rax
        text(
            &[0x31, 0xe4, 0x50],
            "memory at 0xfffffffffffffff8 that it must not use so (signal 11), at byte 0x02 of the code",
        )
        .or_else(|_| {
            text(
                &[0x31, 0xe4, 0x50],
                "memory at 0x0 that it must not use so (signal 11), at byte 0x02 of the code",
            )
        })?;
        // push 0x40100; popf: single step and alignment checks; nop
        text(&[0x68, 0, 1, 4, 0, 0x9d, 0x90, 0xc3], "no code there (signal 5), at byte 0x06 of the code")?;
        let mut registers = [0; REGISTERS];
        // mov eax, 7; ret
        run(&[0xb8, 7, 0, 0, 0, 0xc3], &mut registers).map_err(|fault| fault.to_string())?;
        is(registers[0], 7)
    });
}

#[test]
fn pages_are_written_or_run() {
    in_a_child(|| {
        // lea r11, [rip - 7]; mov [r11], al; mov eax, 7; ret
        let code = [0x4c, 0x8d, 0x1d, 0xf9, 0xff, 0xff, 0xff, 0x41, 0x88, 0x03, 0xb8, 7, 0, 0, 0, 0xc3];
        let mut pages = Pages::new(code.len())?;
        pages.write(&code)?;
        is(pages.hold(&code), true)?;
        is(pages.in_maps().unwrap().as_str(), "rw-p")?;
        let mut registers = [0; REGISTERS];
        is(pages.call(&mut registers).unwrap_err().at, Some(0))?;
        pages.protect(Protection::Execute)?;
        is(pages.in_maps().unwrap().as_str(), "r-xp")?;
        is(pages.call(&mut registers).unwrap_err().at, Some(7))?;
        is(pages.write(&code).is_err(), true)?;
        pages.protect(Protection::WriteExecute)?;
        is(pages.in_maps().unwrap().as_str(), "rwxp")?;
        is(pages.call(&mut registers).is_ok(), true)?;
        is((registers[0], pages.hold(&code)), (7, false))?;
        let said: Vec<String> = pages.protections().iter().map(ToString::to_string).collect();
        is(said, ["rw-", "r-x", "rwx"].map(str::to_owned).into())
    });
}

#[test]
fn what_is_too_long_is_refused() {
    assert!(Pages::new(1 << 21).is_err());
    assert!(Pages::new(1).unwrap().write(&[0; 5000]).is_err());
}

#[test]
#[should_panic(expected = "in a confined process only")]
fn it_runs_nowhere_else() {
    let _ = run(&[0xc3], &mut [0; REGISTERS]);
}

#[test]
fn after_closing_there_are_no_system_calls() {
    in_a_child(|| {
        // SAFETY: numbers only.
        unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1_u64, 0_u64, 0_u64, 0_u64) };
        // mov eax, 39; syscall; ret: getpid
        let code = [0xb8, 39, 0, 0, 0, 0x0f, 0x05, 0xc3];
        let mut pages = Pages::new(code.len())?;
        pages.write(&code)?;
        pages.protect(Protection::Execute)?;
        close().map_err(|error| error.to_string())?;
        let fault = pages.call(&mut [0; REGISTERS]).unwrap_err();
        is(fault, Fault { cause: Cause::SystemCall, at: Some(5) })
    });
}
