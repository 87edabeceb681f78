//! What happens when machine code cannot go on, or comes to no end: it is ended where it is, and the process goes on.

use std::{
    fmt, io,
    mem::MaybeUninit,
    ops::Range,
    ptr,
    sync::atomic::{AtomicI32, AtomicU64, Ordering},
    time::Duration,
};

use libc::{c_int, c_void, siginfo_t, ucontext_t};
use serde::{Deserialize, Serialize};

use super::call::{LANDING, STACK};
use crate::confined::signal_name;

/// How long code may run, in time of the processor.
pub(super) const PATIENCE: Duration = Duration::from_millis(100);

/// Signals that a processor's fault raises, that of a system call that was given up, and that of the timer.
const SIGNALS: [c_int; 7] =
    [libc::SIGSEGV, libc::SIGILL, libc::SIGFPE, libc::SIGTRAP, libc::SIGBUS, libc::SIGSYS, libc::SIGVTALRM];

/// Bytes of the stack on which the handler runs: the code's own may be anywhere. Much more than the state that a
/// processor with AVX-512 saves.
const HANDLER_STACK: usize = 64 << 10;

/// What the handler has seen: the signal, 0 if there was none; the next instruction's address; the memory's address.
static SIGNAL: AtomicI32 = AtomicI32::new(0);
static NEXT: AtomicU64 = AtomicU64::new(0);
static MEMORY: AtomicU64 = AtomicU64::new(0);

/// How machine code ended that did not return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// Why.
    pub cause: Cause,
    /// At which of its bytes; `None` if it had jumped out of its pages.
    pub at: Option<usize>,
}

/// Why machine code did not return.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// Memory at this address must not be used like this.
    Memory(u64),
    /// It came to bytes that are no code: behind its end, or where somebody wrote `int3`.
    NoCode,
    /// A system call.
    SystemCall,
    /// It was not at its end after 0.1 s of the processor's time.
    TooLong,
    /// Another signal of the processor: 4 for no instruction, 8 for a division without a result.
    Signal(i32),
}

/// From before the code until after it.
pub(super) struct Watch {
    pages: Range<usize>,
}

impl Watch {
    /// From now on a fault within or out of `pages` comes back.
    pub(super) fn begin(pages: Range<usize>) -> Self {
        // Without a handler a fault ends the process: less to tell, but no harm.
        let _ = arm();
        SIGNAL.store(0, Ordering::SeqCst);
        timer(PATIENCE);
        Self { pages }
    }

    /// The end of it, and what the handler has seen.
    pub(super) fn end(self) -> Option<Fault> {
        timer(Duration::ZERO);
        let Self { pages } = self;
        let signal = SIGNAL.load(Ordering::SeqCst);
        // A breakpoint and a system call are behind the processor when it says so.
        let behind = match signal {
            0 => return None,
            libc::SIGTRAP => 1,
            libc::SIGSYS => 2,
            _ => 0,
        };
        let cause = match signal {
            libc::SIGSEGV => Cause::Memory(MEMORY.load(Ordering::SeqCst)),
            libc::SIGTRAP => Cause::NoCode,
            libc::SIGSYS => Cause::SystemCall,
            libc::SIGVTALRM => Cause::TooLong,
            other => Cause::Signal(other),
        };
        let at = (NEXT.load(Ordering::SeqCst) as usize).wrapping_sub(behind);
        Some(Fault { cause, at: pages.contains(&at).then(|| at - pages.start) })
    }
}

/// Takes the signals.
pub(super) fn arm() -> io::Result<()> {
    static ARMED: AtomicI32 = AtomicI32::new(0);
    if ARMED.swap(1, Ordering::SeqCst) == 1 {
        return Ok(());
    }
    let memory = Box::leak(vec![0_u8; HANDLER_STACK].into_boxed_slice());
    let stack = libc::stack_t { ss_sp: memory.as_mut_ptr().cast(), ss_flags: 0, ss_size: memory.len() };
    // SAFETY: all fields of the structure may be zero.
    let mut action: libc::sigaction = unsafe { MaybeUninit::zeroed().assume_init() };
    action.sa_sigaction = handler as *const () as usize;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the stack is never freed; the handler is of the form that the flags say.
    let failed = unsafe { libc::sigaltstack(&raw const stack, ptr::null_mut()) } != 0
        || SIGNALS.iter().any(|signal| {
            // SAFETY: as above.
            unsafe { libc::sigaction(*signal, &raw const action, ptr::null_mut()) != 0 }
        });
    if failed { Err(io::Error::last_os_error()) } else { Ok(()) }
}

/// Lets the timer say once, after so much time of the processor in user space, that the code is late.
fn timer(after: Duration) {
    let none = libc::timeval { tv_sec: 0, tv_usec: 0 };
    let once = libc::timeval { tv_sec: 0, tv_usec: after.subsec_micros().into() };
    let when = libc::itimerval { it_interval: none, it_value: once };
    // SAFETY: reads one structure. It cannot fail: the time is none that the kernel refuses.
    unsafe { libc::setitimer(libc::ITIMER_VIRTUAL, &raw const when, ptr::null_mut()) };
}

/// Remembers what has happened, and goes on where `enter` comes back.
extern "C" fn handler(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    // SAFETY: the kernel hands over both, for as long as the handler runs.
    let (info, context) = unsafe { (&*info, &mut *context.cast::<ucontext_t>()) };
    let registers = &mut context.uc_mcontext.gregs;
    let landing = LANDING.load(Ordering::SeqCst);
    if landing == 0 {
        // Not the code's. The timer was late; anything else ends the process as it always does.
        if signal != libc::SIGVTALRM {
            // SAFETY: the default action, which comes when the instruction is tried again.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
        return;
    }
    // SAFETY: of these signals only SIGSEGV's address is looked at, and it has one.
    MEMORY.store(unsafe { info.si_addr() } as u64, Ordering::SeqCst);
    NEXT.store(registers[libc::REG_RIP as usize] as u64, Ordering::SeqCst);
    SIGNAL.store(signal, Ordering::SeqCst);
    registers[libc::REG_RIP as usize] = landing as i64;
    registers[libc::REG_RSP as usize] = STACK.load(Ordering::SeqCst) as i64;
    registers[libc::REG_EFL as usize] = 2;
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Memory(address) => {
                write!(f, "memory at {address:#x} that it must not use so (signal 11)")?
            }
            Cause::NoCode => f.write_str("no code there (signal 5)")?,
            Cause::SystemCall => f.write_str("a system call")?,
            Cause::TooLong => write!(f, "not at its end after {:.1} s", PATIENCE.as_secs_f64())?,
            Cause::Signal(signal) => write!(f, "signal {signal}{}", signal_name(*signal))?,
        }
        match self.at {
            Some(at) => write!(f, ", at byte {at:#04x} of the code"),
            None => f.write_str(", outside of the code"),
        }
    }
}
