//! The first check: is what the exercise read the code that the kernel has?

use anyhow::{Context, ensure};
use kit::{
    Exercise, Lab,
    raw::{Code, Insn, bytes},
};

use crate::{
    ask,
    job::{Answer, Question},
    load,
};

/// Three programs of lengths that nobody guesses, the longest of more than a page of machine code.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let lengths = [(3, 2..=9), (150, 100..=300), (900, 800..=1500)];
    let mut lengths = lengths.map(|(committed, range)| lab.seed().number(committed, range));
    lab.seed().shuffle(&mut lengths);
    let programs: Vec<_> =
        lengths.iter().map(|length| load("sums", &sums(*length))).collect::<Result<_, _>>()?;
    let truths: Vec<Code> = programs
        .iter()
        .map(kit::raw::Program::code)
        .collect::<Result<_, _>>()
        .context("no code comes back")?;
    ensure!(truths.iter().all(|code| !code.jited.is_empty()), "the JIT compiler is off");
    let ids = programs.iter().map(kit::raw::Program::id).collect::<Result<_, _>>()?;
    let names = lengths.map(|length| format!("{length} instructions"));
    lab.check("fetch");
    let codes = match ask(exercise, &Question::Fetch(ids), &names)? {
        Ok(Answer::Code(codes)) => codes,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    for ((name, truth), code) in names.iter().zip(&truths).zip(codes) {
        let translated = compared(&code.translated, &bytes(&truth.translated));
        let jited = compared(&code.jited, &truth.jited);
        lab.observe(format!("{name}, translated: {translated}"));
        lab.observe(format!("{name}, machine code: {jited}"));
    }
    Ok(())
}

/// What the exercise has of what the kernel has.
fn compared(found: &[u8], truth: &[u8]) -> String {
    let same = found.iter().zip(truth).take_while(|(found, truth)| found == truth).count();
    match (found.len(), truth.len()) {
        (found, all) if found == all && same == all => "every byte".to_owned(),
        (found, all) if found == same => format!("{found} of {all} bytes"),
        (found, all) => {
            format!("{found} bytes, and the kernel has {all}; from byte {same} on they are others")
        }
    }
}

/// R0 grows until there are so many instructions.
fn sums(length: u64) -> Vec<Insn> {
    let mut program = vec![Insn::new(0xb7, 0, 0, 0, 0)];
    program.extend((2..length).map(|number| Insn::new(0x07, 0, 0, 0, number as i32)));
    program.push(Insn::new(0x95, 0, 0, 0, 0));
    program
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_told_from_what_is_wrong() {
        assert_eq!(compared(&[1, 2], &[1, 2]), "every byte");
        assert_eq!(compared(&[1], &[1, 2]), "1 of 2 bytes");
        assert_eq!(
            compared(&[1, 0, 0], &[1, 2, 3]),
            "3 bytes, and the kernel has 3; from byte 1 on they are others"
        );
    }

    #[test]
    fn a_program_is_as_long_as_it_says() {
        assert!((2..20).all(|length| sums(length).len() as u64 == length));
    }
}
