//! How long the verifier may look at one program before it is interrupted.
//!
//! A loop without an end keeps a verifier busy until it has followed 1,000,000 instructions: seconds on one kernel,
//! minutes on the next (6.12 compares each turn with all turns before). A signal ends that: the verifier looks for
//! one at every instruction, and then says how far it had come (`do_check` in the kernel's
//! `kernel/bpf/verifier.c` answers `EAGAIN`).

use std::{
    env, io,
    mem::{MaybeUninit, zeroed},
    ptr::null_mut,
    time::{Duration, Instant},
};

use aya::programs::ProgramError;
use channel::LOAD_TIMEOUT_VARIABLE;

/// Without a word of the runner: when a guest program is tried by hand.
const DEFAULT: Duration = Duration::from_secs(6);

/// aya loads without a log first, and once more with one if that fails. The first try gets this part of the time:
/// it is for programs that are right, which take far less.
const FIRST: u32 = 8;

/// For how long a load may go on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience(Duration);

impl Patience {
    /// As the runner says.
    pub(crate) fn from_environment() -> Self {
        let asked = env::var(LOAD_TIMEOUT_VARIABLE).ok().and_then(|text| text.parse().ok());
        Self(asked.map_or(DEFAULT, Duration::from_millis))
    }

    /// Loads, and interrupts the verifier when it takes too long; then the error is `EAGAIN`.
    pub(crate) fn load<E: Interruptible>(self, mut load: impl FnMut() -> Result<(), E>) -> Result<(), E> {
        let first = self.0 / FIRST;
        let begin = Instant::now();
        let result = Alarm::set(first, self.0).during(&mut load);
        let waited = begin.elapsed();
        match result {
            // The alarm of the first try rang in the second, which is as quick: it gets all its time.
            Err(error) if error.is_interrupted() && waited < first + self.0 => {
                Alarm::set(self.0, self.0).during(&mut load)
            }
            result => result,
        }
    }
}

/// An error that may be an alarm's.
pub(crate) trait Interruptible {
    /// Whether a load ended because of the alarm.
    fn is_interrupted(&self) -> bool;
}

impl Interruptible for io::Error {
    fn is_interrupted(&self) -> bool {
        self.raw_os_error() == Some(libc::EAGAIN)
    }
}

impl Interruptible for ProgramError {
    fn is_interrupted(&self) -> bool {
        matches!(self, Self::LoadError { io_error, .. } if io_error.is_interrupted())
    }
}

/// A timer that sends SIGALRM to this thread, again and again. Dropping it ends it.
struct Alarm(Option<libc::timer_t>);

impl Alarm {
    /// Rings after `first`, then every `then`. Without a timer the load is only not interrupted.
    fn set(first: Duration, then: Duration) -> Self {
        // SAFETY: all structures are valid when they are all zeros but for the fields set here; the calls read
        // and fill them only while they last. The handler does nothing, so it may run at any moment.
        unsafe {
            let mut action: libc::sigaction = zeroed();
            action.sa_sigaction = ring as extern "C" fn(libc::c_int) as libc::sighandler_t;
            libc::sigaction(libc::SIGALRM, &raw const action, null_mut());
            let mut event: libc::sigevent = zeroed();
            event.sigev_notify = libc::SIGEV_THREAD_ID;
            event.sigev_signo = libc::SIGALRM;
            event.sigev_notify_thread_id = libc::gettid();
            let mut timer = MaybeUninit::uninit();
            if libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, timer.as_mut_ptr()) != 0 {
                return Self(None);
            }
            let timer = timer.assume_init();
            let times = libc::itimerspec { it_value: spec(first), it_interval: spec(then) };
            libc::timer_settime(timer, 0, &raw const times, null_mut());
            Self(Some(timer))
        }
    }

    fn during<T>(&self, act: &mut impl FnMut() -> T) -> T {
        act()
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        if let Some(timer) = self.0 {
            // SAFETY: it was created in `set` and is deleted once.
            unsafe { libc::timer_delete(timer) };
        }
    }
}

/// The signal's only effect is that system calls end.
extern "C" fn ring(_: libc::c_int) {}

fn spec(duration: Duration) -> libc::timespec {
    libc::timespec {
        tv_sec: duration.as_secs() as libc::time_t,
        tv_nsec: libc::c_long::from(duration.subsec_nanos()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(error: i32) -> io::Error {
        io::Error::from_raw_os_error(error)
    }

    /// What a load does that goes on until a signal comes, `tries` times: as the verifier, twice.
    fn endless(tries: usize) -> io::Result<()> {
        for _ in 0..tries {
            // SAFETY: it only waits.
            unsafe { libc::pause() };
        }
        Err(refused(libc::EAGAIN))
    }

    #[test]
    fn a_load_without_an_end_is_interrupted_in_both_tries() {
        let begin = Instant::now();
        let error = Patience(Duration::from_millis(160)).load(|| endless(2)).unwrap_err();
        assert!(error.is_interrupted());
        assert!(begin.elapsed() >= Duration::from_millis(180), "{:?}", begin.elapsed());
    }

    #[test]
    fn an_alarm_in_a_quick_second_try_is_not_its_end() {
        let mut calls = 0;
        let error = Patience(Duration::from_millis(160)).load(|| {
            calls += 1;
            if calls == 1 { endless(1) } else { Err(refused(libc::EACCES)) }
        });
        assert!(!error.unwrap_err().is_interrupted());
        assert_eq!(calls, 2);
    }

    #[test]
    fn what_loads_at_once_is_left_alone() {
        assert!(Patience(DEFAULT).load(|| io::Result::Ok(())).is_ok());
    }
}
