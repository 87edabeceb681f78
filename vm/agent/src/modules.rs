//! Loads the kernel modules that the host put into the initramfs, in the order that it wrote down.

use std::{ffi::CString, fs::File, io, os::fd::AsRawFd};

/// One file name a line, dependencies first; written by the host (`vm::initramfs`).
const ORDER: &str = "/modules/order";

/// Loads every module in the order file. A module that is loaded already is fine.
pub(crate) fn load_all() -> Result<(), String> {
    let Ok(order) = std::fs::read_to_string(ORDER) else { return Ok(()) };
    for name in order.lines() {
        load(name).map_err(|error| format!("cannot load module {name}: {error}"))?;
    }
    Ok(())
}

fn load(name: &str) -> io::Result<()> {
    let module = File::open(format!("/modules/{name}"))?;
    let parameters = CString::default();
    // SAFETY: the descriptor is open, the parameters are a NUL-terminated string that outlives the call.
    let status = unsafe { libc::syscall(libc::SYS_finit_module, module.as_raw_fd(), parameters.as_ptr(), 0) };
    match io::Error::last_os_error() {
        _ if status == 0 => Ok(()),
        error if error.raw_os_error() == Some(libc::EEXIST) => Ok(()),
        error => Err(error),
    }
}
