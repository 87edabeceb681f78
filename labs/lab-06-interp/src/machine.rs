//! The machine that the exercise drives: registers, a stack, and what a call leaves behind.
//!
//! It knows no instruction.

use crate::job::{Insn, Job, REGISTERS};

/// Bytes of a function's stack: `MAX_BPF_STACK` of `include/linux/filter.h`.
const STACK: usize = 512;

/// Where the first function's stack ends. An address that no real memory of this process has.
const TOP: u64 = 0x1000_0000;

/// Where the context lies, for a program that has one.
const CONTEXT: u64 = 0x100;

/// How many functions may be entered at once: `MAX_CALL_FRAMES` of `include/linux/bpf_verifier.h`.
const FRAMES: usize = 8;

/// The stack pointer. A program reads it and never writes it.
const R10: usize = 10;

// ANCHOR: machine
/// The state of a program at work.
#[derive(Debug, Clone)]
pub struct Machine {
    /// R0 to R10.
    pub registers: [u64; REGISTERS],
    context: Option<u32>,
    frames: Vec<Frame>,
}

/// A function that was entered and not left yet.
#[derive(Debug, Clone)]
struct Frame {
    stack: [u8; STACK],
    /// Where its caller goes on.
    back_to: usize,
    /// R6 to R9 of its caller.
    kept: [u64; 4],
}
// ANCHOR_END: machine

/// Where a program goes on.
pub type Next = Result<Option<usize>, String>;

/// Some of the opcodes' parts, with their names in RFC 9669.
pub mod opcode {
    /// The second operand is a register.
    pub const X: u8 = 0x08;
    /// Classes: the lower three bits.
    pub const LD: u8 = 0x00;
    /// Loads.
    pub const LDX: u8 = 0x01;
    /// Stores of a number.
    pub const ST: u8 = 0x02;
    /// Stores of a register.
    pub const STX: u8 = 0x03;
    /// Arithmetic on lower halves.
    pub const ALU: u8 = 0x04;
    /// Jumps that compare whole registers, calls, the end.
    pub const JMP: u8 = 0x05;
    /// Jumps that compare lower halves.
    pub const JMP32: u8 = 0x06;
    /// Arithmetic on whole registers.
    pub const ALU64: u8 = 0x07;
}

impl Machine {
    /// A machine before its first step.
    #[must_use]
    pub fn new(job: &Job) -> Self {
        let mut registers = [0; REGISTERS];
        registers.iter_mut().zip(&job.start).for_each(|(register, value)| *register = *value);
        registers[R10] = TOP;
        if job.context.is_some() {
            registers[1] = CONTEXT;
        }
        Self {
            registers,
            context: job.context,
            frames: vec![Frame { stack: [0; STACK], back_to: 0, kept: [0; 4] }],
        }
    }

    // ANCHOR: memory
    /// Reads `bytes` (1, 2, 4 or 8) of the stack, or the context's first field; the upper bytes of the result are 0.
    ///
    /// # Errors
    /// If the place is not within the stack.
    pub fn load(&self, address: u64, bytes: usize) -> Result<u64, String> {
        if let (CONTEXT, 4, Some(field)) = (address, bytes, self.context) {
            return Ok(field.into());
        }
        let (frame, from) = self.place(address, bytes)?;
        let mut word = [0; 8];
        word[..bytes].copy_from_slice(&self.frames[frame].stack[from..from + bytes]);
        Ok(u64::from_le_bytes(word))
    }

    /// Writes the lower `bytes` (1, 2, 4 or 8) of `value` to the stack.
    ///
    /// # Errors
    /// If the place is not within the stack.
    pub fn store(&mut self, address: u64, bytes: usize, value: u64) -> Result<(), String> {
        let (frame, from) = self.place(address, bytes)?;
        self.frames[frame].stack[from..from + bytes].copy_from_slice(&value.to_le_bytes()[..bytes]);
        Ok(())
    }

    /// Enters a function: it gets a stack of its own, and `back_to` and R6 to R9 are kept for its caller.
    ///
    /// # Errors
    /// If there are eight functions already.
    pub fn enter(&mut self, back_to: usize) -> Result<(), String> {
        if self.frames.len() == FRAMES {
            return Err(format!("a call deeper than {FRAMES} functions"));
        }
        let kept = std::array::from_fn(|at| self.registers[6 + at]);
        self.frames.push(Frame { stack: [0; STACK], back_to, kept });
        self.registers[R10] += TOP;
        Ok(())
    }

    /// Leaves a function: where its caller goes on, or `None` if the program is at its end.
    pub fn leave(&mut self) -> Option<usize> {
        if self.frames.len() == 1 {
            return None;
        }
        let frame = self.frames.pop()?;
        self.registers[6..R10].copy_from_slice(&frame.kept);
        self.registers[R10] -= TOP;
        Some(frame.back_to)
    }
    // ANCHOR_END: memory

    /// The last four words of the stack of the function that is at work, from the top downwards.
    #[must_use]
    pub fn top_of_stack(&self) -> [u64; 4] {
        let top = self.registers[R10];
        std::array::from_fn(|at| self.load(top - 8 * (at as u64 + 1), 8).unwrap_or_default())
    }

    /// Which frame's stack an address is in, and from which byte on.
    fn place(&self, address: u64, bytes: usize) -> Result<(usize, usize), String> {
        let outside = || format!("{bytes} bytes at {address:#x} are outside of the stack");
        // The stack of frame 0 ends at TOP, that of frame 1 at twice TOP, and so on; each lies below its end.
        let frame = (address / TOP) as usize;
        let top = TOP.wrapping_mul(frame as u64 + 1);
        let below = top.wrapping_sub(address);
        let from = (STACK as u64).checked_sub(below).ok_or_else(outside)? as usize;
        if frame >= self.frames.len() || from + bytes > STACK {
            return Err(outside());
        }
        Ok((frame, from))
    }
}

/// Refuses an instruction, by its number in hexadecimal.
///
/// # Errors
/// Always: that is what it is for.
pub fn unknown<T>(insn: Insn) -> Result<T, String> {
    Err(format!("the interpreter does not know opcode {:#04x}", insn.opcode))
}
