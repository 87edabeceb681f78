//! Collects what a guest prints on its console, bounded: a flood must not fill memory or disk.

use std::{
    io::Read,
    sync::{Arc, Mutex, PoisonError},
    thread::{self, JoinHandle},
};

/// How many bytes of the beginning are kept.
const HEAD: usize = 256 << 10;
/// How many bytes of the end are kept.
const TAIL: usize = 256 << 10;

#[derive(Debug, Default)]
struct Kept {
    head: Vec<u8>,
    tail: Vec<u8>,
    dropped: usize,
}

impl Kept {
    fn push(&mut self, bytes: &[u8]) {
        let fits = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend_from_slice(&bytes[..fits]);
        self.tail.extend_from_slice(&bytes[fits..]);
        if self.tail.len() > 2 * TAIL {
            let excess = self.tail.len() - TAIL;
            self.tail.drain(..excess);
            self.dropped += excess;
        }
    }

    fn text(&self) -> String {
        let head = String::from_utf8_lossy(&self.head).replace('\r', "");
        let tail = String::from_utf8_lossy(&self.tail).replace('\r', "");
        match self.dropped {
            0 => head + &tail,
            dropped => format!("{head}\n[{dropped} bytes of console left out]\n{tail}"),
        }
    }
}

/// A console that is being read by threads of its own.
#[derive(Debug, Clone, Default)]
pub struct Console(Arc<Mutex<Kept>>);

impl Console {
    /// Starts a thread that reads `source` to its end.
    pub fn follow(&self, mut source: impl Read + Send + 'static) -> JoinHandle<()> {
        let console = self.clone();
        thread::spawn(move || {
            let mut buffer = [0; 16 << 10];
            while let Ok(count @ 1..) = source.read(&mut buffer) {
                console.lock().push(&buffer[..count]);
            }
        })
    }

    /// What was printed so far, carriage returns removed, invalid UTF-8 replaced.
    #[must_use]
    pub fn text(&self) -> String {
        self.lock().text()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether a console shows that the guest's kernel panicked.
#[must_use]
pub fn shows_panic(console: &str) -> bool {
    console.contains("Kernel panic - not syncing")
}

/// What the guest's kernel said when something in the guest had it power off, reboot or halt. The
/// words are those of kernel/reboot.c, the same from 5.10 to 7.3, and come at a level that is never silenced.
#[must_use]
pub fn shows_power_off(console: &str) -> Option<&str> {
    let message = |line: &'_ str| -> Option<usize> { line.find("reboot: ").map(|at| at + "reboot: ".len()) };
    let said = console.lines().filter_map(|line| message(line).map(|at| line[at..].trim_end()));
    let ends = |text: &&str| {
        ["Power down", "Restarting system", "System halted"].iter().any(|word| text.starts_with(word))
    };
    said.rev().find(ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_keeps_its_beginning_and_its_end() {
        let mut kept = Kept::default();
        kept.push(b"first\r\n");
        for _ in 0..1000 {
            kept.push(&[b'x'; 4096]);
        }
        kept.push(b"last");
        let text = kept.text();
        assert!(text.starts_with("first\n") && text.ends_with("last"));
        assert!(text.contains("bytes of console left out]"));
        assert!(text.len() < HEAD + 2 * TAIL + 100, "{} bytes", text.len());
    }

    #[test]
    fn a_power_off_is_told_from_a_panics_reboot() {
        let console = "[    1.2] reboot: Restarting system\n";
        assert_eq!(shows_power_off(console), Some("Restarting system"));
        assert_eq!(shows_power_off("reboot: Power down\n"), Some("Power down"));
        assert_eq!(shows_power_off("Kernel panic - not syncing: x\nRebooting in 1 seconds..\n"), None);
    }
}
