//! Waits until the kernel has done what it puts off until after a boot, so that no guest restored from
//! a checkpoint does it in the middle of a run.
//!
//! What it waits for: about a second after the boot the kernel knows the frequency of the processor's
//! clock and changes to it, which stops all processors and writes to the log (arch/x86/kernel/tsc.c,
//! `tsc_refine_calibration_work`). It changes nothing itself.

use std::{
    fs::{self, File, OpenOptions},
    io::{Seek, SeekFrom},
    os::unix::fs::OpenOptionsExt,
    time::{Duration, Instant},
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

const CLOCK_SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

/// The clock sources that a kernel uses until it knows a better one.
const PROVISIONAL: [&str; 3] = ["jiffies", "refined-jiffies", "tsc-early"];

/// How long the change may take. Without it the guest works as well, so this is no error.
const PATIENCE: Duration = Duration::from_secs(5);

/// Returns when the kernel's clock source is the final one, or when patience ends.
pub(crate) fn settle() {
    let begin = Instant::now();
    let Ok(mut log) = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK).open("/dev/kmsg") else {
        return;
    };
    loop {
        // First to the log's end, then the look: the kernel writes a line after every change.
        if log.seek(SeekFrom::End(0)).is_err() || !provisional() {
            return;
        }
        let Some(left) = PATIENCE.checked_sub(begin.elapsed()) else { return };
        if wait_for_a_line(&log, left).is_err() {
            return;
        }
    }
}

fn provisional() -> bool {
    fs::read_to_string(CLOCK_SOURCE).is_ok_and(|name| PROVISIONAL.contains(&name.trim()))
}

fn wait_for_a_line(log: &File, timeout: Duration) -> Result<(), Errno> {
    let timeout = Timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: i64::from(timeout.subsec_nanos()) };
    poll(&mut [PollFd::new(log, PollFlags::IN)], Some(&timeout)).map(drop)
}
