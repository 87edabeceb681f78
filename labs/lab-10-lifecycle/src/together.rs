//! Checks `tail-call`, `replace` and `gone`: a program that hands over to others, and what all of them live by.

use aya::programs::ProgramInfo;
use kit::{Exercise, Lab, Seed};

use crate::{
    events,
    folder::Folder,
    job::{Pins, Step, Target},
    prepare,
    stage::{Loader, Stage},
};

/// What the seed says of slots, programs, numbers and names.
pub(crate) struct Plan {
    /// Two programs that count, and one that hands over to itself.
    targets: [Target; 3],
    /// A third program that counts.
    other: &'static str,
    /// A slot that stays empty.
    empty: u32,
    times: u64,
    files: [String; 2],
}

impl Plan {
    pub(crate) fn draw(seed: &mut Seed) -> Self {
        let mut slots = [2, 5, 9, 4, 0, 1, 3, 6, 7, 8, 10, 11, 12, 13, 14, 15];
        seed.shuffle(&mut slots);
        let mut colours = ["red", "green", "blue"];
        seed.shuffle(&mut colours);
        let target = |slot, program: &str| Target { slot, program: program.to_owned() };
        let targets = [target(slots[0], colours[0]), target(slots[1], colours[1]), target(slots[2], "again")];
        let times = seed.number(20, 10..=90);
        let files = ["dispatch-abc", "slots-abc"].map(|name| seed.name(name));
        Self { targets, other: colours[2], empty: slots[3], times, files }
    }

    fn pins(&self, folder: &Folder) -> Pins {
        let [link, slots] = &self.files;
        Pins { link: folder.file(link), slots: folder.file(slots) }
    }

    /// Makes calls for the two slots whose programs count.
    fn call(&self, lab: &mut Lab, when: &str, programs: &[ProgramInfo]) -> anyhow::Result<()> {
        for (Target { slot, .. }, times) in self.targets[..2].iter().zip(self.times..) {
            let counted = events::calls_for(programs, *slot, times)?;
            lab.observe(format!("{when}: {times} calls for slot {slot}: {counted}"));
        }
        Ok(())
    }

    /// Makes calls for the slot of the program that hands over to itself, for an empty one, and for one that there is not.
    fn call_oddly(&self, lab: &mut Lab, when: &str, programs: &[ProgramInfo]) -> anyhow::Result<()> {
        let [.., Target { slot, .. }] = &self.targets;
        let counted = events::calls_for(programs, *slot, 1)?;
        lab.observe(format!("{when}: 1 call for slot {slot}: {counted}"));
        let counted = events::calls_for(programs, self.empty, 7)?;
        lab.observe(format!("{when}: 7 calls for slot {}, which is empty: {counted}", self.empty));
        let counted = events::calls_for(programs, 1_000_000, 3)?;
        lab.observe(format!("{when}: 3 calls for slot 1000000, which there is not: {counted}"));
        Ok(())
    }
}

/// Everything is the exercise's, and then the exercise's process has ended.
pub(crate) fn tail_call(
    lab: &mut Lab,
    exercise: &Exercise,
    stage: &Stage,
    plan: &Plan,
) -> anyhow::Result<()> {
    lab.check("tail-call");
    let folder = stage.folder()?;
    let mut loader = Loader::start(exercise)?;
    let (targets, pins) = (plan.targets.to_vec(), plan.pins(&folder));
    loader.step(lab, &Step::Dispatch { targets, pins })?;
    loader.end(lab)?;
    let programs = stage.look(lab, "ended", &folder)?;
    plan.call(lab, "ended", &programs)?;
    plan.call_oddly(lab, "ended", &programs)
}

/// One target is replaced; the link and the other targets stay.
pub(crate) fn replace(
    lab: &mut Lab,
    exercise: &Exercise,
    stage: &mut Stage,
    plan: &Plan,
) -> anyhow::Result<()> {
    lab.check("replace");
    let folder = stage.folder()?;
    let pins = plan.pins(&folder);
    let mut watch = prepare::watched(&plan.targets, &pins)?;
    stage.hide(watch.id);
    let programs = stage.look(lab, "before", &folder)?;
    plan.call(lab, "before", &programs)?;
    let mut loader = Loader::start(exercise)?;
    let target = Target { slot: plan.targets[0].slot, program: plan.other.to_owned() };
    let slot = target.slot;
    watch.look_at(Some(slot))?;
    let empty = events::fell_through(&programs, || loader.step(lab, &Step::Replace { pins, target }))?;
    watch.look_at(None)?;
    lab.observe(format!(
        "meanwhile: slot {slot} was {}",
        if empty { "empty at times" } else { "never empty" }
    ));
    loader.end(lab)?;
    let programs = stage.look(lab, "replaced", &folder)?;
    plan.call(lab, "replaced", &programs)
}

/// Nothing stays.
pub(crate) fn gone(lab: &mut Lab, exercise: &Exercise, stage: &Stage, plan: &Plan) -> anyhow::Result<()> {
    lab.check("gone");
    let folder = stage.folder()?;
    let pins = plan.pins(&folder);
    prepare::dispatching(&plan.targets, &pins)?;
    stage.look(lab, "before", &folder)?;
    let mut loader = Loader::start(exercise)?;
    loader.step(lab, &Step::Remove(pins))?;
    loader.end(lab)?;
    stage.look(lab, "removed", &folder)?;
    Ok(())
}
