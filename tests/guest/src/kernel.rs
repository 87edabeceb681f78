//! Faults of the guest's kernel: panic, power-off, complaints in its log, a wrecked file system.

use std::{ffi::CString, fs, io, io::Write};

/// Asks the kernel for one of its emergency acts (Documentation/admin-guide/sysrq.rst); `c` is a panic.
pub(crate) fn sysrq(key: u8) -> io::Result<()> {
    fs::write("/proc/sys/kernel/sysrq", "1")?;
    fs::write("/proc/sysrq-trigger", [key])
}

/// Ends the guest. Returns only if the kernel refuses.
pub(crate) fn reboot(how: i32) -> io::Result<()> {
    // SAFETY: takes no pointer.
    unsafe { libc::reboot(how) };
    Err(io::Error::last_os_error())
}

/// Keeps the kernel from printing anything on the console, not even what it says last.
pub(crate) fn silence() -> io::Result<()> {
    fs::write("/proc/sys/kernel/printk", "0 0 0 0")
}

/// Writes to a port of the machine, past the kernel. Returns if the machine takes it as nothing special.
pub(crate) fn write_port(port: u16, value: u16) -> io::Result<()> {
    // SAFETY: asks the kernel for the right to use ports; takes no pointer.
    if unsafe { libc::iopl(3) } != 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: touches no memory; what it does to the guest is the very purpose.
    unsafe { std::arch::asm!("out dx, ax", in("dx") port, in("ax") value, options(nomem, nostack)) };
    crate::process::silent()
}

/// Puts a line into the kernel's log, then goes on as if nothing had happened.
pub(crate) fn log(text: &str) -> io::Result<()> {
    fs::OpenOptions::new().write(true).open("/dev/kmsg")?.write_all(format!("<4>{text}\n").as_bytes())?;
    crate::say::everything()
}

/// Takes every mount away and deletes every file: what `rm -rf /` would do.
pub(crate) fn wreck() -> io::Result<()> {
    for path in ["/lab", "/init", "/modules"] {
        let _ = fs::remove_dir_all(path).or_else(|_| fs::remove_file(path));
    }
    for entry in fs::read_dir("/dev")?.flatten() {
        let _ = fs::remove_file(entry.path());
    }
    let mounts = fs::read_to_string("/proc/self/mounts")?;
    let mut targets: Vec<&str> = mounts.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    targets.reverse();
    for target in targets.into_iter().filter(|target| *target != "/") {
        let target = CString::new(target).map_err(io::Error::other)?;
        // SAFETY: the path is a NUL-terminated string that outlives the call.
        if unsafe { libc::umount2(target.as_ptr(), libc::MNT_DETACH) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    if fs::read_dir("/proc")?.next().is_some() {
        return Err(io::Error::other("/proc is still mounted"));
    }
    Ok(())
}
