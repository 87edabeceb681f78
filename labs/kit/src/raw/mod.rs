//! bpf(2) without a loader between: programs as instructions, run once, and read back.
//!
//! Aya loads objects. A lab about instructions has no object: it makes a program of a few words, loads it, lets the
//! kernel run it ([`Program::run`]), and looks at what the kernel made of it ([`Program::code`]). Every structure
//! here is laid out as in `include/uapi/linux/bpf.h`; fields that Linux 5.10 does not know yet are left out.

mod code;
mod info;
mod insn;
mod known;
mod map;
mod notation;
mod pinned;
mod places;
mod program;
mod syscall;

pub use code::Code;
pub use insn::{Insn, bytes, from_bytes};
pub use known::{Known, Sizes};
pub use map::{Words, element};
pub use notation::notation;
pub use pinned::Pinned;
pub use places::Place;
pub use program::{Kind, Program, Ran, log_of};
