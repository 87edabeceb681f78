//! A verifier log explained: the reason in plain words, the rule, the place, the registers that matter.
//!
//! What is not known is left out, and the kernel's own words are always kept.

use serde::{Serialize, Serializer};

use super::{
    Family, VerifierLog, families, place,
    place::{Place, Source},
    registers::{addressed_by, named_in},
    words,
};

/// How many registers are shown at most.
const REGISTERS: usize = 4;

/// Why the verifier refused a program.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The family of the reason; `None` if nobody has written one yet.
    #[serde(serialize_with = "only_id")]
    pub family: Option<&'static Family>,
    /// The decisive line as the kernel said it. `None` if the log holds none.
    pub reason: Option<String>,
    /// The same in plain words.
    pub words: Option<String>,
    /// The learner's line.
    pub place: Option<Place>,
    /// The instruction at which the verifier stopped: number and text.
    pub instruction: Option<(u32, String)>,
    /// The registers that the reason names, else those through which the instruction reaches memory.
    pub registers: Vec<RegisterState>,
    /// The last lines of the log. Only if there is no family.
    pub tail: Vec<String>,
}

/// One register at the place where the verifier stopped.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RegisterState {
    /// `R0`.
    pub name: String,
    /// As the kernel writes it.
    pub state: String,
    /// In words.
    pub words: String,
}

/// Explains a log. With `source`, the line is found by the object's own records, the same on every kernel.
#[must_use]
pub fn explain(log: &str, source: Option<&Source<'_>>) -> Explanation {
    let log = VerifierLog::parse(log);
    let recognised = families::recognise(&log.reasons, log.stopped_at.map(|(_, text)| text));
    let reason = match &recognised {
        Some(known) => log.reasons.get(known.line),
        None => log.reasons.last(),
    };
    let named_instruction = log.reasons.iter().rev().find_map(|reason| instruction_in(reason));
    let index = named_instruction.or(log.stopped_at.map(|(index, _)| index));
    let family = recognised.as_ref().map(|known| known.family);
    let place = source.and_then(|source| {
        let landmark = || source.landmark(family?.id, reason.copied().unwrap_or_default());
        let place = if index.is_some() { source.place(&log, index) } else { landmark() };
        place.or_else(|| source.function())
    });
    let knows_lines = source.is_some_and(|source| source.map.has(source.program));
    let place = place.or_else(|| if knows_lines { None } else { place::from_log(&log) });
    let tail = if family.is_some() { Vec::new() } else { log.tail.iter().map(ToString::to_string).collect() };
    let words = recognised.as_ref().map(|known| with_helper(&known.words, &log));
    Explanation {
        family,
        reason: reason.map(ToString::to_string),
        words,
        place,
        instruction: log.stopped_at.map(|(index, text)| (index, text.to_owned())),
        registers: registers(&log),
        tail,
    }
}

/// Explains the log of a verifier that was interrupted before it came to an end.
#[must_use]
pub fn unfinished(log: &str, source: Option<&Source<'_>>) -> Explanation {
    let log = VerifierLog::parse(log);
    let processed = log.statistics.iter().find_map(|line| line.strip_prefix("processed ")?.split(' ').next());
    let words = match processed {
        Some(count) => format!(
            "The verifier had followed {count} instructions without coming to an end, and was interrupted: it takes too long to wait for."
        ),
        None => {
            "The verifier came to no end in a time that can be waited for, and was interrupted.".to_owned()
        }
    };
    Explanation {
        family: Some(&families::UNFINISHED),
        reason: None,
        words: Some(words),
        place: source
            .and_then(|source| source.landmark(families::UNFINISHED.id, "").or_else(|| source.function())),
        instruction: None,
        registers: Vec::new(),
        tail: Vec::new(),
    }
}

/// A reason that speaks of "the helper" without its name gets it from the call at which the verifier stopped:
/// `call bpf_get_current_task#35` (`print_bpf_insn` in `kernel/bpf/disasm.c`).
fn with_helper(words: &str, log: &VerifierLog<'_>) -> String {
    let called = || log.stopped_at?.1.split_once("call ")?.1.split_once('#').map(|(name, _)| name);
    match (words.strip_prefix("The helper is "), called()) {
        (Some(rest), Some(name)) => format!("The helper `{name}` is {rest}"),
        _ => words.to_owned(),
    }
}

/// The instruction that a reason names: `insn 12`.
fn instruction_in(reason: &str) -> Option<u32> {
    let (_, rest) = reason.split_once(" insn ")?;
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    // `Processed 1000001 insn` and `alloc_insn=4` name no place.
    rest[..digits].parse().ok()
}

fn registers(log: &VerifierLog<'_>) -> Vec<RegisterState> {
    let mut wanted: Vec<u8> = log.reasons.iter().flat_map(|reason| named_in(reason)).collect();
    if wanted.is_empty() {
        wanted = log.stopped_at.map(|(_, text)| addressed_by(text)).unwrap_or_default();
    }
    let mut seen = Vec::new();
    wanted.retain(|number| {
        !seen.contains(number) && {
            seen.push(*number);
            true
        }
    });
    let known = wanted.into_iter().filter_map(|number| log.registers.iter().find(|(of, _)| *of == number));
    let shown = known.map(|(number, state)| RegisterState {
        name: format!("R{number}"),
        state: (*state).to_owned(),
        words: words::of_state(state),
    });
    shown.take(REGISTERS).collect()
}

fn only_id<S: Serializer>(family: &Option<&'static Family>, to: S) -> Result<S::Ok, S::Error> {
    match family {
        Some(family) => to.serialize_some(family.id),
        None => to.serialize_none(),
    }
}
