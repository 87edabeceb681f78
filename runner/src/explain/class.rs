//! What kind of line a line of the classic verifier log is.
//!
//! One line at a time, without memory. What the lines mean together is `log`'s matter.

/// The kind of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// Nothing on it.
    Blank,
    /// `7: (79) r1 = *(u64 *)(r0 +0)`, with what follows it.
    Instruction {
        /// Its number in the loaded program.
        index: u32,
        /// From the opcode on, with the state behind `;`.
        text: &'a str,
    },
    /// `; source text` or `; source text @ file.rs:12`.
    Comment(&'a str),
    /// States of registers and no instruction: `from 5 to 9: R0=…`, `0: R1=ctx() R10=fp0`.
    State {
        /// From which jump the verifier came back to here, if it did.
        from: Option<u32>,
        /// The states.
        text: &'a str,
    },
    /// Figures behind the reason: `processed 7 insns …`.
    Statistic,
    /// What the verifier says while it works, and what it always says.
    Noise,
    /// Anything else: a reason.
    Reason,
}

/// Lines with figures, which stand after the reason.
const STATISTICS: [&str; 6] =
    ["processed ", "verification time ", "stack depth ", "subprog ", "old state:", "cur state:"];

/// What the verifier says of its own work; and, on the first lines, of arguments without BTF (harmless).
const NOISE: [&str; 25] = [
    "last_idx ",
    "regs=",
    "parent ",
    "parent didn't",
    "parent already",
    "mark_precise:",
    "propagating ",
    "caller:",
    "callee:",
    "returning from callee",
    "to caller at",
    "safe",
    "arg#",
    "reg type unsupported for arg#",
    "Unrecognized arg#",
    "func#",
    "Func#",
    "Validating ",
    "Live regs before insn",
    "Warning: ",
    "Global function ",
    "stack=",
    "BPF_EXIT instruction in main prog would lead to reference leak",
    "[",
    "(null)",
];

/// Says what a line is.
pub(super) fn classify(line: &str) -> Line<'_> {
    let text = line.trim_end();
    if text.trim_start().is_empty() {
        return Line::Blank;
    }
    if let Some(comment) = text.strip_prefix("; ").or_else(|| text.strip_prefix(";")) {
        return Line::Comment(comment.trim());
    }
    if let Some((index, rest)) = numbered(text) {
        if is_opcode(rest) {
            return Line::Instruction { index, text: rest };
        }
        if is_state(rest) {
            return Line::State { from: None, text: rest };
        }
    }
    if let Some(rest) = text.strip_prefix("from ") {
        let from = rest.split(' ').next().and_then(|number| number.parse().ok());
        let states = rest.split_once(": ").map_or("", |(_, states)| states);
        if from.is_some() && rest.contains(" to ") {
            return Line::State { from, text: states };
        }
    }
    if text.starts_with(' ') && is_state(text.trim_start()) {
        return Line::State { from: None, text: text.trim_start() };
    }
    if STATISTICS.iter().any(|begin| text.starts_with(begin)) {
        return Line::Statistic;
    }
    // Two reasons begin like noise.
    let reason =
        text.contains("expected pointer") || text.contains("must be") || text.contains("needs to be");
    let frame =
        text.strip_prefix("frame ").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    if (frame || NOISE.iter().any(|begin| text.starts_with(begin))) && !reason {
        return Line::Noise;
    }
    Line::Reason
}

/// `12: rest`.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let (number, rest) =
        text.split_once(": ").or_else(|| text.strip_suffix(':').map(|number| (number, "")))?;
    (!number.is_empty() && number.len() <= 7).then_some(())?;
    Some((number.parse().ok()?, rest))
}

/// `(79) …`.
fn is_opcode(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 4
        && bytes[0] == b'('
        && bytes[3] == b')'
        && bytes[1].is_ascii_hexdigit()
        && bytes[2].is_ascii_hexdigit()
}

/// `R0=…`, `R0_w=…`, `frame1: R0=…`, or nothing.
fn is_state(text: &str) -> bool {
    let text =
        if text.starts_with("frame") { text.split_once(": ").map_or("", |(_, rest)| rest) } else { text };
    if text.is_empty() || text.starts_with("fp-") || text.starts_with("refs=") {
        return true;
    }
    let Some(rest) = text.strip_prefix('R') else { return false };
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && rest[digits..].starts_with(['=', '_'])
}
