// fails: Differs in undo: of 1 in the program: 0 right
//! Lab 13, wrong on purpose: it adds what was combined by exclusive or.

use kit::raw::Insn;

use crate::job::{Settings, Wish};

/// The settings that fulfil a wish.
pub(crate) fn settings(wish: Wish) -> Settings {
    match wish {
        Wish::Interpreted => Settings { enable: 0, harden: 0 },
        Wish::Compiled => Settings { enable: 1, harden: 0 },
        Wish::Blinded => Settings { enable: 1, harden: 2 },
    }
}

/// The offset of each place in machine code where a constant's four bytes are.
pub(crate) fn places(jited: &[u8], constant: u32) -> Vec<usize> {
    let bytes = constant.to_le_bytes();
    jited.windows(4).enumerate().filter(|(_, window)| *window == bytes).map(|(at, _)| at).collect()
}

/// The last register that a program can name. What lies behind it only the kernel uses.
const LAST: u8 = 10;

/// The constants of a program, from its blinded form.
pub(crate) fn constants(translated: &[Insn]) -> Vec<u32> {
    let is = |insn: &Insn, operation: u8| {
        insn.dst > LAST && matches!(insn.opcode & 7, 4 | 7) && insn.opcode & 0xf8 == operation
    };
    let pairs = translated.windows(2).filter(|pair| is(&pair[0], 0xb0) && is(&pair[1], 0xa0));
    pairs.map(|pair| pair[0].immediate.wrapping_add(pair[1].immediate) as u32).collect()
}
