//! More of the guest's memory and processes than there is.

use std::{fs::File, io, io::Write};

const BLOCK: usize = 1 << 20;

/// Takes and touches memory until the kernel ends this process.
pub(crate) fn memory() -> io::Result<()> {
    let mut taken = Vec::new();
    loop {
        taken.push(vec![1_u8; BLOCK]);
    }
}

/// Fills the guest's memory with files, which no killed process gives back. Each of these file systems
/// takes half of the memory.
pub(crate) fn files() -> io::Result<()> {
    for path in ["/hog", "/tmp/hog", "/run/hog"] {
        let mut file = File::create(path)?;
        while file.write_all(&[1; BLOCK]).is_ok() {}
    }
    Err(io::Error::other("the guest's memory holds three halves of it"))
}

/// Forks for ever, and so does every child.
pub(crate) fn processes() -> io::Result<()> {
    loop {
        // SAFETY: this process has one thread, so the child may do anything.
        unsafe { libc::fork() };
    }
}
