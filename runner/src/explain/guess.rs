//! Which program of an object a log belongs to, where nobody has said it.
//!
//! It compares the lines of source in the log with the object's records.

use super::{SourceMap, VerifierLog};

/// How many steps are compared.
const COMPARED: usize = 2000;

/// The program whose lines fit the log best; the only one, if there is only one.
#[must_use]
pub fn program_of<'a>(map: &'a SourceMap, log: &str) -> Option<&'a str> {
    let programs = map.programs();
    if let [only] = programs[..] {
        return Some(only);
    }
    // From 7.3 on the figures name it: `subprog 0 (count_calls) main …`.
    let named = |line: &str| {
        let (name, _) = line.strip_prefix("subprog 0 (")?.split_once(") main")?;
        programs.iter().copied().find(|program| *program == name)
    };
    if let Some(program) = log.lines().find_map(named) {
        return Some(program);
    }
    let parsed = VerifierLog::parse(log);
    let fits = |program: &str| {
        let steps =
            parsed.steps.iter().take(COMPARED).filter_map(|step| Some((step.index, step.source?.text)));
        let layout = map.layout(program);
        let equal = |(index, text): &(u32, &str)| {
            let record = layout.as_ref().and_then(|layout| layout.line_at(*index));
            record.is_some_and(|record| record.text.trim() == *text)
        };
        steps.filter(equal).count()
    };
    let best = programs.iter().map(|program| (fits(program), *program)).max_by_key(|(count, _)| *count);
    best.filter(|(count, _)| *count > 0).map(|(_, program)| program)
}
