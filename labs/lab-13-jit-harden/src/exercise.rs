//! Lab 13: switch the JIT compiler's blinding, and undo it. You edit this file.

use kit::raw::Insn;

use crate::job::{Settings, Wish};

// ANCHOR: settings
/// The settings that fulfil a wish.
pub(crate) fn settings(wish: Wish) -> Settings {
    match wish {
        // TODO(lab): these are the settings of most machines, for each wish the same.
        Wish::Interpreted | Wish::Compiled | Wish::Blinded => Settings { enable: 1, harden: 0 },
    }
}
// ANCHOR_END: settings

// ANCHOR: places
/// The offset of each place in machine code where a constant's four bytes are.
pub(crate) fn places(jited: &[u8], constant: u32) -> Vec<usize> {
    // TODO(lab): this machine has the lowest byte first. And a constant may be there
    // more than once: `windows(4)` with `enumerate()` gives all places.
    let bytes = constant.to_be_bytes();
    jited.windows(4).position(|window| window == bytes).into_iter().collect()
}
// ANCHOR_END: places

// ANCHOR: constants
/// The last register that a program can name. What lies behind it only the kernel uses.
const LAST: u8 = 10;

/// The constants of a program, from its blinded form.
pub(crate) fn constants(translated: &[Insn]) -> Vec<u32> {
    // TODO(lab): these are half of what you need. Blinding makes three instructions of
    // one: `ax = A`, `ax ^= B`, and the operation with `ax`. Which number went in?
    let moves = translated.iter().filter(|insn| insn.dst > LAST && insn.opcode & 0xf8 == 0xb0);
    moves.map(|insn| insn.immediate as u32).collect()
}
// ANCHOR_END: constants
