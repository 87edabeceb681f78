//! The guest's state: mounts, rights, limits, switches. What is changed in a child's own namespace goes
//! with the child; switches are set back by the one who set them.

use std::{ffi::CString, fs, path::Path};

use channel::OBJECT_PATH;

/// Where the good object is kept while a bad one stands in its place.
const GOOD: &str = "/tmp/good.o";

/// The object as it was built, with a call of a function that is not in it.
const BUILT: &str = "/tmp/built.o";

/// Before the first case.
pub(crate) fn prepare() {
    fs::copy(OBJECT_PATH, BUILT).expect("there is an object");
    fs::write(GOOD, crate::patch::redirect(built(), "bpf_elsewhere", "measure")).expect("there is room");
    fs::copy(GOOD, OBJECT_PATH).expect("there is room");
    for path in ["/lab", "/tmp", GOOD] {
        let path = CString::new(path).expect("a path");
        // SAFETY: the path outlives the call.
        unsafe { libc::chmod(path.as_ptr(), 0o755) };
    }
}

/// The object as it was built.
pub(crate) fn built() -> Vec<u8> {
    fs::read(BUILT).expect("the object was kept")
}

/// The good object's bytes.
pub(crate) fn good() -> Vec<u8> {
    fs::read(GOOD).expect("the object was kept")
}

/// Puts `bytes` where the kit reads the object, for this process alone.
pub(crate) fn lay(bytes: &[u8]) {
    own_mounts();
    let path = format!("/tmp/bad-{}.o", std::process::id());
    fs::write(&path, bytes).expect("there is room");
    mount(&path, OBJECT_PATH, None, libc::MS_BIND);
}

/// Mounts of its own for this process.
fn own_mounts() {
    // SAFETY: plain system call.
    assert_eq!(unsafe { libc::unshare(libc::CLONE_NEWNS) }, 0, "unshare");
    mount("none", "/", None, libc::MS_REC | libc::MS_PRIVATE);
}

/// Takes a file system away from this process.
pub(crate) fn unmount(path: &str) {
    own_mounts();
    let path = CString::new(path).expect("a path");
    // SAFETY: the path outlives the call.
    assert_eq!(unsafe { libc::umount2(path.as_ptr(), libc::MNT_DETACH) }, 0, "umount");
}

/// Hides a folder from this process.
pub(crate) fn hide(path: &str) {
    own_mounts();
    mount("none", path, Some("tmpfs"), 0);
}

fn mount(source: &str, target: &str, kind: Option<&str>, flags: libc::c_ulong) {
    let text = |text: &str| CString::new(text).expect("no zero byte");
    let (source, target, kind) = (text(source), text(target), kind.map(text));
    let kind = kind.as_ref().map_or(std::ptr::null(), |kind| kind.as_ptr());
    // SAFETY: all texts outlive the call.
    let done = unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, flags, std::ptr::null()) };
    assert_eq!(done, 0, "mount: {}", std::io::Error::last_os_error());
}

/// Makes this process one without rights.
pub(crate) fn become_nobody() {
    // SAFETY: plain system calls.
    unsafe {
        assert_eq!(libc::setgroups(0, std::ptr::null()), 0);
        assert_eq!(libc::setgid(65534), 0);
        assert_eq!(libc::setuid(65534), 0);
    }
}

/// Lowers a limit for good: as a process that may not raise it again.
pub(crate) fn lock_at_most(bytes: u64) {
    let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
    // SAFETY: the structure outlives the call.
    assert_eq!(unsafe { libc::setrlimit(libc::RLIMIT_MEMLOCK, &raw const limit) }, 0);
    drop_capability(24); // CAP_SYS_RESOURCE
}

/// Gives up one capability.
fn drop_capability(number: u32) {
    let header = [0x2008_0522_u32, 0];
    let mut sets = [0_u32; 6];
    // SAFETY: version 3 has two structures of three words; both arrays are of that size.
    unsafe {
        assert_eq!(libc::syscall(libc::SYS_capget, header.as_ptr(), sets.as_mut_ptr()), 0);
        let (half, bit) = (number as usize / 32 * 3, 1 << (number % 32));
        sets[half] &= !bit;
        sets[half + 1] &= !bit;
        assert_eq!(libc::syscall(libc::SYS_capset, header.as_ptr(), sets.as_ptr()), 0);
    }
}

/// Sets a switch below `/proc/sys`; returns its old value.
pub(crate) fn switch(name: &str, value: &str) -> String {
    let path = Path::new("/proc/sys").join(name);
    let old = fs::read_to_string(&path).expect("there is such a switch");
    fs::write(&path, value).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    old.trim().to_owned()
}

/// Whether a module is loaded.
pub(crate) fn has_module(name: &str) -> bool {
    let modules = fs::read_to_string("/proc/modules").expect("proc is mounted");
    modules.lines().any(|line| line.starts_with(&format!("{name} ")))
}
