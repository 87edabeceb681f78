//! Checks `fd`, `pin` and `unpin`: one program, and what it lives by.

use kit::{Exercise, Lab};

use crate::{
    events::Counter,
    job::Step,
    prepare,
    stage::{Loader, Stage},
};

/// A program that lives by what the exercise returned.
pub(crate) fn fd(lab: &mut Lab, exercise: &Exercise, stage: &Stage, counter: Counter) -> anyhow::Result<()> {
    let times = lab.seed().number(20, 10..=90);
    lab.check("fd");
    // ANCHOR: fd
    let folder = stage.folder()?;
    let mut loader = Loader::start(exercise)?;
    loader.step(lab, &Step::Attach(counter.program.to_owned()))?;
    stage.look_and_call(lab, "held", &folder, times)?;
    loader.step(lab, &Step::LetGo)?;
    stage.look_and_call(lab, "let go", &folder, times)?;
    loader.end(lab)?;
    stage.look_and_call(lab, "ended", &folder, times)
    // ANCHOR_END: fd
}

/// A program that lives by a file.
pub(crate) fn pin(lab: &mut Lab, exercise: &Exercise, stage: &Stage, counter: Counter) -> anyhow::Result<()> {
    let times = lab.seed().number(30, 10..=90);
    let name = lab.seed().name("link-abc");
    lab.check("pin");
    let folder = stage.folder()?;
    let mut loader = Loader::start(exercise)?;
    let (program, link) = (counter.program.to_owned(), folder.file(&name));
    loader.step(lab, &Step::Pin { program, link })?;
    loader.end(lab)?;
    stage.look_and_call(lab, "ended", &folder, times)
}

/// A program that lives by a file, and then by what the exercise returned.
pub(crate) fn unpin(
    lab: &mut Lab,
    exercise: &Exercise,
    stage: &Stage,
    counter: Counter,
) -> anyhow::Result<()> {
    let times = lab.seed().number(40, 10..=90);
    let name = lab.seed().name("link-xyz");
    lab.check("unpin");
    let folder = stage.folder()?;
    let link = folder.file(&name);
    prepare::pinned(counter.program, &link)?;
    stage.look(lab, "before", &folder)?;
    let mut loader = Loader::start(exercise)?;
    loader.step(lab, &Step::TakeBack(link))?;
    stage.look_and_call(lab, "taken back", &folder, times)?;
    loader.step(lab, &Step::LetGo)?;
    stage.look_and_call(lab, "let go", &folder, times)?;
    loader.end(lab)
}
