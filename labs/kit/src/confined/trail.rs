//! Where the exercise is: a page of memory that both processes see.
//!
//! When a confined process hangs or crashes, its last words are lost. What it wrote here is not. It is a claim of the
//! exercise's own process: good enough to say where to look, never a ground for a verdict.

use std::{
    io,
    os::fd::{AsRawFd, FromRawFd, OwnedFd},
    ptr::{self, NonNull},
    sync::atomic::{AtomicPtr, AtomicU32, Ordering},
};

/// The descriptor under which the exercise's process finds the page.
pub(super) const TRAIL_FD: i32 = 10;

/// How many numbers the page holds.
const NUMBERS: usize = 2;

/// Bytes of the page.
const PAGE: usize = 4096;

/// In the exercise's process: the page; null elsewhere.
static HERE: AtomicPtr<AtomicU32> = AtomicPtr::new(ptr::null_mut());

/// Says where the exercise is: the number of its program, say, and of the instruction there. Costs two stores. Outside a
/// confined process it does nothing.
pub fn here(place: [u32; NUMBERS]) {
    let page = HERE.load(Ordering::Relaxed);
    if page.is_null() {
        return;
    }
    for (at, number) in place.into_iter().enumerate() {
        // SAFETY: the page holds more numbers than these, is aligned, and stays mapped until the process ends.
        unsafe { &*page.add(at) }.store(number, Ordering::Relaxed);
    }
}

/// In the exercise's process: opens the page. Without one, [`here`] does nothing.
pub(super) fn enter() {
    if let Ok(page) = map(TRAIL_FD) {
        HERE.store(page.as_ptr(), Ordering::Relaxed);
    }
}

/// The page, as the guest program holds it.
pub(super) struct Trail {
    fd: OwnedFd,
    page: NonNull<AtomicU32>,
}

impl Trail {
    /// A page that says nowhere.
    pub(super) fn new() -> io::Result<Self> {
        // SAFETY: the name is static; the descriptor that comes back is ours alone.
        let fd = unsafe {
            let fd = libc::memfd_create(c"trail".as_ptr(), libc::MFD_CLOEXEC);
            if fd < 0 {
                return Err(io::Error::last_os_error());
            }
            OwnedFd::from_raw_fd(fd)
        };
        // SAFETY: numbers only.
        if unsafe { libc::ftruncate(fd.as_raw_fd(), PAGE as libc::off_t) } != 0 {
            return Err(io::Error::last_os_error());
        }
        let page = map(fd.as_raw_fd())?;
        let trail = Self { fd, page };
        for at in 0..NUMBERS {
            trail.number(at).store(u32::MAX, Ordering::Relaxed);
        }
        Ok(trail)
    }

    pub(super) fn fd(&self) -> i32 {
        self.fd.as_raw_fd()
    }

    /// What was said last; `None` if nothing was.
    pub(super) fn place(&self) -> Option<[u32; NUMBERS]> {
        let place = std::array::from_fn(|at| self.number(at).load(Ordering::Relaxed));
        (place[0] != u32::MAX).then_some(place)
    }

    fn number(&self, at: usize) -> &AtomicU32 {
        // SAFETY: the page is mapped as long as `self` lives, and holds more numbers than are asked for.
        unsafe { self.page.add(at).as_ref() }
    }
}

impl Drop for Trail {
    fn drop(&mut self) {
        // SAFETY: the page was mapped with this length, and nobody else has its address.
        unsafe { libc::munmap(self.page.as_ptr().cast(), PAGE) };
    }
}

fn map(fd: i32) -> io::Result<NonNull<AtomicU32>> {
    let rights = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a new mapping, at an address that the kernel chooses.
    let page = unsafe { libc::mmap(ptr::null_mut(), PAGE, rights, libc::MAP_SHARED, fd, 0) };
    if page == libc::MAP_FAILED {
        return Err(io::Error::last_os_error());
    }
    NonNull::new(page.cast()).ok_or_else(|| io::Error::other("the page lies at address 0"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_read_and_nothing_before() {
        let trail = Trail::new().unwrap();
        assert_eq!(trail.place(), None);
        here([1, 2]);
        assert_eq!(trail.place(), None, "this process is not confined");
        HERE.store(map(trail.fd()).unwrap().as_ptr(), Ordering::Relaxed);
        here([7, 12]);
        assert_eq!(trail.place(), Some([7, 12]));
        HERE.store(ptr::null_mut(), Ordering::Relaxed);
    }
}
