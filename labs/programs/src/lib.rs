//! Generated programs: what an interpreter or a compiler of a learner is tried with.
//!
//! A [`Program`] is drawn from a seed ([`generate`]), and every kernel of the matrix accepts it. [`kernel`] lets the
//! kernel run it through `BPF_PROG_TEST_RUN` and reads all registers back; that is the truth. Where somebody else
//! comes to another result, [`shrink`] looks for a shorter program on which the two still disagree.

pub mod generate;
pub mod kernel;
pub mod opcode;
mod program;
mod random;
pub mod shrink;

pub use generate::Taste;
pub use program::{Program, REGISTERS, SLOTS, Step};
pub use random::Random;
