//! Which kernels say the same about a program.
//!
//! A refusal is the same if it breaks the same rule at the same place: kernels have other words for it, and other
//! addresses. It decides nothing about who is right.

use channel::Cost;

use super::{Answer, KernelAnswers};
use crate::explain::{self, Explanation, Source};

/// Kernels that say the same about one program, oldest first.
pub(super) struct Group<'a> {
    pub(super) kernels: Vec<&'a str>,
    /// The newest of them, by its folder's name.
    pub(super) folder: String,
    /// The answer that stands for all: the newest kernel's, which explains most.
    pub(super) answer: Answer,
    /// The sizes on each of them, if they accepted the program.
    pub(super) costs: Vec<Cost>,
    /// Why the newest of them refused, if it has said why.
    pub(super) explanation: Option<Explanation>,
}

/// What the kernels said about one program, the same together; the order is that of each group's oldest kernel.
pub(super) fn groups<'a>(
    program: &str,
    kernels: &'a [KernelAnswers],
    source: Option<&Source<'_>>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    for one in kernels {
        let answer = one.of(program);
        let explanation = match &answer {
            Answer::Rejected { log, .. } if !log.is_empty() => Some(explain::explain(log, source)),
            _ => None,
        };
        let same = |group: &&mut Group<'_>| {
            same(&group.answer, &answer) && alike(group.explanation.as_ref(), explanation.as_ref())
        };
        match groups.iter_mut().find(same) {
            Some(group) => {
                group.kernels.push(&one.kernel);
                group.folder = one.folder();
                group.costs.extend(cost(&answer));
                group.answer = answer;
                group.explanation = explanation;
            }
            None => {
                let costs = cost(&answer).into_iter().collect();
                let (kernels, folder) = (vec![one.kernel.as_str()], one.folder());
                groups.push(Group { kernels, folder, answer, costs, explanation });
            }
        }
    }
    groups
}

fn cost(answer: &Answer) -> Option<Cost> {
    match answer {
        Answer::Accepted(cost, _) => Some(*cost),
        _ => None,
    }
}

/// Whether two answers are the same but for sizes and logs.
fn same(one: &Answer, other: &Answer) -> bool {
    match (one, other) {
        (Answer::Accepted(..), Answer::Accepted(..)) => true,
        (Answer::Rejected { error, log }, Answer::Rejected { error: other, log: other_log }) => {
            // Where there is a log, it tells more than the error.
            error == other || !(log.is_empty() || other_log.is_empty())
        }
        (Answer::Undecided { why }, Answer::Undecided { why: other }) => why == other,
        _ => false,
    }
}

/// Whether two explanations name the same rule at the same place. Reasons without a known rule are compared word for word.
fn alike(one: Option<&Explanation>, other: Option<&Explanation>) -> bool {
    let (Some(one), Some(other)) = (one, other) else { return one.is_none() && other.is_none() };
    let place =
        |explained: &Explanation| explained.place.as_ref().map(|place| (place.file.clone(), place.line));
    match (one.family, other.family) {
        (Some(family), Some(other_family)) => family.id == other_family.id && place(one) == place(other),
        (None, None) => one.reason == other.reason,
        _ => false,
    }
}
