//! What is said first when kernels disagree about a lab: on which it passes, and what the others do.
//!
//! It compares verdicts, and names what older kernels lack. Why a kernel refuses is for the details below it.

use super::{
    JobReport, Lack, Paint,
    survey::label,
    text::{DETAILS, Text, lines},
};
use crate::judge::VerdictKind;

/// `passes from 6.1 on; 5.10: rejected`, if the kernels do not all say the same. `jobs` are those of one
/// lab, oldest kernel first.
pub(super) fn disagreement(jobs: &[&JobReport]) -> Option<String> {
    let mut kinds: Vec<(VerdictKind, Vec<usize>)> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        let kind = job.verdict.kind();
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, kernels)) => kernels.push(index),
            None => kinds.push((kind, vec![index])),
        }
    }
    if kinds.iter().filter(|(kind, _)| *kind != VerdictKind::Skipped).count() < 2 {
        return None;
    }
    let passed = kinds.iter().find(|(kind, _)| *kind == VerdictKind::Passed).map(|(_, kernels)| kernels);
    let first = match passed {
        None => "passes nowhere".to_owned(),
        Some(kernels) => passes(jobs, kernels),
    };
    let others = kinds.iter().filter(|(kind, _)| *kind != VerdictKind::Passed);
    let others = others.map(|(kind, kernels)| {
        let mut causes: Vec<&str> = kernels.iter().filter_map(|at| jobs[*at].cause.as_deref()).collect();
        causes.dedup();
        let causes = if causes.is_empty() { String::new() } else { format!(" [{}]", causes.join(", ")) };
        format!("; {}: {}{causes}", label(jobs, kernels), kind.words())
    });
    Some(first + &others.collect::<String>())
}

/// What the kernels that refuse do not have yet, each with the version that brought it.
pub(super) fn lacks(jobs: &[&JobReport], paint: Paint) -> Vec<String> {
    let mut found: Vec<(&Lack, Vec<usize>)> = Vec::new();
    for (index, job) in jobs.iter().enumerate() {
        let Some(lack) = &job.lacks else { continue };
        match found.iter_mut().find(|(known, _)| *known == lack) {
            Some((_, kernels)) => kernels.push(index),
            None => found.push((lack, vec![index])),
        }
    }
    let words = |(lack, kernels): &(&Lack, Vec<usize>)| {
        let lacks = if kernels.len() == 1 { "lacks" } else { "lack" };
        let Lack { feature, since } = lack;
        Text::hanging(format!("{} {lacks} what came with {since}: {feature}", label(jobs, kernels)), 2)
    };
    lines(&found.iter().map(words).collect::<Vec<_>>(), DETAILS, paint)
}

fn passes(jobs: &[&JobReport], kernels: &[usize]) -> String {
    match kernels {
        [.., last] if last + 1 == jobs.len() && last - kernels[0] + 1 == kernels.len() => {
            format!("passes from {} on", jobs[kernels[0]].kernel)
        }
        [0, .., last] if last + 1 == kernels.len() => format!("passes up to {}", jobs[*last].kernel),
        _ => format!("passes on {}", label(jobs, kernels)),
    }
}
