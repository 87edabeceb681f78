//! More output than anybody wants: on every way out of the guest.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
};

use channel::Record;

use crate::say;

/// "A million lines of output" was somebody's outage.
const LINES: usize = 1_000_000;

/// A million lines to a descriptor.
pub(crate) fn lines(fd: i32) -> io::Result<()> {
    for thousand in 0..LINES / 1000 {
        let text: String =
            (0..1000).map(|one| format!("line {} of a million\n", thousand * 1000 + one)).collect();
        say::write(fd, text.as_bytes())?;
    }
    say::everything()
}

/// A million well-formed observations.
pub(crate) fn records() -> io::Result<()> {
    say::raw(Record::Check("fault".into()).to_line().as_bytes())?;
    for thousand in 0..LINES / 1000 {
        let text: String =
            (0..1000).map(|one| Record::Observe(format!("{}", thousand * 1000 + one)).to_line()).collect();
        say::raw(text.as_bytes())?;
    }
    say::raw(Record::End.to_line().as_bytes())
}

/// 64 MiB without any end of line.
pub(crate) fn bytes(fd: i32) -> io::Result<()> {
    for _ in 0..64 {
        say::write(fd, &[b'x'; 1 << 20])?;
    }
    say::everything()
}

/// A million lines in the kernel's log.
pub(crate) fn kernel_log(text: &str) -> io::Result<()> {
    // Without this the kernel lets ten lines through.
    fs::write("/proc/sys/kernel/printk_devkmsg", "on\n")?;
    let mut log = OpenOptions::new().write(true).open("/dev/kmsg")?;
    for number in 0..LINES {
        log.write_all(format!("<6>{text} {number}\n").as_bytes())?;
    }
    say::everything()
}

/// One complaint, buried under more lines than the kernel's buffer holds, but fewer than are forwarded.
pub(crate) fn complaint() -> io::Result<()> {
    fs::write("/proc/sys/kernel/printk_devkmsg", "on\n")?;
    let mut log = OpenOptions::new().write(true).open("/dev/kmsg")?;
    log.write_all(b"<4>WARNING: CPU: 0 PID: 1 at kernel/bpf/core.c:1404\n")?;
    for number in 0..15_000 {
        log.write_all(format!("<6>an ordinary line of a usual length, number {number}\n").as_bytes())?;
    }
    say::everything()
}

/// A million lines on the serial console itself.
pub(crate) fn console() -> io::Result<()> {
    let mut console = BufWriter::new(OpenOptions::new().write(true).open("/dev/console")?);
    for number in 0..LINES {
        writeln!(console, "line {number} of a million")?;
    }
    console.flush()?;
    say::everything()
}
