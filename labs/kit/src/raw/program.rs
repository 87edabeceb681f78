//! A program: loaded from instructions, run once by the kernel.

use std::{
    ffi::CStr,
    io,
    os::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd},
    time::Duration,
};

use super::{
    insn::Insn,
    syscall::{Command, address, address_mut, bpf},
};
use crate::Refusal;

/// The largest log that is asked for, in bytes.
const LOG: usize = 4 << 20;

/// The longest packet that comes back, in bytes.
const PACKET: usize = 4096;

/// The types of programs that `BPF_PROG_TEST_RUN` can run: `enum bpf_prog_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub enum Kind {
    /// Decides how much of a packet a socket gets.
    SocketFilter = 1,
    /// Decides about a packet in the traffic control of an interface.
    Classifier = 3,
    /// Decides about a packet before the kernel has looked at it.
    Xdp = 6,
}

/// A loaded program. Dropping it unloads it.
#[derive(Debug)]
pub struct Program {
    fd: OwnedFd,
}

/// What came of one run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The lower half of R0 at the end.
    pub value: u32,
    /// The packet as the program left it.
    pub packet: Vec<u8>,
    /// How long a run took, on average.
    pub duration: Duration,
}

/// `BPF_PROG_LOAD`, up to what 5.10 knows and is needed here.
#[repr(C)]
#[derive(Default)]
pub(super) struct Load {
    kind: u32,
    instruction_count: u32,
    instructions: u64,
    licence: u64,
    log_level: u32,
    log_size: u32,
    log: u64,
    kernel_version: u32,
    flags: u32,
    name: [u8; 16],
    interface: u32,
    attach_type: u32,
    types: u32,
    function_size: u32,
    functions: u64,
    function_count: u32,
    line_size: u32,
    lines: u64,
    line_count: u32,
    padding: u32,
}

impl Load {
    /// The descriptor of some BTF, and so many lines of `size` bytes at this address.
    pub(super) fn lines(types: i32, size: usize, lines: u64, count: usize) -> Self {
        let (types, line_size, line_count) = (types as u32, size as u32, count as u32);
        Self { types, line_size, lines, line_count, ..Self::default() }
    }
}

/// `BPF_PROG_TEST_RUN`, up to `ctx_out`.
#[repr(C)]
#[derive(Default)]
struct TestRun {
    fd: u32,
    value: u32,
    size_in: u32,
    size_out: u32,
    data_in: u64,
    data_out: u64,
    repeat: u32,
    duration: u32,
    context_size_in: u32,
    context_size_out: u32,
    context_in: u64,
    context_out: u64,
}

impl Program {
    /// Loads instructions as a program of this kind, under a GPL licence.
    ///
    /// # Errors
    /// What the verifier says, with its whole log.
    pub fn load(kind: Kind, name: &str, instructions: &[Insn]) -> Result<Self, Refusal> {
        Self::load_as(kind as u32, name, c"GPL", instructions)
    }

    /// Loads instructions as a program of any type, by its number in `enum bpf_prog_type`, under any licence.
    ///
    /// # Errors
    /// What the verifier says, with its whole log.
    pub fn load_as(kind: u32, name: &str, licence: &CStr, instructions: &[Insn]) -> Result<Self, Refusal> {
        Self::load_more(kind, name, licence, instructions, Load::default())
    }

    /// Loads instructions with what `more` has beyond them: its pointers must be valid.
    pub(super) fn load_more(
        kind: u32,
        name: &str,
        licence: &CStr,
        instructions: &[Insn],
        more: Load,
    ) -> Result<Self, Refusal> {
        let instructions = super::bytes(instructions);
        let mut attributes = Load {
            kind,
            instruction_count: (instructions.len() / 8) as u32,
            instructions: address(&instructions),
            licence: licence.as_ptr() as u64,
            ..more
        };
        // At most 15 bytes, and a zero behind them.
        for (place, byte) in attributes.name[..15].iter_mut().zip(name.bytes()) {
            *place = byte;
        }
        // SAFETY: the pointers are to `instructions`, `licence` and what the caller holds: they outlive the call.
        match unsafe { bpf(Command::ProgramLoad, &mut attributes) } {
            // SAFETY: the kernel gave this descriptor to us alone.
            Ok(fd) => Ok(Self { fd: unsafe { OwnedFd::from_raw_fd(fd) } }),
            Err(error) => Err(why(attributes, error)),
        }
    }

    /// A program that somebody else has loaded.
    ///
    /// # Errors
    /// If its descriptor cannot be duplicated.
    pub fn from_fd(fd: BorrowedFd<'_>) -> io::Result<Self> {
        Ok(Self { fd: fd.try_clone_to_owned()? })
    }

    /// Lets the kernel run the program once on a packet of at least 14 bytes.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn run(&self, packet: &[u8]) -> io::Result<Ran> {
        self.run_often(packet, 1)
    }

    /// Lets the kernel run the program `repeat` times, always on the same packet.
    ///
    /// # Errors
    /// What the kernel says.
    pub fn run_often(&self, packet: &[u8], repeat: u32) -> io::Result<Ran> {
        let mut after = vec![0; packet.len() + PACKET];
        let mut attributes = TestRun {
            fd: self.fd.as_raw_fd() as u32,
            size_in: packet.len() as u32,
            size_out: after.len() as u32,
            data_in: address(packet),
            data_out: address_mut(&mut after),
            repeat,
            ..TestRun::default()
        };
        // SAFETY: the structure's pointers are to `packet` and `after`, with their sizes.
        unsafe { bpf(Command::ProgramTestRun, &mut attributes) }?;
        after.truncate(attributes.size_out as usize);
        let duration = Duration::from_nanos(attributes.duration.into());
        Ok(Ran { value: attributes.value, packet: after, duration })
    }

    pub(super) fn fd(&self) -> &OwnedFd {
        &self.fd
    }
}

/// Loads a refused program once more, to hear why.
fn why(attributes: Load, error: io::Error) -> Refusal {
    let (_, log) = with_log(attributes, 1);
    Refusal { error: error.to_string(), log }
}

/// Everything that the verifier says about a program of this type, with every state, whether it accepts it or not.
///
/// # Errors
/// What the kernel says, if the verifier says nothing.
pub fn log_of(kind: u32, instructions: &[Insn]) -> io::Result<String> {
    let instructions = super::bytes(instructions);
    let attributes = Load {
        kind,
        instruction_count: (instructions.len() / 8) as u32,
        instructions: address(&instructions),
        licence: c"GPL".as_ptr() as u64,
        ..Load::default()
    };
    match with_log(attributes, 2) {
        (Err(error), log) if log.is_empty() => Err(error),
        (_, log) => Ok(log),
    }
}

/// Loads a program with a log. Its pointers must be valid.
fn with_log(mut attributes: Load, level: u32) -> (io::Result<()>, String) {
    let mut log = vec![0_u8; LOG];
    attributes.log_level = level;
    attributes.log_size = log.len() as u32;
    attributes.log = address_mut(&mut log);
    // SAFETY: the callers' pointers are to what they hold, and `log` comes with its size.
    let loaded = unsafe { bpf(Command::ProgramLoad, &mut attributes) };
    let loaded = loaded.map(|fd| {
        // SAFETY: the kernel gave this descriptor to us alone; nobody wants it.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    });
    let end = log.iter().position(|byte| *byte == 0).unwrap_or(log.len());
    (loaded, String::from_utf8_lossy(&log[..end]).into_owned())
}
