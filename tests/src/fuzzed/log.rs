//! Verifier logs: whatever a file or a hostile guest says, what is explained stands in it, and is short.

use std::{collections::BTreeSet, path::PathBuf, sync::LazyLock};

use runner::explain::{self, Explanation, Source, SourceMap, VerifierLog};

use super::assert_printable;
use crate::tree;

/// The object of the recorded logs.
pub(super) const OBJECT: &[u8] = include_bytes!("../../../runner/data/verifier/rejected.o");

/// An explanation has at most so many lines, however long the log and its lines are.
const MOST_LINES: usize = 200;

/// So much of a line of the kernel's is shown in any case, in characters.
const SHOWN: usize = 500;

/// How many lines of the end are kept for a reason that nobody knows.
const TAIL: usize = 15;

/// Figures as every kernel writes them behind the reason.
const FIGURES: &str = "\nprocessed 7 insns (limit 1000000) max_states_per_insn 0 total_states 0\n";

static MAP: LazyLock<SourceMap> =
    LazyLock::new(|| SourceMap::from_object(OBJECT).expect("the recorded object has lines"));
static ROOT: LazyLock<PathBuf> = LazyLock::new(|| tree::root().join("runner/data/verifier"));

/// The property.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let log = String::from_utf8_lossy(bytes);
    let parsed = VerifierLog::parse(&log);
    is_of_the_log(&parsed, &log);
    figures_change_nothing(&parsed, &log);
    is_explained(&log, &parsed, &explain::explain(&log, None));
    let programs = MAP.programs();
    let any = programs[bytes.len() % programs.len()];
    let program = explain::program_of(&MAP, &log).unwrap_or(any);
    let source = Source { map: &MAP, program, root: &ROOT };
    is_explained(&log, &parsed, &explain::explain(&log, Some(&source)));
}

/// Nothing is made up.
fn is_of_the_log(parsed: &VerifierLog<'_>, log: &str) {
    let lines: BTreeSet<&str> = log.lines().map(str::trim).collect();
    for line in parsed.reasons.iter().chain(&parsed.tail).chain(&parsed.statistics) {
        assert!(lines.contains(line.trim()), "no line of the log: {line:?}");
    }
    assert!(parsed.tail.len() <= TAIL && parsed.steps.len() <= 20_000);
    assert_eq!(parsed.steps.first().map(|step| step.index), parsed.stopped_at.map(|(index, _)| index));
    let numbers: Vec<u8> = parsed.registers.iter().map(|(number, _)| *number).collect();
    assert!(numbers.is_sorted_by(|one, next| one < next) && numbers.iter().all(|number| *number <= 10));
}

/// Whether the figures were asked for or not, the log says the same.
fn figures_change_nothing(parsed: &VerifierLog<'_>, log: &str) {
    let more = format!("{log}{FIGURES}");
    let again = VerifierLog::parse(&more);
    let one = (&parsed.reasons, &parsed.stopped_at, &parsed.steps, &parsed.registers, &parsed.tail);
    let other = (&again.reasons, &again.stopped_at, &again.steps, &again.registers, &again.tail);
    assert_eq!(one, other, "figures changed what the log says");
    assert_eq!(again.statistics.len(), parsed.statistics.len() + 1);
}

/// The kernel's own words are there, and all of it can be printed.
fn is_explained(log: &str, parsed: &VerifierLog<'_>, explanation: &Explanation) {
    let Explanation { family, reason, words, place, instruction, registers, tail } = explanation;
    assert_eq!(reason.is_some(), !parsed.reasons.is_empty());
    assert!(reason.as_deref().is_none_or(|reason| parsed.reasons.contains(&reason)));
    assert_eq!(family.is_some(), words.as_ref().is_some_and(|words| !words.is_empty()));
    assert!(family.is_none() || tail.is_empty());
    assert_eq!(instruction.as_ref().map(|(index, text)| (*index, text.as_str())), parsed.stopped_at);
    // 5.10 does not write what a lookup returns; it is plain from the instruction.
    let is_written = |state: &str| log.contains(state) || state == "map_value_or_null";
    assert!(registers.len() <= 4 && registers.iter().all(|register| is_written(&register.state)));
    if let Some(place) = place {
        let marked = place.lines.iter().any(|line| place.line.is_none_or(|number| number == line.number));
        // Where it is not known which line it is, up to nine of them are shown.
        let most = if place.until.is_some() { 9 } else { 5 };
        assert!((1..=most).contains(&place.lines.len()) && marked, "{place:?}");
    }
    let lines = explain::render(explanation, Some("target/labs/verifier.log"));
    assert!(lines.len() <= MOST_LINES, "{} lines", lines.len());
    assert_printable(&lines);
    let longest = lines.iter().map(String::len).max().unwrap_or_default();
    assert!(longest <= 64 << 10, "a line of {longest} bytes");
    if let Some(reason) = reason {
        let begin: String = reason.chars().take(SHOWN).collect();
        let begin = runner::judge::visible(&begin);
        assert!(lines.iter().any(|line| line.contains(&begin)), "the kernel's words are missing: {begin}");
    }
}
