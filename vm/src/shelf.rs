//! A piece of memory that host and guest both see: the host lays files there, the guest takes them.
//!
//! It is the memory of an `ivshmem-plain` device (QEMU's docs/specs/ivshmem-spec), which needs no driver in
//! the guest. Through the serial port a program of 3 MB took 0.1 s: QEMU moves 4 KiB at a time there.

use std::{fs::File, os::fd::AsRawFd, os::unix::fs::FileExt};

use rustix::fs::{MemfdFlags, ftruncate, memfd_create};
use wire::SHELF_SIZE;

use crate::error::VmError;

/// Memory for the files of one guest. It belongs to no file system: nothing of it is left behind.
#[derive(Debug)]
pub(crate) struct Shelf {
    memory: File,
    used: usize,
}

impl Shelf {
    /// An empty one.
    ///
    /// # Errors
    /// When the system gives no memory.
    pub(crate) fn new() -> Result<Self, VmError> {
        let memory = memfd_create("guest-files", MemfdFlags::CLOEXEC).and_then(|memory| {
            ftruncate(&memory, SHELF_SIZE as u64)?;
            Ok(memory)
        });
        let memory = memory.map_err(|error| VmError::io("make memory for a guest's files")(error.into()))?;
        Ok(Self { memory: memory.into(), used: 0 })
    }

    /// The descriptor that QEMU has to inherit.
    pub(crate) fn fd(&self) -> i32 {
        self.memory.as_raw_fd()
    }

    /// Lays a file beside those that lie there; returns where it begins. `None` if there is no room.
    ///
    /// # Errors
    /// When the system gives no memory.
    pub(crate) fn lay(&mut self, contents: &[u8]) -> Result<Option<usize>, VmError> {
        let begin = self.used;
        if contents.len() > SHELF_SIZE - begin {
            return Ok(None);
        }
        self.memory
            .write_all_at(contents, begin as u64)
            .map_err(VmError::io("lay a file where the guest finds it"))?;
        // The next one begins on a page of its own.
        self.used = (begin + contents.len()).next_multiple_of(4096);
        Ok(Some(begin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_side_by_side_until_it_is_full() {
        let mut shelf = Shelf::new().unwrap();
        assert_eq!(shelf.lay(b"one").unwrap(), Some(0));
        assert_eq!(shelf.lay(b"two").unwrap(), Some(4096));
        assert_eq!(shelf.lay(&vec![1; SHELF_SIZE - 8191]).unwrap(), None);
        assert_eq!(shelf.lay(&vec![1; SHELF_SIZE - 8192]).unwrap(), Some(8192));
        assert_eq!(shelf.lay(b"x").unwrap(), None);
        let mut begin = [0; 7];
        shelf.memory.read_exact_at(&mut begin, 4096).unwrap();
        assert_eq!(&begin, b"two\0\0\0\0");
    }
}
