//! What set-up can do, as values. Doing it is the part of `carry_out`.

use std::{fmt, ops::Add};

use super::{Size, bpf_linker};

/// One thing that set-up can do. Steps of the same kind are merged in a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Install packages of the distribution.
    SystemPackages(Vec<Package>),
    /// Install this toolchain with rustup.
    Toolchain(String),
    /// Add components to the toolchain with rustup.
    Components(Vec<String>),
    /// Get the standard library's source of this release.
    RustSource(String),
    /// Get a `bpf-linker` for this major version of LLVM.
    BpfLinker(u32),
    /// Get the guest's shell.
    Busybox,
    /// Get kernels of these series.
    Kernels(Vec<String>),
}

/// One package of the distribution, with what it costs with all that it needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// Its name.
    pub name: String,
    /// What it costs.
    pub size: Size,
}

impl Step {
    /// Installs one package.
    pub(super) fn package(name: impl Into<String>, size: Size) -> Self {
        Self::SystemPackages(vec![Package { name: name.into(), size }])
    }

    /// What the step costs, at most, about.
    #[must_use]
    pub fn size(&self) -> Size {
        match self {
            Self::SystemPackages(packages) => {
                packages.iter().map(|package| package.size).fold(INDEXES, Size::add)
            }
            Self::Toolchain(_) => Size::new(250, 900),
            Self::Components(names) => Size::new(6 * names.len() as u64, 20 * names.len() as u64),
            // The distribution's package; rustup's component is a tenth of the download.
            Self::RustSource(_) => Size::new(45, 70),
            Self::BpfLinker(_) => bpf_linker::SIZE,
            Self::Busybox => Size::new(1, 2) + INDEXES,
            Self::Kernels(names) => {
                let wanted = vm::store::series::all().iter().filter(|series| names.contains(&series.name));
                let one =
                    |series: &vm::store::Series| Size::new(series.download_mb.into(), series.disk_mb.into());
                wanted.map(one).fold(INDEXES, Size::add)
            }
        }
    }

    /// Whether what it stores lies in the cache.
    #[must_use]
    pub fn fills_the_cache(&self) -> bool {
        matches!(self, Self::RustSource(_) | Self::BpfLinker(_) | Self::Busybox | Self::Kernels(_))
    }

    /// How it is done, for the table.
    #[must_use]
    pub fn means(&self) -> &'static str {
        match self {
            Self::SystemPackages(_) => "apt-get install",
            Self::Toolchain(_) => "rustup toolchain install",
            Self::Components(_) => "rustup component add",
            Self::RustSource(_) => "rustup, else apt-get download",
            Self::BpfLinker(_) => "cargo install, 1 to 4 minutes",
            Self::Busybox | Self::Kernels(_) => "apt-get download",
        }
    }

    /// What is got, for the table.
    #[must_use]
    pub fn subject(&self) -> String {
        match self {
            Self::SystemPackages(packages) => {
                let names: Vec<_> = packages.iter().map(|package| package.name.as_str()).collect();
                names.join(", ")
            }
            Self::Toolchain(release) => format!("Rust {release}"),
            Self::Components(names) => names.join(", "),
            Self::RustSource(release) => format!("Rust {release}'s standard library, source"),
            Self::BpfLinker(llvm) => format!("bpf-linker {} for LLVM {llvm}", bpf_linker::VERSION),
            Self::Busybox => "busybox, the guest's shell".to_owned(),
            Self::Kernels(series) => format!("Linux {}", series.join(", ")),
        }
    }
}

/// The package indexes that have to be fetched before packages are.
const INDEXES: Size = Size::new(10, 0);

impl fmt::Display for Step {
    /// As the fix of a finding: `install the package \`qemu-system-x86\``.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quoted =
            |names: &[String]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
        match self {
            Self::SystemPackages(packages) => {
                let names: Vec<_> = packages.iter().map(|package| package.name.clone()).collect();
                let plural = if names.len() == 1 { "" } else { "s" };
                write!(f, "install the package{plural} {} with apt", quoted(&names))
            }
            Self::Toolchain(release) => write!(f, "install Rust {release} with rustup"),
            Self::Components(names) => write!(f, "add {} to the toolchain with rustup", quoted(names)),
            Self::RustSource(release) => {
                write!(
                    f,
                    "get the source of Rust {release}'s standard library from rustup or the distribution"
                )
            }
            Self::BpfLinker(llvm) => {
                write!(
                    f,
                    "build `bpf-linker` {} for LLVM {llvm} with cargo, into the cache",
                    bpf_linker::VERSION
                )
            }
            Self::Busybox => f.write_str("download busybox from the distribution"),
            Self::Kernels(series) => {
                write!(f, "download the newest Linux {} of the distribution", series.join(", "))
            }
        }
    }
}
