//! The first check: what the exercise's settings do to a program.

use kit::{Exercise, Lab};

use crate::{
    ask,
    job::{Answer, Question, Settings, Wish},
    sums::{Sum, places},
};

/// Constants of the program.
const COUNT: usize = 6;

/// Every wish, with its name.
const WISHES: [(&str, Wish); 3] =
    [("interpreted", Wish::Interpreted), ("compiled", Wish::Compiled), ("blinded", Wish::Blinded)];

/// A program under each of the settings.
pub(crate) fn check(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let sum = Sum::new(lab.seed(), COUNT);
    let mut wishes = WISHES;
    lab.seed().shuffle(&mut wishes);
    lab.check("switches");
    let settings = match ask(exercise, &Question::Settings(wishes.iter().map(|(_, wish)| *wish).collect()))? {
        Ok(Answer::Settings(settings)) => settings,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    for ((name, _), settings) in wishes.iter().zip(settings) {
        if !matches!(settings, Settings { enable: 0 | 1, harden: 0..=2 }) {
            lab.observe(format!("{name}: there are no such settings: {settings:?}"));
            continue;
        }
        let made = sum.under(settings)?;
        let jited = &made.code.jited;
        let seen = sum.constants.iter().filter(|constant| !places(jited, **constant).is_empty()).count();
        let code = if jited.is_empty() { "no machine code" } else { "machine code" };
        let result = if made.value == sum.value { "right" } else { "wrong" };
        lab.observe(format!(
            "{name}: {} instructions become {}, {code}, {seen} of {COUNT} constants in it; the result is {result}",
            sum.program.len(),
            made.code.translated.len()
        ));
    }
    Ok(())
}
