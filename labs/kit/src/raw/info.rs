//! What the kernel tells about a loaded program: `BPF_OBJ_GET_INFO_BY_FD`.

use std::{
    io,
    os::fd::{AsRawFd, OwnedFd},
};

use super::syscall::{Command, address_mut, bpf};

/// `struct bpf_prog_info` of include/uapi/linux/bpf.h, as far as 5.10 has it. The caller sets where lists may be
/// written and how long they may be; the kernel sets how long they are.
#[repr(C)]
#[derive(Debug, Default)]
pub(super) struct Info {
    pub(super) kind: u32,
    pub(super) id: u32,
    pub(super) tag: [u8; 8],
    pub(super) jited_size: u32,
    pub(super) translated_size: u32,
    pub(super) jited: u64,
    pub(super) translated: u64,
    pub(super) load_time: u64,
    pub(super) created_by: u32,
    pub(super) map_count: u32,
    pub(super) maps: u64,
    pub(super) name: [u8; 16],
    pub(super) interface: u32,
    pub(super) licence: u32,
    pub(super) namespace: [u64; 2],
    pub(super) address_count: u32,
    pub(super) function_size_count: u32,
    pub(super) addresses: u64,
    pub(super) function_sizes: u64,
    pub(super) types: u32,
    pub(super) function_size: u32,
    pub(super) functions: u64,
    pub(super) function_count: u32,
    pub(super) line_count: u32,
    pub(super) lines: u64,
    pub(super) jited_lines: u64,
    pub(super) jited_line_count: u32,
    pub(super) line_size: u32,
    pub(super) jited_line_size: u32,
    pub(super) tag_count: u32,
    pub(super) tags: u64,
}

#[repr(C)]
#[derive(Default)]
struct ObjectInfo {
    fd: u32,
    size: u32,
    info: u64,
}

/// Asks for information.
///
/// # Safety
/// `wanted` must say where lists may be written, and how long they may be; what it does not name must be 0.
pub(super) unsafe fn ask(program: &OwnedFd, wanted: Info) -> io::Result<Info> {
    let mut info = [wanted];
    let size = size_of::<Info>() as u32;
    let mut attributes = ObjectInfo { fd: program.as_raw_fd() as u32, size, info: address_mut(&mut info) };
    // SAFETY: `info` is as long as `size` says; for its own pointers the caller answers.
    unsafe { bpf(Command::ObjectInfo, &mut attributes) }?;
    let [info] = info;
    Ok(info)
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::Info;

    /// As `offsetof` says with include/uapi/linux/bpf.h.
    #[test]
    fn the_fields_lie_where_the_kernel_has_them() {
        assert_eq!(offset_of!(Info, jited), 24);
        assert_eq!(offset_of!(Info, addresses), 112);
        assert_eq!(offset_of!(Info, jited_lines), 160);
        assert_eq!(size_of::<Info>(), 192);
    }
}
