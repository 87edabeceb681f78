//! What a guest is made of, as values. Nothing here starts anything.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// The part of a guest that a caller may choose. Guests that differ here need checkpoints of their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Machine {
    /// Memory in MiB.
    pub memory_mib: u32,
    /// Virtual processors: 1 unless per-CPU behaviour is the subject.
    pub vcpus: u8,
    /// Kernel arguments beyond [`crate::arguments::KERNEL_ARGUMENTS`], such as an `lsm=` list.
    pub kernel_arguments: Vec<String>,
}

impl Default for Machine {
    /// One processor and 512 MiB: what a checkpoint of 100–130 MB and a quick restore allow.
    fn default() -> Self {
        Self { memory_mib: 512, vcpus: 1, kernel_arguments: Vec::new() }
    }
}

/// The QEMU in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Qemu {
    /// The program.
    pub path: PathBuf,
    /// Major, minor, micro.
    pub version: (u32, u32, u32),
}

impl Qemu {
    /// Whether the multi-threaded emulator can be trusted. With 7.2 it corrupts 6.12 guests in
    /// kernel code patching (12 of 142 boots), with 10.0 it does not (89 of 89 good).
    #[must_use]
    pub fn threads_are_safe(&self) -> bool {
        self.version >= (10, 0, 0)
    }

    /// Whether `migrate` accepts `file:` (from 8.2). Older ones need a shell and `cat`.
    #[must_use]
    pub fn migrates_to_files(&self) -> bool {
        self.version >= (8, 2, 0)
    }
}

/// How the guest's instructions are executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Accelerator {
    /// Plain emulation: works everywhere.
    Tcg,
    /// Hardware virtualisation: used only after a guest has booted with it on this host.
    Kvm,
}
