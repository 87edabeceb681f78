//! A program in the kernel's own notation: the verifier prints each instruction that it walks over.

use std::{collections::BTreeMap, io};

use super::{
    insn::Insn,
    program::{Kind, log_of},
};

/// Each instruction's number and text, as the kernel at hand writes it: `(b7) r0 = 5` is `r0 = 5` here. What the
/// verifier never comes to has no text.
///
/// # Errors
/// What the kernel says, if it prints nothing.
pub fn notation(program: &[Insn]) -> io::Result<Vec<(usize, String)>> {
    let log = log_of(Kind::Classifier as u32, program)?;
    let lines: BTreeMap<usize, String> = log.lines().filter_map(instruction).collect();
    if lines.is_empty() {
        return Err(io::Error::other(format!("the verifier has printed no instruction: `{log}`")));
    }
    Ok(lines.into_iter().collect())
}

/// `7: (79) r1 = *(u64 *)(r0 +0)       ; R0=…`
fn instruction(line: &str) -> Option<(usize, String)> {
    let (number, rest) = line.split_once(": (")?;
    let (_, text) = rest.split_once(") ")?;
    let text = text.split_once(';').map_or(text, |(text, _)| text);
    // A state may stand before it: `from 3 to 7: R0=…`; that line has no number in front.
    Some((number.trim().parse().ok()?, text.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_behind_an_instruction_is_left_out() {
        let text = |text: &str| Some((7, text.to_owned()));
        assert_eq!(instruction("7: (79) r1 = *(u64 *)(r0 +0)      ; R0=ctx"), text("r1 = *(u64 *)(r0 +0)"));
        assert_eq!(instruction("7: (95) exit"), text("exit"));
        assert_eq!(instruction("from 3 to 7: R0=1"), None);
        assert_eq!(instruction("processed 7 insns (limit 1000000)"), None);
    }
}
