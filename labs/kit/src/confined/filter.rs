//! The system calls that a confined process is refused, as a seccomp filter: a classic BPF program.
//!
//! Capabilities are too coarse: whoever may ask the kernel about programs by their ids may also attach
//! one to the guest program and, from 6.18 on, change its registers. The filter says no with `EPERM`;
//! it kills nobody, and it does not look behind pointers.
//! Source: Documentation/userspace-api/seccomp_filter.rst.

use std::mem::offset_of;

use libc::{seccomp_data, sock_filter};

use super::Rights;

/// `AUDIT_ARCH_X86_64` of include/uapi/linux/audit.h. Other system call tables have other numbers.
const ARCHITECTURE: u32 = 0xc000_003e;

/// Numbers from here on are those of the x32 table.
const X32: u32 = 0x4000_0000;

/// Never granted. With `CAP_SYS_ADMIN` they would change what the guest program sees or does.
const REFUSED: &[libc::c_long] = &[
    // Watches other processes; programs and uprobes are attached through it.
    libc::SYS_perf_event_open,
    // Reach into other processes.
    libc::SYS_ptrace,
    libc::SYS_process_vm_readv,
    libc::SYS_process_vm_writev,
    libc::SYS_pidfd_getfd,
    // Put other files where the guest program looks.
    libc::SYS_mount,
    libc::SYS_umount2,
    libc::SYS_move_mount,
    libc::SYS_open_tree,
    libc::SYS_fsopen,
    libc::SYS_fspick,
    libc::SYS_fsconfig,
    libc::SYS_fsmount,
    libc::SYS_mount_setattr,
    libc::SYS_pivot_root,
    libc::SYS_setns,
    libc::SYS_unshare,
];

/// The filter for these rights.
pub(super) fn program(rights: Rights) -> Vec<sock_filter> {
    let mut list = vec![load(offset_of!(seccomp_data, arch))];
    list.extend([jump(libc::BPF_JEQ, ARCHITECTURE, 1, 0), refuse()]);
    list.push(load(offset_of!(seccomp_data, nr)));
    list.extend([jump(libc::BPF_JGE, X32, 0, 1), refuse()]);
    for number in REFUSED {
        list.extend([jump(libc::BPF_JEQ, *number as u32, 0, 1), refuse()]);
    }
    list.extend([jump(libc::BPF_JEQ, libc::SYS_bpf as u32, 1, 0), allow()]);
    // The lower half of the first argument, on a little-endian machine. The kernel reads no more of it.
    list.push(load(offset_of!(seccomp_data, args)));
    for command in rights.bpf_commands {
        list.extend([jump(libc::BPF_JEQ, *command, 0, 1), allow()]);
    }
    list.push(refuse());
    list
}

/// A filter that lets only these calls through; any other one raises `SIGSYS` in the thread that makes it.
pub(super) fn only(calls: &[libc::c_long]) -> Vec<sock_filter> {
    let raise = || instruction(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_TRAP, 0, 0);
    let mut list = vec![load(offset_of!(seccomp_data, arch))];
    list.extend([jump(libc::BPF_JEQ, ARCHITECTURE, 1, 0), raise()]);
    list.push(load(offset_of!(seccomp_data, nr)));
    for number in calls {
        list.extend([jump(libc::BPF_JEQ, *number as u32, 0, 1), allow()]);
    }
    list.push(raise());
    list
}

fn load(offset: usize) -> sock_filter {
    instruction(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, offset as u32, 0, 0)
}

/// Compares what was loaded with `value`, and leaves out so many instructions.
fn jump(comparison: u32, value: u32, if_true: u8, if_false: u8) -> sock_filter {
    instruction(libc::BPF_JMP | comparison | libc::BPF_K, value, if_true, if_false)
}

fn refuse() -> sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0, 0)
}

fn allow() -> sock_filter {
    instruction(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0)
}

fn instruction(code: u32, k: u32, jt: u8, jf: u8) -> sock_filter {
    sock_filter { code: code as u16, jt, jf, k }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the filter says to a call: an interpreter for its four kinds of instructions.
    fn allowed(rights: Rights, arch: u32, number: libc::c_long, first: u32) -> bool {
        passes(&program(rights), arch, number, first)
    }

    fn passes(program: &[sock_filter], arch: u32, number: libc::c_long, first: u32) -> bool {
        let (mut at, mut loaded) = (0, 0);
        loop {
            let sock_filter { code, jt, jf, k } = program[at];
            at += 1;
            match (code, k) {
                (0x20, 0) => loaded = number as u32,
                (0x20, 4) => loaded = arch,
                (0x20, 16) => loaded = first,
                (0x15, _) => at += usize::from(if loaded == k { jt } else { jf }),
                (0x35, _) => at += usize::from(if loaded >= k { jt } else { jf }),
                (0x06, _) => return k == libc::SECCOMP_RET_ALLOW,
                other => panic!("no such instruction: {other:?}"),
            }
        }
    }

    #[test]
    fn ordinary_calls_go_through_and_those_on_others_do_not() {
        for rights in [Rights::NONE, Rights::ASK_BPF] {
            assert!(allowed(rights, ARCHITECTURE, libc::SYS_write, 3));
            assert!(!allowed(rights, ARCHITECTURE, libc::SYS_mount, 0));
            assert!(!allowed(rights, ARCHITECTURE, libc::SYS_perf_event_open, 0));
        }
    }

    #[test]
    fn bpf_is_open_for_the_commands_that_were_asked_for() {
        let bpf = |rights, command| allowed(rights, ARCHITECTURE, libc::SYS_bpf, command);
        let open: Vec<u32> = (0..64).filter(|command| bpf(Rights::ASK_BPF, *command)).collect();
        assert_eq!(open, Rights::ASK_BPF.bpf_commands);
        assert!((0..64).all(|command| !bpf(Rights::NONE, command)));
    }

    #[test]
    fn only_what_is_named_goes_through() {
        let program = only(&[libc::SYS_write, libc::SYS_exit_group]);
        let open: Vec<_> = (0..500).filter(|number| passes(&program, ARCHITECTURE, *number, 0)).collect();
        assert_eq!(open, [libc::SYS_write, libc::SYS_exit_group]);
        assert!(!passes(&program, 0x4000_0003, libc::SYS_write, 0), "the 32-bit table");
    }

    #[test]
    fn other_tables_of_calls_are_closed() {
        assert!(!allowed(Rights::ASK_BPF, 0x4000_0003, libc::SYS_write, 3), "the 32-bit one");
        assert!(!allowed(Rights::ASK_BPF, ARCHITECTURE, 0x4000_0001, 3), "x32");
    }
}
