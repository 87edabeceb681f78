//! A guest program that misbehaves on purpose: each fault is a command.
//!
//! It runs only inside a guest, as root, where a lab's program runs. Most commands never return; those
//! that do end with status 0, and what they observed on the channel decides.
//!
//! Handed over as a lab's program it gets no arguments: then its command stands at the end of its own
//! file, behind [`MARK`].

mod flood;
mod hog;
mod init;
mod kernel;
mod port;
mod process;
mod say;

use std::{io, process::ExitCode};

/// What separates the file from a command that was appended to it.
const MARK: &[u8] = b"\0fault-program: ";

fn main() -> ExitCode {
    let words = match std::env::args().skip(1).collect::<Vec<_>>() {
        words if words.is_empty() => appended(),
        words => Ok(words),
    };
    match words.and_then(|words| carry_out(&words.iter().map(String::as_str).collect::<Vec<_>>())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A fault that could not be caused must not look like one that was survived.
            eprintln!("fault-program: {error}");
            ExitCode::from(99)
        }
    }
}

/// The command at the end of this program's file.
fn appended() -> io::Result<Vec<String>> {
    let file = std::fs::read("/proc/self/exe")?;
    let start = file.windows(MARK.len()).rposition(|window| window == MARK).map(|at| at + MARK.len());
    let text = String::from_utf8_lossy(&file[start.unwrap_or(file.len())..]).into_owned();
    Ok(text.split_whitespace().map(str::to_owned).collect())
}

fn carry_out(words: &[&str]) -> io::Result<()> {
    match words {
        ["pass"] => say::everything(),
        ["no-end"] => say::all_but_the_end(),
        ["after-end"] => say::everything().and_then(|()| say::all_but_the_end()),
        ["no-records"] => say::raw(b"PASS\nall checks passed\n"),
        ["not-utf8"] => say::raw(b"{\"check\":\"fault\"}\n{\"observe\":\"al\xffive\"}\n\"end\"\n"),
        ["half-a-line", then @ ..] => {
            say::raw(b"{\"check\":\"fault\"}\n{\"observe\":\"ali").and_then(|()| carry_out(then))
        }
        ["end", then @ ..] => say::everything().and_then(|()| carry_out(then)),
        ["exit", code] => std::process::exit(code.parse().map_err(io::Error::other)?),

        ["panic"] => kernel::sysrq(b'c'),
        ["sysrq", key] => kernel::sysrq(key.as_bytes()[0]),
        ["power-off"] => kernel::reboot(libc::RB_POWER_OFF),
        ["restart"] => kernel::reboot(libc::RB_AUTOBOOT),
        ["halt"] => kernel::reboot(libc::RB_HALT_SYSTEM),
        ["quietly", then @ ..] => kernel::silence().and_then(|()| carry_out(then)),
        // The ICH9's reset control: a hard reset. The byte is in the lower half.
        ["port-reset"] => kernel::write_port(0xcf9, 0x06),
        // The ICH9's ACPI: sleep enable, sleep type 0, which is "soft off" in QEMU.
        ["port-power-off"] => kernel::write_port(0x604, 0x2000),
        ["kernel-log", text @ ..] => kernel::log(&text.join(" ")),
        ["wreck"] => kernel::wreck().and_then(|()| say::everything()),

        ["silent"] => process::silent(),
        ["deaf"] => process::deaf(),
        ["stopped"] => process::signal(0, libc::SIGSTOP),
        ["abort"] => process::signal(0, libc::SIGABRT),
        ["mute"] => process::mute(),
        ["daemon"] => process::daemon().and_then(|()| say::everything()),

        ["flood", "out"] => flood::lines(1),
        ["flood", "channel"] => flood::records(),
        ["flood", "kernel-log"] => flood::kernel_log("harmless"),
        ["flood", "complaint"] => flood::complaint(),
        ["flood", "console"] => flood::console(),
        ["bytes", "out"] => flood::bytes(1),
        ["bytes", "channel"] => flood::bytes(say::CHANNEL),

        ["hog", "memory"] => hog::memory(),
        ["hog", "files"] => hog::files(),
        ["hog", "processes"] => hog::processes(),

        ["init", "signals"] => init::signals().and_then(|()| say::everything()),
        ["init", "traced"] => init::traced(),
        ["init", "dies-with-tracer"] => init::dies_with_tracer(),
        ["init", "overwritten"] => init::overwritten(),
        ["init", "frozen"] => init::frozen(),
        ["init", "starved"] => init::starved(),

        ["port", "second-open"] => port::second_open().and_then(|()| say::everything()),
        ["port", "rubbish"] => port::rubbish().and_then(|()| process::silent()),
        ["port", "rubbish-then", then @ ..] => port::rubbish().and_then(|()| carry_out(then)),
        ["port", "half-a-frame", then @ ..] => port::half_a_frame().and_then(|()| carry_out(then)),
        ["port", "forged-done"] => port::forged_done(),
        ["port", "forged-pong"] => port::forged_pong(),
        ["port", "stolen"] => port::stolen(),

        unknown => Err(io::Error::other(format!("there is no command {unknown:?}"))),
    }
}
