//! Boots unmodified Linux kernels in QEMU, restores them from checkpoints, and runs programs in them.
//!
//! This crate knows kernels, QEMU, cpio and the wire protocol. It knows nothing of labs, eBPF,
//! cargo or snapshots.

pub mod accelerator;
mod advice;
pub mod apt;
pub mod arguments;
pub mod checkpoint;
pub mod children;
pub mod console;
pub mod cpio;
pub mod deadline;
pub mod deb;
pub mod error;
pub mod guest;
pub mod host;
pub mod initramfs;
pub mod kernel;
pub mod lock;
pub mod machine;
pub mod modules;
pub mod payload;
pub mod program;
pub mod qmp;
pub mod record;
mod scratch;
mod sha256;
mod shelf;
pub mod shell;
pub mod store;
#[cfg(test)]
mod testing;

pub use checkpoint::Checkpoint;
pub use deadline::{Deadline, Scale};
pub use error::VmError;
pub use guest::Guest;
pub use host::{Host, Started};
pub use kernel::Kernel;
pub use machine::{Accelerator, Machine, Qemu};
pub use program::GuestFile;
pub use record::{Ending, RunRecord, Times};
pub use shell::{Heard, Voice};
pub use store::{Store, StoreError};
