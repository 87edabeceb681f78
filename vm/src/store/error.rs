//! What can go wrong in the kernel store, told so that a person can act on it.

use std::io;
use std::path::{Path, PathBuf};

use crate::advice;
use crate::apt::AptError;
use crate::deb::DebError;
use crate::error::VmError;
use crate::modules::ModuleError;
use crate::payload::PayloadError;

/// Why a kernel is not to be had.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such series.
    #[error("there is no kernel `{name}` in the list\nhint: use one of {known}, or the path of a kernel image", known = quoted(.known))]
    UnknownSeries {
        /// What was asked for.
        name: String,
        /// The right names.
        known: Vec<String>,
    },
    /// Offline, and the kernel is not in the cache.
    #[error("kernel `{series}` is not in the cache `{cache}`{without}, and nothing is fetched offline\nhint: run `cargo runner kernels fetch {series}` once with a network", cache = .cache.display(), without = without(.modules))]
    Offline {
        /// The series.
        series: String,
        /// The cache folder.
        cache: PathBuf,
        /// Modules that the kernel in the cache lacks; empty if there is no kernel at all.
        modules: Vec<String>,
    },
    /// The mirrors offer nothing of the series.
    #[error(
        "the mirrors have no kernel of the series `{series}`: {why}\nhint: the archive may have dropped it: see `vm/kernels.toml`, try another `mirror` in the configuration, or give a kernel image with `--kernel PATH`"
    )]
    NoCandidate {
        /// The series.
        series: String,
        /// What was looked at, and what was gone.
        why: String,
    },
    /// Through apt.
    #[error("cannot fetch kernel `{series}`: {source}")]
    Apt {
        /// The series.
        series: String,
        /// apt's part.
        source: AptError,
    },
    /// A package that cannot be read.
    #[error(transparent)]
    Deb(#[from] DebError),
    /// An image that cannot be booted.
    #[error("`{path}` cannot be booted: {source}\nhint: give a bzImage or vmlinux for x86-64, built with `CONFIG_PVH=y`", path = .path.display())]
    Image {
        /// The image.
        path: PathBuf,
        /// What is wrong with it.
        source: PayloadError,
    },
    /// Modules that are missing or damaged.
    #[error("kernel `{kernel}` lacks something: {source}")]
    Module {
        /// The release.
        kernel: String,
        /// What is wrong.
        source: ModuleError,
    },
    /// A kept file is not what was kept.
    #[error("the file `{path}` of kernel `{series}` was changed or damaged: {why}\nhint: run `cargo runner kernels fetch {series}`; it was taken off the list", path = .path.display())]
    Damaged {
        /// The series.
        series: String,
        /// The file.
        path: PathBuf,
        /// Size or hash.
        why: String,
    },
    /// Waiting for another runner failed, or the user asked to stop.
    #[error(transparent)]
    Vm(#[from] VmError),
    /// A file or folder of the cache could not be used.
    #[error("cannot {action} `{path}`: {source}\nhint: {advice}", path = .path.display(), advice = advice::for_io(.source))]
    Io {
        /// The verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl From<ModuleError> for StoreError {
    /// Without the kernel's name, which the caller adds.
    fn from(source: ModuleError) -> StoreError {
        StoreError::Module { kernel: String::new(), source }
    }
}

impl StoreError {
    /// Names the kernel in an error about its modules.
    pub(super) fn of_kernel(self, kernel: &str) -> StoreError {
        match self {
            StoreError::Module { source, .. } => StoreError::Module { kernel: kernel.to_owned(), source },
            other => other,
        }
    }

    /// An error of apt while a series was fetched.
    pub(super) fn of_apt(series: &str, source: AptError) -> StoreError {
        match source {
            AptError::Interrupted => StoreError::Vm(VmError::Interrupted),
            source => StoreError::Apt { series: series.to_owned(), source },
        }
    }

    /// For `map_err`: an input or output error with its verb and path.
    pub(crate) fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
        let path = path.to_path_buf();
        move |source| StoreError::Io { action, path, source }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn without(modules: &[String]) -> String {
    match modules {
        [] => String::new(),
        modules => format!(" with the modules {}", quoted(modules)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_its_parts() {
        let series = || "6.1".to_owned();
        let offline = |modules: &[&str]| StoreError::Offline {
            series: series(),
            cache: "/cache".into(),
            modules: modules.iter().map(ToString::to_string).collect(),
        };
        let gone = AptError::Gone { what: "the package `p=1`".to_owned(), why: "404".to_owned() };
        let module = ModuleError::Unknown {
            name: "vetch".to_owned(),
            for_module: Some("a".to_owned()),
            near: vec!["veth".to_owned()],
        };
        let damaged = ModuleError::Damaged { name: "veth".to_owned(), why: "unexpected end".to_owned() };
        let kernel = || "6.1.0-56-cloud-amd64".to_owned();
        let errors = [
            StoreError::UnknownSeries { name: "6.2".to_owned(), known: vec![series(), "newest".to_owned()] },
            offline(&[]),
            offline(&["veth", "loop"]),
            StoreError::NoCandidate { series: series(), why: "no package matches in `s`".to_owned() },
            StoreError::Apt { series: series(), source: gone },
            DebError::Damaged { path: "/cache/p.deb".into(), why: "unexpected end of file".to_owned() }
                .into(),
            DebError::NoFile { path: "/cache/p.deb".into(), file: "boot/vmlinuz-1".to_owned() }.into(),
            StoreError::Image { path: "/tmp/notes.txt".into(), source: PayloadError::NoPvh },
            StoreError::Module { kernel: kernel(), source: module },
            StoreError::Module { kernel: kernel(), source: damaged },
            StoreError::Damaged {
                series: series(),
                path: "/cache/vmlinux".into(),
                why: "3 bytes instead of 4".to_owned(),
            },
            StoreError::io("write", Path::new("/cache/vmlinux"))(io::ErrorKind::StorageFull.into()),
            StoreError::io("read", Path::new("bzImage"))(io::ErrorKind::NotFound.into()),
        ];
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!("store_errors", texts.join("\n\n"));
    }
}
