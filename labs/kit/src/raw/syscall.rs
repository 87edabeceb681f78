//! The system call itself.

use std::io;

/// `enum bpf_cmd`.
#[derive(Debug, Clone, Copy)]
#[repr(u32)]
pub(super) enum Command {
    MapCreate = 0,
    MapLookup = 1,
    MapUpdate = 2,
    ProgramLoad = 5,
    ObjectGet = 7,
    ProgramTestRun = 10,
    ProgramById = 13,
    ObjectInfo = 15,
    TypesLoad = 18,
}

/// Calls bpf(2) with one of its argument structures.
///
/// # Errors
/// What the kernel says.
///
/// # Safety
/// Every pointer in `attributes` must be valid for what the command does with it.
pub(super) unsafe fn bpf<T>(command: Command, attributes: &mut T) -> io::Result<i32> {
    // SAFETY: the structure outlives the call, and its size is told; the rest is the caller's promise.
    let result = unsafe {
        libc::syscall(libc::SYS_bpf, command as libc::c_long, std::ptr::from_mut(attributes), size_of::<T>())
    };
    i32::try_from(result).ok().filter(|result| *result >= 0).ok_or_else(io::Error::last_os_error)
}

/// A pointer as the argument structures hold it.
pub(super) fn address<T>(slice: &[T]) -> u64 {
    slice.as_ptr() as u64
}

/// A pointer through which the kernel writes.
pub(super) fn address_mut<T>(slice: &mut [T]) -> u64 {
    slice.as_mut_ptr() as u64
}
