//! What a person needs to know about one job that did not pass, and what to do next.
//!
//! Facts first, then where the evidence lies, then lines that begin with `hint: `.

use super::{
    Guidance, JobReport, Paint,
    comparison::{self, cut, differences},
    guidance::MARK,
    text::{DETAILS, Text, lines, wrap},
    verifier,
};
use crate::judge::{Verdict, VerdictKind, unmarked, visible};

/// How many lines of a verifier's log or of a program's output are shown; the whole lies in the evidence.
const TAIL: usize = 15;

/// How many characters of one line of output are shown.
const LONGEST: usize = 500;

/// How many characters are shown of a sentence of ours that quotes a guest.
const SENTENCE: usize = 2_000;

/// Details are indented by so much.
pub(super) const INDENT: usize = 2;

/// The details of a job, one line each, without indentation: [`facts`], then [`next_steps`].
#[must_use]
pub fn details(job: &JobReport, paint: Paint) -> Vec<String> {
    [facts(job, paint), next_steps(job, paint)].concat()
}

/// What happened, and where the evidence lies.
pub(super) fn facts(job: &JobReport, paint: Paint) -> Vec<String> {
    let mut lines = body(job, paint);
    lines.extend(job.notes.iter().flat_map(|note| prose(&format!("note: {note}"), paint)));
    lines.extend(evidence(job));
    if let Verdict::Infrastructure { hint, .. } = &job.verdict {
        lines.extend(prose(&format!("hint: {hint}"), paint));
    }
    lines.iter().map(|line| line.trim_end().to_owned()).collect()
}

/// What rustc warned about, unchanged but for what would move a terminal's cursor.
pub(super) fn warnings(job: &JobReport) -> Vec<String> {
    let all: Vec<&str> = job.warnings.lines().collect();
    if all.is_empty() {
        return Vec::new();
    }
    let said = all.iter().map(|line| format!("  {}", visible(line)));
    std::iter::once("the compiler's warnings:".to_owned()).chain(said).collect()
}

/// What the learner does next. The exercise as shipped gets the whole way in, an edited one only the file and
/// the chapter; what is not the learner's doing gets nothing.
pub(super) fn next_steps(job: &JobReport, paint: Paint) -> Vec<String> {
    let not_the_learners = [VerdictKind::Passed, VerdictKind::Skipped, VerdictKind::Infrastructure];
    let Some(guidance) = job.guidance.as_ref().filter(|_| !not_the_learners.contains(&job.verdict.kind()))
    else {
        return Vec::new();
    };
    let Guidance { edit, todo_line, chapter, hint, reset } = guidance;
    let (edit, chapter) = (edit.display(), chapter.display());
    if let Some(reset) = reset {
        let back =
            format!("hint: as it came, this exercise passes: `{reset}` brings it back and keeps your file");
        return [back, format!("hint: the chapter is {chapter}")]
            .iter()
            .flat_map(|step| prose(step, paint))
            .collect();
    }
    let steps = match todo_line {
        Some(line) => vec![
            format!(
                "hint: `{MARK}` stands in line {line} of {edit}: write your code there, then check again"
            ),
            format!("hint: the chapter {chapter} leads you through it"),
            format!("hint: {hint}"),
        ],
        None => {
            vec![format!("hint: change {edit}, then check again"), format!("hint: the chapter is {chapter}")]
        }
    };
    steps.iter().flat_map(|step| prose(step, paint)).collect()
}

fn body(job: &JobReport, paint: Paint) -> Vec<String> {
    let explained = || explanation(job, paint);
    match &job.verdict {
        Verdict::Passed => Vec::new(),
        Verdict::Differs { checks } => {
            let whole =
                job.evidence.as_ref().map(|folder| format!("{}/{}", folder.display(), comparison::FILE));
            differences(checks, whole.as_deref(), paint)
        }
        Verdict::Rejected { program, error, .. } if !job.explanation.is_empty() => {
            let what = format!("the kernel refused program `{}`: {}", told(program), told(error));
            [prose(&what, paint), vec![String::new()], explained(), vec![String::new()]].concat()
        }
        Verdict::Rejected { program, error, log } => rejected(program, error, log, paint),
        Verdict::OpenFailed { what, error } => {
            let what = format!("cannot open {}: {}", told(what), told(error));
            [prose(&what, paint), explained()].concat()
        }
        Verdict::DoesNotCompile { text } => [explained(), without_repetition(text)].concat(),
        Verdict::AttachFailed { program, hook, error } => {
            let (program, hook) = (told(program), told(hook));
            let what = format!("program `{program}` cannot be attached to `{hook}`: {}", told(error));
            [prose(&what, paint), explained()].concat()
        }
        Verdict::Crashed { how, diagnostics } => {
            let output: Vec<&str> = diagnostics.lines().collect();
            [vec![visible(&cut(how, SENTENCE))], tail("its output", &output)].concat()
        }
        Verdict::KernelPanicked { last_words } if last_words.is_empty() => {
            vec!["the guest's kernel panicked and left no word on the console".to_owned()]
        }
        Verdict::KernelPanicked { last_words } => {
            let said = last_words.iter().map(|line| format!("  {}", unmarked(&cut(line, LONGEST))));
            std::iter::once("the guest's kernel panicked; its last words:".to_owned()).chain(said).collect()
        }
        Verdict::TimedOut { awaited, waited } => {
            let what = format!("waited {:.1} s for {}, in vain", waited.as_secs_f64(), told(awaited));
            let hint = "hint: something does not end: look for a loop or a wait without an end in what runs in user \
                        space; if there is none, check again on a quieter machine";
            [vec![what], prose(hint, paint)].concat()
        }
        Verdict::Skipped { reason } => vec![reason.clone()],
        Verdict::Infrastructure { what, .. } => {
            let what = cut(what, SENTENCE);
            let lines = prose(&format!("nothing could be decided, and it is not your doing: {what}"), paint);
            lines.iter().map(|line| visible(line)).collect()
        }
    }
}

/// What the compiler said. LLVM may say the same about one function ten times.
fn without_repetition(text: &str) -> Vec<String> {
    const ERROR: &str = "ERROR llvm: ";
    let mut said: Vec<&str> = Vec::new();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        if let Some((_, error)) = line.split_once(ERROR) {
            if said.contains(&error) {
                continue;
            }
            said.push(error);
        }
        let blank = |line: &str| line.trim().is_empty();
        if !(blank(line) && !said.is_empty() && lines.last().is_some_and(|last| blank(last))) {
            lines.push(line.to_owned());
        }
    }
    lines
}

/// Why, in plain words. Nothing that a guest said may move a terminal's cursor.
fn explanation(job: &JobReport, paint: Paint) -> Vec<String> {
    let seen = |text: &Text| match text {
        Text::Prose { words, hang } => Text::Prose { words: visible(words), hang: *hang },
        Text::Verbatim(line) => Text::Verbatim(visible(line)),
        Text::Source { number, line, mark } => {
            Text::Source { number: *number, line: visible(line), mark: *mark }
        }
    };
    let text: Vec<Text> = job.explanation.iter().map(seen).collect();
    lines(&text, DETAILS, paint)
}

fn rejected(program: &str, error: &str, log: &str, paint: Paint) -> Vec<String> {
    let program = told(program);
    let what = format!("the kernel refused program `{program}`: {}", told(error));
    let mut lines = prose(&what, paint);
    match verifier::reason(log) {
        Some(reason) => lines.push(format!("the verifier's reason: {}", told(reason))),
        None => lines.push("the kernel gave no verifier log".to_owned()),
    }
    lines.extend(tail("the verifier's log up to there", &verifier::lines_to_reason(log)));
    if verifier::explains_itself(log) {
        lines.push("this kernel explains it in its own words at the end of the full log".to_owned());
    }
    lines
}

/// The last lines, with a heading that says how many there are.
fn tail(what: &str, all: &[&str]) -> Vec<String> {
    let from = all.len().saturating_sub(TAIL);
    let heading = match (all.len(), from) {
        (0, _) => return Vec::new(),
        (_, 0) => format!("{what}:"),
        (count, _) => format!("{what} (the last {TAIL} of {count} lines):"),
    };
    std::iter::once(heading).chain(all[from..].iter().map(|line| format!("  {}", told(line)))).collect()
}

/// What a guest said, in a line of ours: it must not move a terminal's cursor, nor fill it.
fn told(text: &str) -> String {
    visible(&cut(text, LONGEST))
}

fn evidence(job: &JobReport) -> Option<String> {
    let folder = job.evidence.as_ref()?.display();
    match &job.verdict {
        Verdict::Passed | Verdict::Skipped { .. } | Verdict::DoesNotCompile { .. } => None,
        Verdict::Rejected { log, .. } if !log.is_empty() => {
            Some(format!("the full log: {folder}/verifier.log"))
        }
        _ => Some(format!("everything that the run left: {folder}")),
    }
}

/// Words of our own, wrapped; what follows `hint: ` stays in line with it.
fn prose(text: &str, paint: Paint) -> Vec<String> {
    let indent = if text.starts_with("hint: ") { "hint: ".len() } else { INDENT };
    wrap(text, paint.width(DETAILS), indent)
}
