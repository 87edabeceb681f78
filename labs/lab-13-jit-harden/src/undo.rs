//! Constants: where they are in machine code, and how to get them back from a blinded program.

use kit::{Exercise, Lab};

use crate::{
    ask,
    job::{Answer, Question, Settings},
    sums::{self, Sum},
};

const COMPILED: Settings = Settings { enable: 1, harden: 0 };
const BLINDED: Settings = Settings { enable: 1, harden: 2 };

/// Where constants are, in the code as it is and in the blinded one. One of them is there twice.
pub(crate) fn places(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let mut sum = Sum::new(lab.seed(), 5);
    let twice = sum.program[1];
    sum.program.insert(1, twice);
    lab.check("places");
    for (name, settings) in [("compiled", COMPILED), ("blinded", BLINDED)] {
        let jited = sum.under(settings)?.code.jited;
        let question = Question::Places { jited: jited.clone(), constants: sum.constants.clone() };
        let said = match ask(exercise, &question)? {
            Ok(Answer::Places(said)) => said,
            Ok(_) => Vec::new(),
            Err(why) => {
                lab.observe(why);
                return Ok(());
            }
        };
        for (number, constant) in sum.constants.iter().enumerate() {
            let there = sums::places(&jited, *constant);
            let found = said.get(number).map_or(&[][..], Vec::as_slice);
            let right = found.iter().filter(|at| there.contains(at)).count();
            lab.observe(format!(
                "{name}, constant {}: {right} of {} places, and {} that are none",
                number + 1,
                there.len(),
                found.len() - right
            ));
        }
    }
    Ok(())
}

/// The constants of blinded programs.
pub(crate) fn constants(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let mut counts =
        [(1, 1..=2), (6, 4..=9), (40, 30..=60)].map(|(committed, range)| lab.seed().number(committed, range));
    lab.seed().shuffle(&mut counts);
    lab.check("undo");
    let blinded = Sum::new(lab.seed(), 1).under(BLINDED)?.code.translated;
    let highest = blinded.iter().map(|insn| insn.dst).max().unwrap_or_default();
    lab.observe(format!("the kernel's own register has number {highest}"));
    for count in counts {
        let sum = Sum::new(lab.seed(), count as usize);
        let translated = sum.under(BLINDED)?.code.translated;
        let said = match ask(exercise, &Question::Constants(translated))? {
            Ok(Answer::Constants(said)) => said,
            Ok(_) => Vec::new(),
            Err(why) => {
                lab.observe(why);
                return Ok(());
            }
        };
        let right = said.iter().zip(&sum.constants).filter(|(said, is)| said == is).count();
        lab.observe(format!("of {count} in the program: {right} right, of {} that you say", said.len()));
    }
    Ok(())
}
