//! Looks at the machine: the only part of set-up that gathers facts. It changes nothing but its memory.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rustix::fs::{Access, access};

use super::{
    Distribution, Facts, Kvm, Needs, Rights, SetupError, binary, bpf_linker, busybox, kernels, memo::Memo,
    rust_src, toolchain,
};
use crate::{config::Config, paths::Paths};

/// Where Debian's keyring package puts its keys (the second since Debian 13), on every system of the family.
const KEYRINGS: [&str; 2] =
    ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"];

/// Gathers all facts. When nothing has changed since the last time, no process is started.
pub(super) fn facts(needs: &Needs, paths: &Paths, config: &Config) -> Result<Facts, SetupError> {
    let mut memo = Memo::load(&paths.findings());
    let toolchain = toolchain::probe(&paths.course, binary::on_path("rustc"), &mut memo);
    let llvm = toolchain.as_ref().map(|toolchain| toolchain.llvm);
    let linkers = llvm.map_or_else(Vec::new, |llvm| {
        bpf_linker::probe(binary::on_path("bpf-linker"), &paths.tools(), llvm, &mut memo)
    });
    let fits = llvm.is_some_and(|llvm| linkers.iter().any(|linker| linker.fits(llvm)));
    let (cache_refuses, cache_free_mb) = cache(&paths.cache);
    let facts = Facts {
        architecture: std::env::consts::ARCH.to_owned(),
        distribution: distribution(),
        apt: binary::on_path("apt-get"),
        rights: rights(),
        config: paths.config.clone(),
        configured_mirror: config.mirror.clone(),
        keyring: keyring(config),
        pinned: toolchain::pinned(&paths.course)?,
        rustup: binary::on_path("rustup"),
        binstall: binary::on_path("cargo-binstall"),
        rust_source: toolchain.as_ref().and_then(|toolchain| rust_src::probe(toolchain, &paths.tools())),
        llvm_library: llvm.filter(|_| !fits).and_then(bpf_linker::llvm_library),
        toolchain,
        linkers,
        qemu: look_at_qemu(&mut memo),
        kvm: kvm(),
        cc: binary::on_path("cc"),
        bpftool: binary::on_roots_path("bpftool"),
        llvm_objdump: binary::on_roots_path("llvm-objdump"),
        busybox: busybox::probe(&paths.tools()),
        missing_kernels: kernels::missing(needs, paths)?,
        cache: paths.cache.clone(),
        cache_refuses,
        cache_free_mb,
    };
    memo.save();
    Ok(facts)
}

fn distribution() -> Distribution {
    let text =
        ["/etc/os-release", "/usr/lib/os-release"].iter().find_map(|file| fs::read_to_string(file).ok());
    Distribution::parse(&text.unwrap_or_default())
}

fn rights() -> Rights {
    if rustix::process::geteuid().is_root() {
        Rights::Root
    } else if binary::on_path("sudo").is_some() {
        Rights::Sudo
    } else {
        Rights::None
    }
}

fn kvm() -> Kvm {
    match access(vm::accelerator::DEVICE, Access::READ_OK | Access::WRITE_OK) {
        Ok(()) => Kvm::Open,
        Err(rustix::io::Errno::ACCESS | rustix::io::Errno::PERM) => Kvm::Forbidden,
        Err(_) => Kvm::Absent,
    }
}

fn keyring(config: &Config) -> Option<PathBuf> {
    let configured = config.keyring.clone();
    let found = configured.or_else(|| KEYRINGS.iter().map(PathBuf::from).find(|file| file.exists()))?;
    found.exists().then_some(found)
}

/// QEMU for x86-64, if it is on `PATH` and tells its version.
#[must_use]
pub fn qemu(paths: &Paths) -> Option<vm::Qemu> {
    look_at_qemu(&mut Memo::load(&paths.findings()))
}

fn look_at_qemu(memo: &mut Memo) -> Option<vm::Qemu> {
    let path = binary::on_path("qemu-system-x86_64")?;
    let ask = || duct::cmd!(&path, "--version").stdin_null().stderr_null().read().ok();
    let version = version_in(&memo.answer("qemu", &[&path], ask)?)?;
    Some(vm::Qemu { path, version })
}

/// From `QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2)`.
fn version_in(answer: &str) -> Option<(u32, u32, u32)> {
    let version = answer.lines().next()?.split("version ").nth(1)?.split_whitespace().next()?;
    let mut numbers = version.split('.').map(|number| {
        let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().ok()
    });
    Some((numbers.next()??, numbers.next()??, numbers.next().flatten().unwrap_or(0)))
}

/// Why the cache cannot be written, if it cannot, and its free space in MB. A cache that does not
/// exist yet is made, as all that comes after needs it.
fn cache(cache: &Path) -> (Option<String>, u64) {
    let tried = fs::create_dir_all(cache)
        .and_then(|()| access(cache, Access::WRITE_OK | Access::EXEC_OK).map_err(Into::into));
    let refuses = tried.err().map(|error: std::io::Error| error.to_string());
    let free = rustix::fs::statvfs(cache)
        .map_or(0, |found| found.f_bavail.saturating_mul(found.f_frsize) / 1_000_000);
    (refuses, free)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::debian("QEMU emulator version 10.0.2 (Debian 1:10.0.2+ds-2+deb13u1~bpo12+1)\nCopyright", Some((10, 0, 2)))]
    #[case::old("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)", Some((7, 2, 22)))]
    #[case::candidate("QEMU emulator version 11.0.0-rc1", Some((11, 0, 0)))]
    #[case::short("QEMU emulator version 9.2", Some((9, 2, 0)))]
    #[case::rubbish("hello", None)]
    fn reads_qemus_version(#[case] answer: &str, #[case] expected: Option<(u32, u32, u32)>) {
        assert_eq!(version_in(answer), expected);
    }

    #[test]
    fn a_cache_below_a_file_refuses() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("file"), "").unwrap();
        let (refuses, free) = cache(&root.path().join("file/cache"));
        assert!(refuses.is_some());
        assert_eq!(free, 0);
        let (refuses, free) = cache(&root.path().join("folder/cache"));
        assert_eq!(refuses, None);
        assert!(free > 0);
    }
}
