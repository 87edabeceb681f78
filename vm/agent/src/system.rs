//! Single acts on the guest's system: clock, randomness, network, power.

use std::{
    fs::OpenOptions,
    io::{self, Write},
    os::fd::AsRawFd,
};

use rustix::system::{RebootCommand, reboot, uname};
use rustix::time::{ClockId, Timespec, clock_gettime, clock_settime};

/// What `uname -r` says.
pub(crate) fn release() -> String {
    uname().release().to_string_lossy().into_owned()
}

/// Milliseconds since the guest's kernel started.
pub(crate) fn uptime_ms() -> u64 {
    let now = clock_gettime(ClockId::Boottime);
    now.tv_sec as u64 * 1000 + now.tv_nsec as u64 / 1_000_000
}

/// Sets the clock and stirs the host's randomness into the pool, so that clones of one checkpoint differ.
pub(crate) fn wake(epoch_ns: u64, entropy: &[u8]) -> Result<(), String> {
    let now =
        Timespec { tv_sec: (epoch_ns / 1_000_000_000) as i64, tv_nsec: (epoch_ns % 1_000_000_000) as i64 };
    clock_settime(ClockId::Realtime, now).map_err(|error| format!("cannot set the clock: {error}"))?;
    stir(entropy).map_err(|error| format!("cannot stir /dev/urandom: {error}"))
}

fn stir(entropy: &[u8]) -> io::Result<()> {
    /// `_IO('R', 0x07)` in include/uapi/linux/random.h: draw a new key from the pool now.
    const RNDRESEEDCRNG: libc::Ioctl = 0x5207;
    let mut pool = OpenOptions::new().write(true).open("/dev/urandom")?;
    pool.write_all(entropy)?;
    // SAFETY: this request takes no argument; the descriptor is open.
    match unsafe { libc::ioctl(pool.as_raw_fd(), RNDRESEEDCRNG) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Brings the loopback interface up: it is the only network that the guest has.
pub(crate) fn loopback_up() -> io::Result<()> {
    let socket = rustix::net::socket(rustix::net::AddressFamily::INET, rustix::net::SocketType::DGRAM, None)?;
    // SAFETY: a zeroed ifreq is valid: it holds only integers and byte arrays.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    request.ifr_name[0] = b'l' as libc::c_char;
    request.ifr_name[1] = b'o' as libc::c_char;
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    // SAFETY: SIOCSIFFLAGS reads one ifreq, which lives until the call returns.
    match unsafe { libc::ioctl(socket.as_raw_fd(), libc::SIOCSIFFLAGS as libc::Ioctl, &request) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

/// Powers the guest off. If even that fails, PID 1 ends and the kernel panics, which ends the guest as well.
pub(crate) fn power_off() -> ! {
    let _ = reboot(RebootCommand::PowerOff);
    std::process::exit(1);
}
