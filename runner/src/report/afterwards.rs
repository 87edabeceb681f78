//! What a learner reads after a pass: what was used, what it costs, what to try next.
//!
//! It stands where nothing went wrong, and judges nothing: a larger program is not a worse one.

use serde::{Deserialize, Serialize};

use super::{
    JobReport, Paint,
    text::{DETAILS, Text, lines},
};
use crate::{
    cost::{ProgramCost, Recorded},
    judge::VerdictKind,
};

/// The parts that come from the course.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Afterwards {
    /// The lab's id, for the commands: `lab-01`.
    pub id: String,
    /// What the learner has just used, one thing each.
    pub used: Vec<String>,
    /// What to try, one thing each.
    pub try_next: Vec<String>,
    /// What the reference solution costs on this kernel; `None` if it was not recorded there.
    pub reference: Option<Recorded>,
}

/// One figure of a program, and the reference's.
struct Figure {
    what: &'static str,
    yours: u64,
    reference: Option<u64>,
}

/// The lines about one lab; empty unless all of its jobs passed. `jobs` are oldest kernel first: the
/// newest one's figures stand for all.
pub(super) fn afterwards(jobs: &[&JobReport], paint: Paint) -> Vec<String> {
    let good = |job: &&JobReport| matches!(job.verdict.kind(), VerdictKind::Passed | VerdictKind::Skipped);
    let newest = jobs.iter().rev().find(|job| job.verdict.kind() == VerdictKind::Passed);
    let Some((job, after)) = newest.and_then(|job| Some((job, job.afterwards.as_ref()?))) else {
        return Vec::new();
    };
    if !jobs.iter().all(good) {
        return Vec::new();
    }
    let item = |words: &String| Text::hanging(format!("- {words}"), 2);
    let mut text = Vec::new();
    if !after.used.is_empty() {
        text.push(Text::prose("what you used:"));
        text.extend(after.used.iter().map(item));
    }
    for cost in &job.costs {
        text.extend(costs(cost, job, after, paint));
    }
    if !after.try_next.is_empty() {
        text.extend([Text::blank(), Text::prose("try next:")]);
        text.extend(after.try_next.iter().map(item));
    }
    let next = format!(
        "hint: `cargo runner diff {}` shows the reference solution, `cargo runner next` the next lab",
        after.id
    );
    text.extend([Text::blank(), Text::hanging(next, "hint: ".len())]);
    lines(&text, DETAILS, paint)
}

/// A table for eyes; for ears a sentence a figure.
fn costs(cost: &ProgramCost, job: &JobReport, after: &Afterwards, paint: Paint) -> Vec<Text> {
    let (program, kernel) = (&cost.program, &job.kernel);
    let recorded = after.reference.as_ref();
    let reference = recorded.and_then(|known| known.programs.iter().find(|known| known.program == *program));
    let figures = figures(cost, reference);
    let other_release =
        recorded.filter(|known| job.release.as_ref().is_some_and(|now| *now != known.release));
    let note = other_release.map(|known| {
        Text::prose(format!("(the reference was recorded on {}, where they may differ)", known.release))
    });
    let mut text = Vec::new();
    if paint == Paint::Spoken {
        text.extend(figures.iter().map(|Figure { what, yours, reference }| {
            let beside = reference.map(|count| format!(", the reference's {count}")).unwrap_or_default();
            Text::prose(format!("`{program}` on {kernel}, {what}: yours {yours}{beside}"))
        }));
    } else {
        let beside = if reference.is_some() { "yours  reference" } else { "yours" };
        let what = format!("what `{program}` costs on {kernel}");
        text.push(Text::blank());
        text.push(Text::verbatim(format!("{what:44}{beside}")));
        text.extend(figures.iter().map(|Figure { what, yours, reference }| {
            let beside = reference.map(|count| format!("{count:11}")).unwrap_or_default();
            Text::verbatim(format!("  {what:36}{yours:11}{beside}"))
        }));
    }
    text.extend(note);
    text
}

fn figures(cost: &ProgramCost, reference: Option<&ProgramCost>) -> Vec<Figure> {
    let figure = |what, of: fn(&ProgramCost) -> Option<u64>| {
        Some(Figure { what, yours: of(cost)?, reference: reference.and_then(of) })
    };
    let all = [
        figure("instructions", |cost| Some(cost.instructions)),
        figure("instructions that the verifier walked", |cost| cost.verified.map(u64::from)),
        figure("stack, in bytes", |cost| Some(cost.stack)),
        figure("machine code, in bytes", |cost| Some(cost.jited.into())),
    ];
    all.into_iter().flatten().collect()
}
