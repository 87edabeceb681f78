//! What the kernel's answers mean: for calls that were drawn, about the type and about the licence.

use kit::{Exercise, Lab};

use crate::{
    ask,
    job::{Answer, Outcome, Question, Verdict},
    kernel::{GPL, KPROBE, OTHER, TYPES, meaning, outcome},
};

/// One call, and what it comes to.
struct Case {
    name: String,
    outcome: Outcome,
    is: Verdict,
}

/// Numbers of helpers that 5.10 has: 1 to 155.
const OLD: u64 = 155;

/// `bpf_probe_write_user`: the kernel warns its administrator of whoever loads a program with it.
const WARNS: u64 = 36;

/// The largest number that is tried. No kernel of the matrix has so many.
const NONE: u64 = 400;

/// How many calls are wanted of each kind.
const WANTED: usize = 20;

/// More are not tried.
const TRIED: usize = 400;

/// Which types may call what.
pub(crate) fn types(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let mut cases: Vec<Case> = Vec::new();
    for tried in 0..TRIED {
        let (kind, helper) = (lab.seed().any() as usize % TYPES.len(), lab.seed().any());
        // Every eighth is a helper that no kernel has.
        let helper = if tried % 8 == 0 { NONE - helper % 100 } else { old(helper) };
        let (name, kind) = TYPES[kind];
        let case = case(format!("{name}, helper {helper}"), kind, GPL, helper as u32);
        let of_its_kind = cases.iter().filter(|other| other.is == case.is).count();
        if of_its_kind < WANTED {
            cases.push(case);
        }
        if cases.len() == 3 * WANTED {
            break;
        }
    }
    lab.check("types");
    compare(lab, exercise, &cases, &[Verdict::Allowed, Verdict::NotForThisType, Verdict::Unknown])
}

/// What a program may call that is not under the GPL.
pub(crate) fn licence(lab: &mut Lab, exercise: &Exercise) -> anyhow::Result<()> {
    let mut cases: Vec<Case> = Vec::new();
    for _ in 0..TRIED {
        let helper = old(lab.seed().any());
        let case = case(format!("kprobe, helper {helper}, not under the GPL"), KPROBE, OTHER, helper as u32);
        let of_its_kind = cases.iter().filter(|other| other.is == case.is).count();
        if case.is != Verdict::NotForThisType && of_its_kind < WANTED / 2 {
            cases.push(case);
        }
        if cases.len() == WANTED {
            break;
        }
    }
    lab.check("licence");
    compare(lab, exercise, &cases, &[Verdict::Allowed, Verdict::NotForThisLicence])
}

/// A helper that every kernel has.
fn old(drawn: u64) -> u64 {
    match 1 + drawn % OLD {
        WARNS => WARNS + 1,
        helper => helper,
    }
}

fn case(name: String, kind: u32, licence: &std::ffi::CStr, helper: u32) -> Case {
    let outcome = outcome(kind, licence, helper);
    Case { name, is: meaning(&outcome), outcome }
}

fn compare(lab: &mut Lab, exercise: &Exercise, cases: &[Case], kinds: &[Verdict]) -> anyhow::Result<()> {
    let question = Question::Verdicts(cases.iter().map(|case| case.outcome.clone()).collect());
    let said = match ask(exercise, &question)? {
        Ok(Answer::Verdicts(said)) => said,
        Ok(_) => Vec::new(),
        Err(why) => {
            lab.observe(why);
            return Ok(());
        }
    };
    for kind in kinds {
        let of_kind: Vec<(&Case, Option<&Verdict>)> = cases
            .iter()
            .enumerate()
            .filter(|(_, case)| case.is == *kind)
            .map(|(at, case)| (case, said.get(at)))
            .collect();
        let wrong: Vec<_> = of_kind.iter().filter(|(_, said)| *said != Some(kind)).collect();
        lab.observe(format!("{}: {} of {}", words(*kind), of_kind.len() - wrong.len(), of_kind.len()));
        if let Some((case, said)) = wrong.first() {
            lab.observe(format!("  {}", case.name));
            lab.observe(format!("  you say: {}", said.map_or("nothing", |said| words(*said))));
            lab.observe(format!("  the kernel says: {}", last_words(&case.outcome)));
        }
    }
    Ok(())
}

/// What the verdict is called in observations.
pub(crate) fn words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Allowed => "allowed",
        Verdict::NotForThisType => "not for this type",
        Verdict::NotForThisLicence => "not for this licence",
        Verdict::Unknown => "unknown to this kernel",
    }
}

/// The sentence behind the call in the verifier's log.
fn last_words(outcome: &Outcome) -> String {
    let Outcome::Refused { log } = outcome else { return "(it loads the program)".to_owned() };
    let mut lines = log.lines().skip_while(|line| !line.contains("(85) call "));
    lines.nth(1).or_else(|| log.lines().next()).unwrap_or("(nothing)").to_owned()
}
