//! Takes a verifier log apart: the reason, where the verifier stopped, and what it knew there.
//!
//! It reads the classic log of 5.10 and later, and finds the report for people that follows it from 7.3 on.
//! It borrows from the log and looks at its end only, so a long log costs no more than a short one.

use super::{
    class::{Line, classify},
    registers,
};

/// How much of the end of the classic log is looked at, in bytes.
const WINDOW: usize = 1 << 20;

/// How many steps are remembered at most.
const STEPS: usize = 20_000;

/// The report for people begins so (kernel 7.3).
const REPORT: &str = "Verification failed: ";

/// A verifier log, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifierLog<'a> {
    /// The lines that tell the reason, in the log's order. The last one is the kernel's summary of it.
    pub reasons: Vec<&'a str>,
    /// The instruction at which the verifier stopped: its number and its text without states.
    pub stopped_at: Option<(u32, &'a str)>,
    /// What was looked at before, the last first, along the path that failed. Begins with `stopped_at`.
    pub steps: Vec<Step<'a>>,
    /// What is known of each register there, as the kernel writes it: `(0, "map_value_or_null(id=1,…)")`.
    pub registers: Vec<(u8, &'a str)>,
    /// Lines with figures.
    pub statistics: Vec<&'a str>,
    /// The first line of the report for people, if there is one.
    pub report: Option<&'a str>,
    /// The last lines of the classic log, without figures.
    pub tail: Vec<&'a str>,
}

/// One instruction that the verifier looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// Its number in the loaded program.
    pub index: u32,
    /// The line of source that the log shows for it, if it shows one.
    pub source: Option<Comment<'a>>,
}

/// A line of source in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comment<'a> {
    /// The text of the line.
    pub text: &'a str,
    /// The file's name without folders, and the line, counted from 1: from 6.12 on.
    pub place: Option<(&'a str, u32)>,
}

impl<'a> Comment<'a> {
    fn parse(comment: &'a str) -> Self {
        let whole = Self { text: comment, place: None };
        let Some((text, place)) = comment.rsplit_once(" @ ") else { return whole };
        let Some((file, line)) = place.rsplit_once(':') else { return whole };
        match line.parse() {
            Ok(line) => Self { text: text.trim_end(), place: Some((file, line)) },
            Err(_) => whole,
        }
    }
}

/// How many lines of the end are kept for a reason that nobody knows.
const TAIL: usize = 15;

impl<'a> VerifierLog<'a> {
    /// Takes a log apart. Any text is accepted; what is no log comes out empty, except for its last lines.
    #[must_use]
    pub fn parse(log: &'a str) -> Self {
        let (classic, report) = split_report(log);
        let from = classic.ceil_char_boundary(classic.len().saturating_sub(WINDOW));
        let window =
            if from == 0 { classic } else { classic[from..].split_once('\n').map_or("", |(_, rest)| rest) };
        let mut found = Self { report, ..Self::default() };
        found.read(window);
        found.statistics.reverse();
        if let Some(report) = log.get(classic.len()..) {
            let figures = report.lines().filter(|line| classify(line) == Line::Statistic);
            found.statistics.extend(figures);
        }
        found.reasons.reverse();
        found.tail.reverse();
        found
    }

    /// Whether anything in it looks like a verifier's work.
    #[must_use]
    pub fn is_log(&self) -> bool {
        self.stopped_at.is_some() || !self.statistics.is_empty() || self.report.is_some()
    }

    /// From the last line to the first.
    fn read(&mut self, window: &'a str) {
        let mut known = registers::Known::default();
        // While this is set, lines belong to another path: the one that was followed before this jump.
        let mut skip_to = None;
        let mut waiting = 0;
        for line in window.lines().rev() {
            let class = classify(line);
            if self.tail.len() < TAIL && !matches!(class, Line::Blank | Line::Statistic) {
                self.tail.push(line.trim_end());
            }
            match class {
                Line::Blank | Line::Noise => {}
                Line::Statistic => self.statistics.push(line),
                Line::Reason => {
                    if self.steps.is_empty() && waiting == 0 {
                        self.reasons.push(line.trim());
                    }
                }
                Line::Comment(text) => self.comment(waiting, text),
                Line::State { from, text } => {
                    if skip_to.is_none() {
                        known.state(text);
                    }
                    skip_to = skip_to.or(from);
                }
                Line::Instruction { index, text } => {
                    if skip_to.is_some_and(|jump| jump != index) {
                        continue;
                    }
                    skip_to = None;
                    let (bare, state) = instruction_and_state(text);
                    if self.stopped_at.is_none() {
                        // It was refused, so it has changed nothing.
                        self.stopped_at = Some((index, bare));
                        known.state(state);
                    } else {
                        known.instruction(bare, state);
                    }
                    self.steps.push(Step { index, source: None });
                    waiting = self.steps.len();
                    if waiting == STEPS {
                        break;
                    }
                }
            }
        }
        self.registers = known.into_vec();
    }

    /// A comment belongs to the instructions below it, up to the next comment.
    fn comment(&mut self, steps: usize, text: &'a str) {
        let comment = Comment::parse(text);
        for step in self.steps[..steps].iter_mut().rev() {
            if step.source.is_some() {
                break;
            }
            step.source = Some(comment);
        }
    }
}

/// The classic log, and the first line of the report for people that follows it.
fn split_report(log: &str) -> (&str, Option<&str>) {
    let at =
        if log.starts_with(REPORT) { Some(0) } else { log.rfind(&format!("\n{REPORT}")).map(|at| at + 1) };
    match at {
        Some(at) => (&log[..at], log[at..].lines().next().map(|line| &line[REPORT.len()..])),
        None => (log, None),
    }
}

/// `(79) r1 = … ; R1=…` in two. A state may also follow without `;`: `goto pc-2 0: R0=…`.
pub(super) fn instruction_and_state(text: &str) -> (&str, &str) {
    let (instruction, state) = text.split_once(';').unwrap_or((text, ""));
    let bare = instruction.trim_end();
    if let Some((before, after)) = bare.split_once(": ")
        && let Some((before, number)) = before.rsplit_once(' ')
        && number.bytes().all(|byte| byte.is_ascii_digit())
    {
        return (before.trim_end(), after);
    }
    (bare, state.trim_start())
}
