//! A program in the kernel's own notation: the verifier prints each instruction that it walks over.

use std::{collections::BTreeMap, io};

use super::{
    insn::Insn,
    program::{Kind, log_of},
};

/// An instruction as the verifier prints it: `7: (b7) r0 = 5`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Its number in the program.
    pub number: usize,
    /// Its opcode. It may be another one than the program's: some kernels replace an instruction before they print it.
    pub opcode: u8,
    /// Its text.
    pub text: String,
}

/// Each instruction's number and text, as the kernel at hand writes it: `(b7) r0 = 5` is `r0 = 5` here. What the
/// verifier never comes to has no text.
///
/// # Errors
/// What the kernel says, if it prints nothing.
pub fn notation(program: &[Insn]) -> io::Result<Vec<(usize, String)>> {
    let log = log_of(Kind::Classifier as u32, program)?;
    let lines: BTreeMap<usize, String> =
        printed(&log).into_iter().map(|Printed { number, text, .. }| (number, text)).collect();
    if lines.is_empty() {
        return Err(io::Error::other(format!("the verifier has printed no instruction: `{log}`")));
    }
    Ok(lines.into_iter().collect())
}

/// The instructions in a log, in the order in which the verifier came to them; often one comes again.
#[must_use]
pub fn printed(log: &str) -> Vec<Printed> {
    log.lines().filter_map(instruction).collect()
}

/// `7: (79) r1 = *(u64 *)(r0 +0)       ; R0=…`
fn instruction(line: &str) -> Option<Printed> {
    let (number, rest) = line.split_once(": (")?;
    let (opcode, text) = rest.split_once(") ")?;
    let text = text.split_once(';').map_or(text, |(text, _)| text);
    // A state may stand before it: `from 3 to 7: R0=…`; that line has no number in front.
    let number = number.trim().parse().ok()?;
    Some(Printed { number, opcode: u8::from_str_radix(opcode, 16).ok()?, text: text.trim().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_behind_an_instruction_is_left_out() {
        let text = |opcode, text: &str| Some(Printed { number: 7, opcode, text: text.to_owned() });
        assert_eq!(
            instruction("7: (79) r1 = *(u64 *)(r0 +0)      ; R0=ctx"),
            text(0x79, "r1 = *(u64 *)(r0 +0)")
        );
        assert_eq!(instruction("7: (95) exit"), text(0x95, "exit"));
        assert_eq!(instruction("from 3 to 7: R0=1"), None);
        assert_eq!(instruction("processed 7 insns (limit 1000000)"), None);
    }
}
