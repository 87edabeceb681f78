//! Pages of memory for machine code, and what may be done with them.

use std::{
    fmt, fs, io,
    ptr::{self, NonNull},
};

use super::{Fault, REGISTERS, call};

/// Bytes of a page.
const PAGE: usize = 4096;

/// The longest code, in bytes.
const LIMIT: usize = 1 << 20;

/// What stands where no code was written: `int3`, as in the kernel's own pages of programs.
const NO_CODE: u8 = 0xcc;

// ANCHOR: protection
/// What may be done with pages. Reading is always allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protection {
    /// Written: `rw-`.
    Write,
    /// Run: `r-x`.
    Execute,
    /// Both at once: `rwx`.
    WriteExecute,
}
// ANCHOR_END: protection

/// Pages that hold machine code. Before and behind them lies nothing, so that code which leaves them faults.
#[derive(Debug)]
pub struct Pages {
    /// The first byte that may hold code.
    start: NonNull<u8>,
    /// Whole pages, in bytes, without the two that nobody may touch.
    length: usize,
    protections: Vec<Protection>,
}

impl Pages {
    /// Pages for so many bytes. They may be written.
    ///
    /// # Errors
    /// If that is more than 1 MiB, or the system has no memory.
    pub fn new(bytes: usize) -> Result<Self, String> {
        if bytes > LIMIT {
            return Err(format!("{bytes} bytes of code are more than {LIMIT}"));
        }
        let length = bytes.max(1).next_multiple_of(PAGE);
        let around = length + 2 * PAGE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: a new mapping, at an address that the kernel chooses.
        let all = unsafe { libc::mmap(ptr::null_mut(), around, libc::PROT_NONE, flags, -1, 0) };
        if all == libc::MAP_FAILED {
            return Err(format!("no pages: {}", io::Error::last_os_error()));
        }
        // SAFETY: the mapping is longer than a page, and so not at its end.
        let start = unsafe { NonNull::new_unchecked(all.cast::<u8>().add(PAGE)) };
        let mut pages = Self { start, length, protections: Vec::new() };
        pages.protect(Protection::Write)?;
        // SAFETY: these bytes are mapped, may be written, and belong to `pages` alone.
        unsafe { ptr::write_bytes(pages.start.as_ptr(), NO_CODE, length) };
        Ok(pages)
    }

    /// Writes code to their beginning.
    ///
    /// # Errors
    /// If they must not be written, or are too short.
    pub fn write(&mut self, code: &[u8]) -> Result<(), String> {
        if self.protection() == Protection::Execute {
            return Err("the pages must not be written any more: a write would fault".to_owned());
        }
        if code.len() > self.length {
            return Err(format!("{} bytes of code for {} bytes of pages", code.len(), self.length));
        }
        // SAFETY: the pages are mapped, long enough, and may be written.
        unsafe { ptr::copy_nonoverlapping(code.as_ptr(), self.start.as_ptr(), code.len()) };
        Ok(())
    }

    /// Says what may be done with them from now on: mprotect(2).
    ///
    /// # Errors
    /// What the system says.
    pub fn protect(&mut self, protection: Protection) -> Result<(), String> {
        // SAFETY: exactly the pages of this mapping, to which there is no reference.
        let result = unsafe { libc::mprotect(self.start.as_ptr().cast(), self.length, protection.bits()) };
        if result != 0 {
            return Err(format!("the pages do not become {protection}: {}", io::Error::last_os_error()));
        }
        self.protections.push(protection);
        Ok(())
    }

    /// All that was ever allowed, in order.
    #[must_use]
    pub fn protections(&self) -> &[Protection] {
        &self.protections
    }

    /// What the kernel says about them: their first column in `/proc/self/maps`.
    ///
    /// # Errors
    /// If that cannot be read.
    pub fn in_maps(&self) -> io::Result<String> {
        let begin = format!("{:x}-", self.start.as_ptr() as usize);
        let maps = fs::read_to_string("/proc/self/maps")?;
        let line = maps.lines().find_map(|line| line.strip_prefix(&begin));
        let column = line.and_then(|line| line.split(' ').nth(1));
        column.map(str::to_owned).ok_or_else(|| io::Error::other("the pages are not in /proc/self/maps"))
    }

    /// Whether they begin with this code.
    #[must_use]
    pub fn hold(&self, code: &[u8]) -> bool {
        // SAFETY: the pages are mapped, may be read, and nobody writes them meanwhile.
        code.len() <= self.length
            && unsafe { std::slice::from_raw_parts(self.start.as_ptr(), code.len()) } == code
    }

    /// Calls the code. R0 to R10 are taken from `registers` into rax, rdi, rsi, rdx, rcx, r8, rbx, r13, r14, r15 and
    /// rbp, and come back there. r9 to r12 are free.
    ///
    /// # Errors
    /// If the processor could not go on, or the code was not at its end after 0.1 s of the processor's time.
    ///
    /// # Panics
    /// Outside of a confined process, and if code runs already: it may do all that its process may.
    pub fn call(&self, registers: &mut [u64; REGISTERS]) -> Result<(), Fault> {
        assert!(crate::confined::inside(), "machine code runs in a confined process only");
        call::call(self.start.as_ptr() as usize, self.length, registers)
    }

    fn protection(&self) -> Protection {
        self.protections.last().copied().unwrap_or(Protection::Write)
    }
}

impl Drop for Pages {
    fn drop(&mut self) {
        // SAFETY: the whole mapping of `new`, with the two pages around it; nobody else has its address.
        unsafe { libc::munmap(self.start.as_ptr().sub(PAGE).cast(), self.length + 2 * PAGE) };
    }
}

impl Protection {
    fn bits(self) -> libc::c_int {
        libc::PROT_READ
            | match self {
                Self::Write => libc::PROT_WRITE,
                Self::Execute => libc::PROT_EXEC,
                Self::WriteExecute => libc::PROT_WRITE | libc::PROT_EXEC,
            }
    }
}

/// As in `/proc/self/maps`.
impl fmt::Display for Protection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Write => "rw-",
            Self::Execute => "r-x",
            Self::WriteExecute => "rwx",
        })
    }
}
