//! An instruction, as `struct bpf_insn` has it.

use serde::{Deserialize, Serialize};

/// One instruction of 8 bytes. The wide one, `r1 = IMM ll`, takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Insn {
    /// What to do: class in the lower three bits (RFC 9669, 3.1).
    pub opcode: u8,
    /// The register that is written, 0 to 10: four bits.
    pub dst: u8,
    /// The register that is read, or what kind of call or wide load this is: four bits.
    pub src: u8,
    /// How far a jump goes, in instructions behind this one; or where in memory, in bytes.
    pub offset: i16,
    /// A number.
    pub immediate: i32,
}

impl Insn {
    /// An instruction from its fields.
    #[must_use]
    pub const fn new(opcode: u8, dst: u8, src: u8, offset: i16, immediate: i32) -> Self {
        Self { opcode, dst, src, offset, immediate }
    }

    /// As the kernel takes it, on a little-endian machine.
    #[must_use]
    pub const fn bytes(self) -> [u8; 8] {
        let [low, high] = self.offset.to_le_bytes();
        let [a, b, c, d] = self.immediate.to_le_bytes();
        [self.opcode, self.src << 4 | self.dst & 15, low, high, a, b, c, d]
    }
}

impl From<[u8; 8]> for Insn {
    fn from([opcode, registers, low, high, a, b, c, d]: [u8; 8]) -> Self {
        Self {
            opcode,
            dst: registers & 15,
            src: registers >> 4,
            offset: i16::from_le_bytes([low, high]),
            immediate: i32::from_le_bytes([a, b, c, d]),
        }
    }
}

/// A program as the kernel takes it.
#[must_use]
pub fn bytes(program: &[Insn]) -> Vec<u8> {
    program.iter().flat_map(|insn| insn.bytes()).collect()
}

/// A program from its bytes; what is left of the last instruction is dropped.
#[must_use]
pub fn from_bytes(bytes: &[u8]) -> Vec<Insn> {
    let (whole, _) = bytes.as_chunks::<8>();
    whole.iter().map(|bytes| Insn::from(*bytes)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_lie_where_the_kernel_has_them() {
        let store = Insn::new(0x7b, 10, 1, -8, 0);
        assert_eq!(store.bytes(), [0x7b, 0x1a, 0xf8, 0xff, 0, 0, 0, 0]);
        assert_eq!(Insn::from(store.bytes()), store);
        assert_eq!(from_bytes(&bytes(&[store, Insn::new(0x95, 0, 0, 0, 0)]))[1].opcode, 0x95);
    }
}
