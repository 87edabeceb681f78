//! The processes that this program has started and that must not outlive it.
//!
//! Each runs in a process group of its own and dies with the thread that started it
//! (parent-death signal). On Ctrl-C, [`interrupt`] ends them all.

use std::{
    collections::BTreeSet,
    io,
    os::fd::RawFd,
    os::unix::process::CommandExt,
    process::Command,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

static GROUPS: Mutex<BTreeSet<i32>> = Mutex::new(BTreeSet::new());
static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether the user asked to stop. Loops that wait must look at it.
#[must_use]
pub fn interrupted() -> bool {
    INTERRUPTED.load(Ordering::Acquire)
}

/// Ends all process groups and makes [`interrupted`] true. Called from the Ctrl-C handler.
pub fn interrupt() {
    INTERRUPTED.store(true, Ordering::Release);
    for group in groups().iter() {
        kill_group(*group);
    }
}

fn groups() -> MutexGuard<'static, BTreeSet<i32>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends SIGKILL to a process group.
pub fn kill_group(group: i32) {
    // SAFETY: a plain system call without pointers; the group is one that we created.
    unsafe { libc::kill(-group, libc::SIGKILL) };
}

/// Marks a process group as ours for as long as this value lives; ends the group when dropped.
#[derive(Debug)]
pub struct Registration(i32);

impl Registration {
    /// Registers the group led by the process `pid`. If the user has asked to stop in the
    /// meantime, the group is ended at once.
    #[must_use]
    pub fn of(pid: u32) -> Self {
        let group = pid as i32;
        groups().insert(group);
        if interrupted() {
            kill_group(group);
        }
        Self(group)
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        groups().remove(&self.0);
        kill_group(self.0);
    }
}

/// Makes a command start in a process group of its own, die with the thread that starts it, and
/// inherit exactly these descriptors besides its standard streams.
pub fn contain(command: &mut Command, inherited: &[RawFd]) {
    let inherited = inherited.to_vec();
    let parent = std::process::id() as i32;
    // SAFETY: between fork and exec only async-signal-safe calls on integers are made.
    unsafe {
        command.pre_exec(move || {
            libc::setpgid(0, 0);
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) != 0 {
                return Err(io::Error::last_os_error());
            }
            // If we were killed before that call, no signal will come any more.
            if libc::getppid() != parent {
                return Err(io::Error::from_raw_os_error(libc::ESRCH));
            }
            for fd in &inherited {
                if libc::fcntl(*fd, libc::F_SETFD, 0) != 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            Ok(())
        });
    }
}
