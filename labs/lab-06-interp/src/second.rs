//! A second opinion, in the authors' cross-check: rbpf, an interpreter of BPF in Rust.

use anyhow::Context;
use kit::raw::{self, Insn};

/// What rbpf 0.4.1 comes to; `None` for a program with an instruction that it is known to read otherwise than the kernel.
///
/// There are two, and the cross-check has found both. It compares a whole register with a negative number as if the
/// number's upper half were 0, while RFC 9669, section 4.3, and every kernel extend the sign. And the rest of a lower
/// half that is divided by 0 leaves the upper half as it was, while section 4.1 and every kernel clear it.
///
/// # Errors
/// If rbpf refuses the program, or cannot go on.
pub(crate) fn opinion(program: &[Insn]) -> anyhow::Result<Option<u64>> {
    if program.iter().any(is_read_otherwise) { Ok(None) } else { run(program).map(Some) }
}

fn run(program: &[Insn]) -> anyhow::Result<u64> {
    let bytes = raw::bytes(program);
    let machine = rbpf::EbpfVmNoData::new(Some(&bytes)).context("rbpf refuses a program")?;
    machine.execute_program().context("rbpf cannot go on")
}

fn is_read_otherwise(insn: &Insn) -> bool {
    const COMPARISONS: [u8; 6] = [0x15, 0x25, 0x35, 0x55, 0xa5, 0xb5];
    const RESTS: [u8; 2] = [0x94, 0x9c];
    COMPARISONS.contains(&insn.opcode) && insn.immediate < 0 || RESTS.contains(&insn.opcode)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `r0 = -1; if r0 == NUMBER goto +1; r0 = 7; exit`
    fn program(number: i32) -> [Insn; 4] {
        [
            Insn::new(0xb7, 0, 0, 0, -1),
            Insn::new(0x15, 0, 0, 1, number),
            Insn::new(0xb7, 0, 0, 0, 7),
            Insn::new(0x95, 0, 0, 0, 0),
        ]
    }

    #[test]
    fn an_opinion_is_r0() {
        assert_eq!(opinion(&program(5)).ok().flatten(), Some(7));
    }

    #[test]
    fn what_rbpf_gets_wrong_it_still_gets_wrong() {
        // The kernel jumps, and R0 stays -1. When this goes red, rbpf is mended: ask it about all programs.
        assert_eq!(run(&program(-1)).ok(), Some(7));
        assert_eq!(opinion(&program(-1)).ok(), Some(None));
        // `r0 = -1; w1 = 0; w0 %= w1; exit`, which every kernel answers with 0xffff_ffff.
        let rest = [(0xb7, 0, 0, -1), (0xb4, 1, 0, 0), (0x9c, 0, 1, 0), (0x95, 0, 0, 0)];
        let rest = rest.map(|(opcode, dst, src, number)| Insn::new(opcode, dst, src, 0, number));
        assert_eq!(run(&rest).ok(), Some(u64::MAX));
        assert_eq!(opinion(&rest).ok(), Some(None));
    }
}
