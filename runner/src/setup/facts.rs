//! The facts about this machine that set-up decides on. No opinions: those are in `findings`.

use std::path::PathBuf;

use vm::apt::Privilege;

use super::Distribution;

/// What is there. Made by `probe` from the machine, and by tests from thin air.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The processor architecture, as Rust names it: `x86_64`.
    pub architecture: String,
    /// The distribution.
    pub distribution: Distribution,
    /// `apt-get`, if it is on `PATH`.
    pub apt: Option<PathBuf>,
    /// How system packages can be installed.
    pub rights: Rights,
    /// The user's configuration file, for messages.
    pub config: PathBuf,
    /// The mirror that it names.
    pub configured_mirror: Option<String>,
    /// The keyring with the keys of Debian's archive.
    pub keyring: Option<PathBuf>,
    /// The version that `rust-toolchain.toml` pins.
    pub pinned: String,
    /// The toolchain that `rustc` belongs to in the course's folder.
    pub toolchain: Option<Toolchain>,
    /// `rustup`.
    pub rustup: Option<PathBuf>,
    /// `cargo-binstall`.
    pub binstall: Option<PathBuf>,
    /// The standard library's source for `toolchain`.
    pub rust_source: Option<RustSource>,
    /// Every `bpf-linker` at hand: the one on `PATH`, then the one in the cache.
    pub linkers: Vec<BpfLinker>,
    /// LLVM's shared library of the toolchain's major version. Not looked for while a linker fits.
    pub llvm_library: Option<PathBuf>,
    /// QEMU for x86-64.
    pub qemu: Option<vm::Qemu>,
    /// Hardware virtualisation's device.
    pub kvm: Kvm,
    /// The C compiler, which Rust links with.
    pub cc: Option<PathBuf>,
    /// `bpftool`, which authors cross-check labs with.
    pub bpftool: Option<PathBuf>,
    /// `llvm-objdump`, whose listing authors compare lab 05's with.
    pub llvm_objdump: Option<PathBuf>,
    /// The guest's shell.
    pub busybox: Option<PathBuf>,
    /// The needed kernel series that are not in the cache.
    pub missing_kernels: Vec<String>,
    /// The cache folder.
    pub cache: PathBuf,
    /// Why the cache cannot be written, if it cannot.
    pub cache_refuses: Option<String>,
    /// Free space for the cache in MB.
    pub cache_free_mb: u64,
}

/// What this user can do with `/dev/kvm`. Whether it works is found out by booting: `vm::accelerator`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kvm {
    /// There is none.
    Absent,
    /// It may be opened.
    Open,
    /// It is there, and this user may not open it.
    Forbidden,
}

/// How system packages can be installed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rights {
    /// This process is root.
    Root,
    /// There is `sudo`; it may ask for a password.
    Sudo,
    /// Neither.
    None,
}

impl Rights {
    /// The same in the words of the package manager's module.
    #[must_use]
    pub fn privilege(self) -> Option<Privilege> {
        match self {
            Self::Root => Some(Privilege::Root),
            Self::Sudo => Some(Privilege::Sudo),
            Self::None => None,
        }
    }
}

/// A usable Rust toolchain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Toolchain {
    /// The `rustc` that answered.
    pub rustc: PathBuf,
    /// Its release: `1.95.0`.
    pub release: String,
    /// The major version of its LLVM: `22`.
    pub llvm: u32,
    /// Its folder.
    pub sysroot: PathBuf,
    /// The components that it lacks of those that authors need: `clippy`, `rustfmt`.
    pub lacks: Vec<String>,
}

/// Where the standard library's source lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RustSource {
    /// In the toolchain, where cargo finds it by itself.
    Component,
    /// In this folder of the cache, which cargo must be told of.
    Cache(PathBuf),
}

/// One `bpf-linker`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BpfLinker {
    /// Where it lies.
    pub path: PathBuf,
    /// How it came there.
    pub place: LinkerPlace,
    /// Its version, `0.13.0`; nothing if it does not run.
    pub version: Option<String>,
    /// The major version of the LLVM that it was built with; nothing if it does not tell.
    pub llvm: Option<u32>,
}

/// How a `bpf-linker` came to be where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkerPlace {
    /// The user installed it.
    Path,
    /// Set-up built it.
    Cache,
}

impl BpfLinker {
    /// Whether it can link what a rustc with this major version of LLVM emits: bitcode has no
    /// stable format, so both must be of the same major version.
    #[must_use]
    pub fn fits(&self, llvm: u32) -> bool {
        let series = self.version.as_deref().and_then(|version| version.rsplit_once('.'));
        series.is_some_and(|(series, _)| series == super::bpf_linker::SERIES) && self.llvm == Some(llvm)
    }
}

impl Facts {
    /// The first `bpf-linker` that fits the toolchain.
    #[must_use]
    pub fn fitting_linker(&self) -> Option<&BpfLinker> {
        let llvm = self.toolchain.as_ref()?.llvm;
        self.linkers.iter().find(|linker| linker.fits(llvm))
    }
}
