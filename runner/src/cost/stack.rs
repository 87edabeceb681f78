//! How much stack a program uses, read from its instructions.
//!
//! Follows in each function what is the stack's end (R10) plus a constant, from the first instruction to the
//! last: that is how compilers address the stack. Jumps are not followed.

use crate::explain::SizedFunction;

/// Bytes of one instruction. The format is that of RFC 9669.
const INSTRUCTION: usize = 8;

/// The register that holds the end of the stack.
const FRAME: usize = 10;

/// `dst = src`, 64 bits.
const COPY: u8 = 0xbf;
/// `dst += imm`, 64 bits.
const ADD: u8 = 0x07;
/// A call: R0 to R5 are lost.
const CALL: u8 = 0x85;

/// The stack of the deepest chain of calls, in bytes. The first function is the program; a function that calls
/// itself, which no kernel loads, counts once.
pub(super) fn deepest(functions: &[SizedFunction]) -> u64 {
    below(functions, 0, &mut vec![None; functions.len()])
}

/// `known` remembers what was found: where functions call each other often, there are more chains than anybody
/// can follow.
fn below(functions: &[SizedFunction], which: usize, known: &mut [Option<u64>]) -> u64 {
    let Some(function) = functions.get(which) else { return 0 };
    if let Some(depth) = known[which] {
        return depth;
    }
    // While it is followed, whoever comes back to it adds nothing.
    known[which] = Some(0);
    let callees = function.callees.iter().map(|callee| below(functions, *callee, known)).max();
    let depth = of_code(&function.code) + callees.unwrap_or_default();
    known[which] = Some(depth);
    depth
}

/// How far below its end one function reaches, in whole slots of 8 bytes, as the verifier counts.
fn of_code(code: &[u8]) -> u64 {
    let mut known: [Option<i64>; 16] = [None; 16];
    known[FRAME] = Some(0);
    let mut deepest = 0;
    for instruction in code.chunks_exact(INSTRUCTION) {
        let (opcode, registers) = (instruction[0], instruction[1]);
        let (to, from) = (usize::from(registers & 0xf), usize::from(registers >> 4));
        let offset = i64::from(i16::from_le_bytes([instruction[2], instruction[3]]));
        let immediate = i32::from_le_bytes([instruction[4], instruction[5], instruction[6], instruction[7]]);
        match opcode & 0x07 {
            // Loads through `from`, and what was in `to` is lost.
            0x01 => {
                deepest = deepest.min(known[from].unwrap_or_default() + offset.min(0));
                known[to] = None;
            }
            // Stores through `to`.
            0x02 | 0x03 => deepest = deepest.min(known[to].map_or(0, |base| base + offset)),
            _ if opcode == COPY => known[to] = known[from],
            _ if opcode == ADD => {
                known[to] = known[to].map(|base| base + i64::from(immediate));
                deepest = deepest.min(known[to].unwrap_or_default());
            }
            _ if opcode == CALL => known[..=5].fill(None),
            // Other arithmetic, and constants.
            0x00 | 0x04 | 0x07 => known[to] = None,
            _ => {}
        }
        known[FRAME] = Some(0);
    }
    deepest.unsigned_abs().next_multiple_of(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(code: &[[u8; 8]], callees: &[usize]) -> SizedFunction {
        SizedFunction { code: code.concat(), callees: callees.to_vec() }
    }

    /// `*(u32 *)(r10 - 4) = r0`.
    const STORE: [u8; 8] = [0x63, 0x0a, 0xfc, 0xff, 0, 0, 0, 0];
    /// `r2 = r10`.
    const TAKE: [u8; 8] = [0xbf, 0xa2, 0, 0, 0, 0, 0, 0];
    /// `r2 += -24`.
    const DOWN: [u8; 8] = [0x07, 0x02, 0, 0, 0xe8, 0xff, 0xff, 0xff];
    /// `*(u8 *)(r2 - 1) = r0`.
    const THROUGH: [u8; 8] = [0x73, 0x02, 0xff, 0xff, 0, 0, 0, 0];
    /// `r2 = 0`.
    const FORGET: [u8; 8] = [0xb7, 0x02, 0, 0, 0, 0, 0, 0];

    #[test]
    fn what_is_addressed_counts() {
        assert_eq!(of_code(&[]), 0);
        assert_eq!(of_code(&STORE), 8);
        assert_eq!(of_code(&[TAKE, DOWN].concat()), 24);
        assert_eq!(of_code(&[TAKE, DOWN, THROUGH].concat()), 32);
        assert_eq!(of_code(&[TAKE, FORGET, DOWN, THROUGH].concat()), 0);
    }

    #[test]
    fn the_deepest_chain_counts() {
        let program = function(&[STORE], &[1, 2]);
        let shallow = function(&[STORE], &[]);
        let deep = function(&[TAKE, DOWN], &[1, 2, 9]);
        assert_eq!(deepest(&[program, shallow, deep]), 8 + 24 + 8);
        assert_eq!(deepest(&[]), 0);
    }

    #[test]
    fn more_chains_than_can_be_followed_are_no_more_work() {
        // Each of 60 functions calls the next one twice: 2^60 chains.
        let functions: Vec<_> = (0..60).map(|at| function(&[STORE], &[at + 1, at + 1])).collect();
        assert_eq!(deepest(&functions), 60 * 8);
        let all: Vec<usize> = (0..60).collect();
        let each_other: Vec<_> = (0..60).map(|_| function(&[STORE], &all)).collect();
        assert!((8..=60 * 8).contains(&deepest(&each_other)));
    }
}
