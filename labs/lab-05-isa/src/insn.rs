//! An instruction in its fields, and why a word is none.
//!
//! It says nothing about where the fields lie in the eight bytes, or what an opcode means.

use std::fmt;

use serde::{Deserialize, Serialize};

// ANCHOR: insn
/// One instruction, in its fields. A wide load takes two of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Insn {
    /// What to do.
    pub opcode: u8,
    /// The register that is written: four bits.
    pub dst: u8,
    /// The register that is read: four bits.
    pub src: u8,
    /// Where in memory, in bytes; or how far to jump, in instructions.
    pub offset: i16,
    /// A number.
    pub immediate: i32,
}

/// The fields beside the opcode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[allow(missing_docs, reason = "each is named like the field of `Insn` that it stands for")]
pub enum Field {
    Dst,
    Src,
    Offset,
    Immediate,
}

/// Why a word is no instruction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Refusal {
    /// No instruction has this opcode.
    Opcode,
    /// There are no registers above R10.
    Register(u8),
    /// The instruction has no use for what is in this field.
    Reserved(Field),
    /// A wide load without its second word, or with one that holds more than an immediate.
    SecondHalf,
}
// ANCHOR_END: insn

/// The highest register: R10, the stack pointer.
const HIGHEST: u8 = 10;

impl Insn {
    // ANCHOR: only
    /// Refuses the instruction if a field that it does not use is not 0, or if it uses a register that there is not.
    ///
    /// # Errors
    /// [`Refusal::Reserved`] and [`Refusal::Register`].
    pub fn only(&self, used: &[Field]) -> Result<(), Refusal> {
        for field in [Field::Dst, Field::Src, Field::Offset, Field::Immediate] {
            let value = match field {
                Field::Dst => self.dst.into(),
                Field::Src => self.src.into(),
                Field::Offset => self.offset.into(),
                Field::Immediate => self.immediate,
            };
            if !used.contains(&field) {
                if value != 0 {
                    return Err(Refusal::Reserved(field));
                }
            } else if field == Field::Dst && self.dst > HIGHEST {
                return Err(Refusal::Register(self.dst));
            } else if field == Field::Src && self.src > HIGHEST {
                return Err(Refusal::Register(self.src));
            }
        }
        Ok(())
    }
    // ANCHOR_END: only
}

impl fmt::Display for Insn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { opcode, dst, src, offset, immediate } = self;
        write!(f, "opcode {opcode:#04x}, dst {dst}, src {src}, offset {offset}, immediate {immediate}")
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Opcode => write!(f, "no instruction has this opcode"),
            Self::Register(number) => write!(f, "there is no R{number}"),
            Self::Reserved(field) => write!(f, "no use for what is in its {field:?}"),
            Self::SecondHalf => write!(f, "no second half"),
        }
    }
}
