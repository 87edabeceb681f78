//! Takes files from the memory that the host shares with this guest: that of an `ivshmem-plain` device.
//!
//! It needs no driver: sysfs lets root map a PCI device's memory.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write},
    os::{fd::AsRawFd, unix::fs::OpenOptionsExt},
    path::{Path, PathBuf},
    ptr, slice,
};

use wire::SHELF_SIZE;

const DEVICES: &str = "/sys/bus/pci/devices";

/// Vendor and device of `ivshmem-plain`, as sysfs writes them: QEMU's docs/specs/ivshmem-spec.
const IDENTITY: [(&str, &str); 2] = [("vendor", "0x1af4"), ("device", "0x1110")];

/// The device's memory is its second base address register.
const MEMORY: &str = "resource2";

/// The shared memory, mapped as long as the guest lives.
pub(crate) struct Shelf(&'static [u8]);

impl Shelf {
    /// Finds the device and maps its memory.
    ///
    /// # Errors
    /// When the guest has no such device.
    pub(crate) fn map() -> Result<Self, String> {
        let path = find().ok_or("no PCI device shares memory with the host")?;
        let failed = |error: io::Error| format!("cannot map `{}`: {error}", path.display());
        // It is asked for as writable, or the kernel does not hand it out; it is only read.
        let device = OpenOptions::new().read(true).write(true).open(&path).map_err(failed)?;
        // SAFETY: a new mapping of a device's memory at an address of the kernel's choice; the device is
        // as large, or the call fails.
        let start = unsafe {
            libc::mmap(ptr::null_mut(), SHELF_SIZE, libc::PROT_READ, libc::MAP_SHARED, device.as_raw_fd(), 0)
        };
        if start == libc::MAP_FAILED {
            return Err(failed(io::Error::last_os_error()));
        }
        // SAFETY: the mapping has this size and stays for ever. The host changes a part of it only
        // before it asks for that part.
        Ok(Self(unsafe { slice::from_raw_parts(start.cast(), SHELF_SIZE) }))
    }

    /// Writes a file and its parents.
    ///
    /// # Errors
    /// When the contents lie outside the memory, or the file cannot be written.
    pub(crate) fn put(&self, path: &str, mode: u32, begin: u32, size: u32) -> Result<(), String> {
        let (begin, size) = (begin as usize, size as usize);
        let contents = begin.checked_add(size).and_then(|end| self.0.get(begin..end));
        let contents = contents.ok_or("its contents lie outside the shared memory")?;
        let write = || create(Path::new(path), mode)?.write_all(contents);
        write().map_err(|error| error.to_string())
    }
}

/// A new file with these rights (the agent has an empty umask); its parents are made if it needs them.
fn create(path: &Path, mode: u32) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(mode);
    match (options.open(path), path.parent()) {
        (Err(error), Some(parent)) if error.kind() == ErrorKind::NotFound => {
            fs::create_dir_all(parent)?;
            options.open(path)
        }
        (opened, _) => opened,
    }
}

fn find() -> Option<PathBuf> {
    let is_ours = |device: &Path| {
        let says = |(file, value): (&str, &str)| {
            fs::read_to_string(device.join(file)).is_ok_and(|text| text.trim() == value)
        };
        IDENTITY.into_iter().all(says)
    };
    let mut devices = fs::read_dir(DEVICES).ok()?.flatten().map(|entry| entry.path());
    devices.find(|device| is_ours(device)).map(|device| device.join(MEMORY))
}
