//! What a process gives up between `clone` and `exec`, in order, so that it can only compute and answer.
//!
//! It cannot be undone from inside. It does not limit time or output: the agent does.

use std::{
    ffi::{CStr, c_char},
    io, ptr,
};

use libc::{c_int, c_long, c_uint, c_ulong, sock_filter, sock_fprog};

use super::{
    Rights,
    child::{ANSWER_FD, QUESTION_FD},
    filter,
    trail::TRAIL_FD,
};

/// The exit code of a process that could not be confined; it says why on standard error.
pub(super) const NOT_CONFINED: c_int = 126;

/// The user and group that own nothing.
const NOBODY: c_long = 65_534;

/// The version of `capset`'s arguments: `_LINUX_CAPABILITY_VERSION_3`.
const CAPABILITY_VERSION: u32 = 0x2008_0522;

/// Everything that the child needs, prepared before there is one: it must not allocate.
pub(super) struct Cage {
    capabilities: &'static [u32],
    filter: Vec<sock_filter>,
}

impl Cage {
    pub(super) fn new(rights: Rights) -> Self {
        Self { capabilities: rights.capabilities, filter: filter::program(rights) }
    }

    /// The steps, each with what to say if it fails.
    fn enter(&self) -> Result<(), &'static CStr> {
        stdin_from_nowhere()?;
        first_to_be_killed();
        self.leave_root()?;
        // SAFETY: `prctl` with numbers only. A lab that is killed takes its exercise along; leaving root
        // clears this setting, so it comes after that.
        done(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) }.into(), c"set its death signal")?;
        // SAFETY: as above. No program that it starts can have more rights than itself.
        let result = unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1 as c_ulong, 0, 0, 0) };
        done(result.into(), c"renounce new rights")?;
        self.close_system_calls()
    }

    /// Another user without groups, with the capabilities that were asked for and no others.
    fn leave_root(&self) -> Result<(), &'static CStr> {
        // The system calls themselves: the C library's functions would also look after threads.
        // SAFETY: numbers, and a list of no groups.
        unsafe {
            let none = ptr::null::<c_uint>();
            done(libc::prctl(libc::PR_SET_KEEPCAPS, 1 as c_ulong, 0, 0, 0).into(), c"keep capabilities")?;
            done(libc::syscall(libc::SYS_setgroups, 0 as c_long, none), c"leave its groups")?;
            done(libc::syscall(libc::SYS_setresgid, NOBODY, NOBODY, NOBODY), c"leave root's group")?;
            done(libc::syscall(libc::SYS_setresuid, NOBODY, NOBODY, NOBODY), c"leave root")?;
        }
        let set = self.capabilities.iter().fold(0_u64, |set, capability| set | 1 << capability);
        let (low, high) = (set as u32, (set >> 32) as u32);
        let header = [CAPABILITY_VERSION, 0];
        let sets = [low, low, low, high, high, high]; // effective, permitted, inheritable, twice
        // SAFETY: both arrays are of the form that this version means, and outlive the call.
        let result = unsafe { libc::syscall(libc::SYS_capset, header.as_ptr(), sets.as_ptr()) };
        done(result, c"drop its capabilities")?;
        for capability in self.capabilities {
            // Ambient: kept by `exec` although the user is not root.
            // SAFETY: numbers only.
            let raised = unsafe {
                libc::prctl(
                    libc::PR_CAP_AMBIENT,
                    libc::PR_CAP_AMBIENT_RAISE as c_ulong,
                    c_ulong::from(*capability),
                    0,
                    0,
                )
            };
            done(raised.into(), c"keep a capability")?;
        }
        Ok(())
    }

    fn close_system_calls(&self) -> Result<(), &'static CStr> {
        done(install(&self.filter), c"close system calls")
    }
}

/// Closes all system calls but these to this process, which must have renounced new rights. See `filter.rs`.
pub(crate) fn only(calls: &[c_long]) -> io::Result<()> {
    if install(&filter::only(calls)) == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

fn install(filter: &[sock_filter]) -> c_long {
    let program = sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
    // SAFETY: the kernel copies the filter, which outlives the call.
    unsafe {
        libc::syscall(libc::SYS_seccomp, libc::SECCOMP_SET_MODE_FILTER, 0 as c_uint, &raw const program)
    }
}

/// In the new process: takes its two pipes and its page, drops everything else, and starts the command. Never returns.
pub(super) fn become_exercise(arguments: &[*const c_char], kept: [c_int; 3], cage: Option<&Cage>) -> ! {
    let why = keep_only(kept).and_then(|()| cage.map_or(Ok(()), Cage::enter)).err().unwrap_or_else(|| {
        let environment = [ptr::null::<c_char>()];
        // SAFETY: both lists end with a null pointer, and their strings live as long as this process.
        unsafe { libc::execve(arguments[0], arguments.as_ptr(), environment.as_ptr()) };
        c"start the program"
    });
    for text in [c"the exercise's process cannot ", why, c"\n"] {
        // SAFETY: writes a static string.
        unsafe { libc::write(libc::STDERR_FILENO, text.as_ptr().cast(), text.count_bytes()) };
    }
    // SAFETY: ends the process at once, without the parent's destructors.
    unsafe { libc::_exit(NOT_CONFINED) }
}

/// Of all descriptors, keeps the standard streams and these, at their places.
fn keep_only(kept: [c_int; 3]) -> Result<(), &'static CStr> {
    /// Above all places, so that none of them lies where another one goes.
    const ASIDE: c_int = 64;
    let places = [QUESTION_FD, ANSWER_FD, TRAIL_FD];
    for (fd, place) in kept.map(|fd| aside(fd, ASIDE)).into_iter().zip(places) {
        // SAFETY: descriptors are numbers; what stood at this place is not used any more.
        done(unsafe { libc::dup2(fd?, place) }.into(), c"take its pipes")?;
    }
    for (first, last) in [(3, QUESTION_FD as c_uint - 1), (TRAIL_FD as c_uint + 1, c_uint::MAX)] {
        // SAFETY: closes what nobody uses any more in this process.
        let result = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0 as c_uint) };
        done(result, c"close descriptors")?;
    }
    Ok(())
}

fn aside(fd: c_int, least: c_int) -> Result<c_int, &'static CStr> {
    // SAFETY: duplicates a descriptor that is open.
    let copy = unsafe { libc::fcntl(fd, libc::F_DUPFD, least) };
    done(copy.into(), c"set its pipes aside").map(|()| copy)
}

fn stdin_from_nowhere() -> Result<(), &'static CStr> {
    // SAFETY: opens a file by a static name, and replaces a descriptor that nobody uses here.
    let result = unsafe {
        let nowhere = libc::open(c"/dev/null".as_ptr(), libc::O_RDWR | libc::O_CLOEXEC);
        libc::dup2(nowhere, libc::STDIN_FILENO)
    };
    done(result.into(), c"close its input")
}

/// If memory runs out, the exercise goes first, and not the agent. A guest where this fails is as good.
fn first_to_be_killed() {
    // SAFETY: opens a file by a static name and writes a static string.
    unsafe {
        let file = libc::open(c"/proc/self/oom_score_adj".as_ptr(), libc::O_WRONLY | libc::O_CLOEXEC);
        libc::write(file, c"1000".as_ptr().cast(), 4);
        libc::close(file);
    }
}

fn done(result: c_long, what: &'static CStr) -> Result<(), &'static CStr> {
    if result < 0 { Err(what) } else { Ok(()) }
}
