//! What root in the guest can do to the agent, which is PID 1.

use std::{fs, fs::OpenOptions, io, os::unix::fs::FileExt, ptr::null_mut};

use crate::process::silent;

const INIT: i32 = 1;

/// Every signal, to the process and to each of its threads.
pub(crate) fn signals() -> io::Result<()> {
    for signal in 1..=64 {
        // SAFETY: takes no pointer.
        unsafe { libc::kill(INIT, signal) };
        for thread in threads()? {
            // SAFETY: takes no pointer.
            unsafe { libc::syscall(libc::SYS_tgkill, INIT, thread, signal) };
        }
    }
    Ok(())
}

fn threads() -> io::Result<Vec<i32>> {
    let entries = fs::read_dir("/proc/1/task")?;
    Ok(entries.flatten().filter_map(|entry| entry.file_name().to_string_lossy().parse().ok()).collect())
}

/// Stops every thread of the agent with a debugger's call, and keeps them.
pub(crate) fn traced() -> io::Result<()> {
    for thread in threads()? {
        // SAFETY: these requests take no pointers to our memory.
        let attached = unsafe { libc::ptrace(libc::PTRACE_SEIZE, thread, 0, 0) };
        if attached != 0 {
            return Err(io::Error::last_os_error());
        }
        // SAFETY: as above.
        unsafe { libc::ptrace(libc::PTRACE_INTERRUPT, thread, 0, 0) };
    }
    silent()
}

/// Has the kernel kill the agent when this process ends.
pub(crate) fn dies_with_tracer() -> io::Result<()> {
    // SAFETY: these requests take no pointers to our memory.
    let attached = unsafe { libc::ptrace(libc::PTRACE_SEIZE, INIT, 0, libc::PTRACE_O_EXITKILL) };
    if attached == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Overwrites the agent's code with breakpoints.
pub(crate) fn overwritten() -> io::Result<()> {
    let maps = fs::read_to_string("/proc/1/maps")?;
    let memory = OpenOptions::new().write(true).open("/proc/1/mem")?;
    for line in maps.lines().filter(|line| line.contains(" r-xp ") && line.ends_with("/init")) {
        let range = line.split_whitespace().next().unwrap_or_default();
        let number = |text: &str| u64::from_str_radix(text, 16).map_err(io::Error::other);
        let (start, end) = range.split_once('-').ok_or_else(|| io::Error::other("an odd line in maps"))?;
        let (start, end) = (number(start)?, number(end)?);
        memory.write_all_at(&vec![0xcc; (end - start) as usize], start)?;
    }
    silent()
}

/// Puts the agent into a control group and freezes it.
pub(crate) fn frozen() -> io::Result<()> {
    let group = "/sys/fs/cgroup/frozen";
    fs::create_dir(group)?;
    fs::write(format!("{group}/cgroup.procs"), "1")?;
    fs::write(format!("{group}/cgroup.freeze"), "1")?;
    silent()
}

/// Leaves the agent no more memory and no more descriptors, and then wants something of it.
pub(crate) fn starved() -> io::Result<()> {
    for resource in [libc::RLIMIT_AS, libc::RLIMIT_NOFILE] {
        let nothing = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        // SAFETY: the limit is read before the call returns, and nothing is written.
        if unsafe { libc::prlimit(INIT, resource, &nothing, null_mut()) } != 0 {
            return Err(io::Error::last_os_error());
        }
    }
    crate::flood::lines(1)
}
