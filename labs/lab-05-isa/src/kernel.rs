//! What the kernel says about a word: how it prints it, and whether it is an instruction at all.
//!
//! The verifier prints an instruction before it looks at what it does, so a word stands alone in a small program around
//! it. What else the program would be refused for does not matter.

use kit::raw::{self, Insn, Kind};

use crate::names::WIDE;

/// How many places before the word, and behind it, a jump may lead to.
const AROUND: usize = 8;

/// How many instructions give R0 to R9 a number each, of which the verifier knows nothing: since 7.x it rewrites what it
/// can foresee before it prints it.
const NUMBERS: usize = 19;

/// Where the word stands in the program.
const PLACE: usize = NUMBERS + 2 * AROUND + 1 + AROUND;

/// `bpf_get_prandom_u32`.
const RANDOM: i32 = 7;

/// A word, and the one behind it if it takes two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Word {
    pub(crate) first: Insn,
    pub(crate) second: Option<Insn>,
}

impl From<Insn> for Word {
    fn from(first: Insn) -> Self {
        Self { first, second: None }
    }
}

/// What the kernel says about a word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// It prints it so, and takes it.
    Printed(String),
    /// It is no instruction, in the kernel's words.
    Refused(String),
}

/// Asks the kernel.
///
/// # Errors
/// If it neither prints the word nor says that it is none.
pub(crate) fn ask(word: Word) -> anyhow::Result<Said> {
    let log = raw::log_of(Kind::Classifier as u32, &around(word))?;
    if let Some(line) = log.lines().find(|line| is_no_instruction(line)) {
        return Ok(Said::Refused(line.trim().to_owned()));
    }
    let begin = format!("{PLACE}: (");
    let line = log.lines().find_map(|line| line.strip_prefix(&begin)?.split_once(") "));
    let (_, text) = line.ok_or_else(|| anyhow::anyhow!("the verifier does not print {word:?}: {log}"))?;
    Ok(Said::Printed(text.split(';').next().unwrap_or_default().trim().to_owned()))
}

/// Asks the kernel about each of them.
///
/// # Errors
/// As those of [`ask`].
pub(crate) fn asked(words: impl IntoIterator<Item = Word>) -> anyhow::Result<Vec<(Word, Said)>> {
    words.into_iter().map(|word| Ok((word, ask(word)?))).collect()
}

/// Whether a line of the log says that a word is no instruction. Its wording is that of `kernel/bpf/verifier.c`, Linux
/// 5.10 to 7.3.
fn is_no_instruction(line: &str) -> bool {
    let high = (11..16).any(|register| line.contains(&format!("R{register} is invalid")));
    let phrases = [
        "unknown opcode",
        "reserved fields",
        "invalid bpf_ld_imm64",
        "BPF_LD_IMM insn",
        "last insn is not an exit",
    ];
    high || phrases.iter().any(|phrase| line.contains(phrase))
}

/// A program with the word in it. Wherever the word may jump to, the program ends, and all these places can be reached
/// without it: else nothing would be printed, or much too much.
fn around(word: Word) -> Vec<Insn> {
    if word.first.opcode == WIDE && word.second.is_none() {
        return vec![Insn::new(0xb7, 0, 0, 0, 0), word.first];
    }
    let exit = Insn::new(0x95, 0, 0, 0, 0);
    let long = 1 + usize::from(word.second.is_some());
    let mut list = numbers();
    let to = |number: usize, far: usize| Insn::new(0x15, 0, 0, far as i16, 1000 + number as i32);
    // Each jump is one instruction nearer to its place than the one before, and the places are one further away.
    list.extend((0..AROUND).map(|number| to(number, 2 * AROUND)));
    list.extend((0..AROUND).map(|number| to(AROUND + number, 2 * AROUND + long)));
    list.push(Insn::new(0x05, 0, 0, AROUND as i16, 0));
    list.extend([exit; AROUND]);
    list.push(word.first);
    list.extend(word.second);
    list.extend([exit; AROUND]);
    list
}

/// Gives each register a number. A call leaves nothing in R1 to R5, so they are made of the others.
fn numbers() -> Vec<Insn> {
    let call = Insn::new(0x85, 0, 0, 0, RANDOM);
    let mut list: Vec<Insn> =
        (6..10).flat_map(|register| [call, Insn::new(0xbf, register, 0, 0, 0)]).collect();
    list.push(call);
    list.extend((1..6).flat_map(|register| {
        let other = 6 + register % 4;
        [Insn::new(0xbf, register, other, 0, 0), Insn::new(0x27, register, 0, 0, 7 + i32::from(register))]
    }));
    list
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stands_at_its_place() {
        assert_eq!(numbers().len(), NUMBERS);
        assert_eq!(around(Insn::new(0x87, 1, 0, 0, 0).into())[PLACE].opcode, 0x87);
    }

    #[test]
    fn every_place_around_the_word_can_be_reached() {
        let second = Some(Insn::default());
        for word in
            [Word::from(Insn::new(0x87, 1, 0, 0, 0)), Word { first: Insn::new(0x18, 1, 0, 0, 0), second }]
        {
            let list = around(word);
            let jumps = (NUMBERS..NUMBERS + 2 * AROUND).map(|at| at + 1 + list[at].offset as usize);
            let behind = PLACE + 1 + usize::from(word.second.is_some());
            let places = (PLACE - AROUND..PLACE).chain(behind..behind + AROUND);
            assert!(jumps.eq(places), "{list:?}");
        }
    }

    #[test]
    fn only_what_is_said_of_the_word_itself_counts() {
        assert!(is_no_instruction("unknown opcode e7"));
        assert!(is_no_instruction("BPF_MOV uses reserved fields"));
        assert!(is_no_instruction("R11 is invalid"));
        assert!(!is_no_instruction("R1 invalid mem access 'scalar'"));
        assert!(!is_no_instruction("19: (b7) r1 = 5"));
    }
}
