//! What can be wrong with snapshots.
//!
//! Paths in these messages are relative to the course's root.

use std::path::PathBuf;

/// Snapshots that cannot be used or written.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// A file for a check that no manifest declares.
    #[error("the snapshot `{}` belongs to no check: `{}` declares {}\nhint: remove the file, or add a `[[check]]` with this name", file.display(), manifest.display(), known.join(", "))]
    NoSuchCheck {
        /// The file.
        file: PathBuf,
        /// The lab's manifest.
        manifest: PathBuf,
        /// All checks of the lab, quoted.
        known: Vec<String>,
    },
    /// A file for a kernel that is not in the list.
    #[error("the snapshot `{}` belongs to no kernel: the kernels are {}\nhint: remove the file, or correct what stands after `@`", file.display(), known.join(", "))]
    NoSuchKernel {
        /// The file.
        file: PathBuf,
        /// All series, quoted.
        known: Vec<String>,
    },
    /// An override that overrides nothing.
    #[error("the snapshot `{}` is equal to `{}`\nhint: remove it: a kernel has a file of its own only where it truly differs", file.display(), shared.display())]
    NeedlessOverride {
        /// The override.
        file: PathBuf,
        /// The shared file.
        shared: PathBuf,
    },
    /// A declared check without a snapshot.
    #[error(
        "check `{check}` of lab `{lab}` has no snapshot for kernel {kernel}\nhint: run `cargo runner dev accept {lab}` and review what it writes"
    )]
    Missing {
        /// The lab's name.
        lab: String,
        /// The check's name.
        check: String,
        /// The kernel's series.
        kernel: String,
    },
    /// A check that would pass without having observed anything.
    #[error(
        "check `{check}` observed nothing on kernel {kernel}\nhint: a check without observations proves nothing: observe something in the guest program, or remove the check"
    )]
    Empty {
        /// The check's name.
        check: String,
        /// The kernel's series.
        kernel: String,
    },
    /// A file that insta cannot read.
    #[error("the snapshot `{}` cannot be read: {why}\nhint: restore it, or remove it and run `cargo runner dev accept`", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Why.
        why: String,
    },
    /// A file that could not be written or removed.
    #[error("the snapshot `{}` cannot be written: {source}\nhint: see that the folder is writable and the disk not full", file.display())]
    Unwritable {
        /// The file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}
