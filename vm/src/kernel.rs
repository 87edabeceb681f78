//! One kernel, ready to boot: what the store hands to the machine.

use std::path::PathBuf;

/// An unmodified kernel on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kernel {
    /// What is asked for: `6.1`. For a kernel given by path, the path's file name.
    pub series: String,
    /// What `uname -r` says: `6.1.0-56-cloud-amd64`.
    pub release: String,
    /// The uncompressed ELF image, booted through its PVH entry.
    pub vmlinux: PathBuf,
    /// SHA-256 of `vmlinux`, in hexadecimal.
    pub sha256: String,
    /// Folder with the kept modules: decompressed `*.ko` files, flat, and `modules.dep` naming
    /// them by file name (`veth.ko:` or `virtio.ko: virtio_ring.ko`). Empty for kernels without.
    pub modules: PathBuf,
}
