//! A map of one value, which is a row of 64-bit words: where a program leaves its registers.

use std::{
    io,
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
};

use super::{
    insn::Insn,
    syscall::{Command, address, address_mut, bpf},
};

/// `BPF_MAP_TYPE_ARRAY`.
const ARRAY: u32 = 2;

/// The opcode of `rN = IMM ll`, which takes two instructions.
const WIDE: u8 = 0x18;

/// `BPF_PSEUDO_MAP_VALUE`: the address of a map's value.
const MAP_VALUE: u8 = 2;

/// The words of one value in an array.
#[derive(Debug)]
pub struct Words {
    fd: OwnedFd,
    count: usize,
}

#[repr(C)]
#[derive(Default)]
struct Create {
    kind: u32,
    key_size: u32,
    value_size: u32,
    max_entries: u32,
    flags: u32,
}

#[repr(C)]
#[derive(Default)]
struct Element {
    fd: u32,
    padding: u32,
    key: u64,
    value: u64,
    flags: u64,
}

impl Words {
    /// A map of so many words, all 0.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn new(count: usize) -> io::Result<Self> {
        let mut attributes = Create {
            kind: ARRAY,
            key_size: 4,
            value_size: (count * 8) as u32,
            max_entries: 1,
            ..Create::default()
        };
        // Before 5.11 maps count against a limit that is 64 KiB by default.
        let unlimited = libc::rlimit { rlim_cur: libc::RLIM_INFINITY, rlim_max: libc::RLIM_INFINITY };
        // SAFETY: the structures have no pointers and outlive the calls; the descriptor is ours alone.
        let fd = unsafe {
            libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const unlimited);
            OwnedFd::from_raw_fd(bpf(Command::MapCreate, &mut attributes)?)
        };
        Ok(Self { fd, count })
    }

    /// `rN = ` the address of the first word, as two instructions.
    #[must_use]
    pub fn address_in(&self, register: u8) -> [Insn; 2] {
        [Insn::new(WIDE, register, MAP_VALUE, 0, self.fd.as_raw_fd()), Insn::default()]
    }

    /// All words.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn read(&self) -> io::Result<Vec<u64>> {
        let mut words = vec![0; self.count];
        let value = address_mut(&mut words);
        self.call(Command::MapLookup, value)?;
        Ok(words)
    }

    /// Sets all words.
    ///
    /// # Errors
    /// If they are not as many as the map has, and what the kernel says.
    pub fn write(&self, words: &[u64]) -> io::Result<()> {
        if words.len() != self.count {
            let text = format!("the map has {} words, not {}", self.count, words.len());
            return Err(io::Error::new(io::ErrorKind::InvalidInput, text));
        }
        self.call(Command::MapUpdate, address(words))
    }

    fn call(&self, command: Command, value: u64) -> io::Result<()> {
        let key = [0_u32];
        let mut attributes =
            Element { fd: self.fd.as_raw_fd() as u32, key: address(&key), value, ..Element::default() };
        // SAFETY: the key is 4 bytes long, and the value as long as the map says; both outlive the call.
        unsafe { bpf(command, &mut attributes) }.map(drop)
    }
}

/// The value at an index of an array that is not per-CPU. `size` is the map's `value_size`, in bytes.
///
/// # Errors
/// What the kernel says.
pub fn element(array: BorrowedFd<'_>, index: u32, size: usize) -> io::Result<Vec<u8>> {
    // The kernel writes in units of 8 bytes.
    let mut value = vec![0_u8; size.next_multiple_of(8)];
    let key = [index];
    let mut attributes = Element {
        fd: array.as_raw_fd() as u32,
        key: address(&key),
        value: address_mut(&mut value),
        ..Element::default()
    };
    // SAFETY: an array's key is 4 bytes long, and the value is at least as long as the map says; both outlive the call.
    unsafe { bpf(Command::MapLookup, &mut attributes) }?;
    value.truncate(size);
    Ok(value)
}
