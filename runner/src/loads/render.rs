//! What kernels did with an object, as lines for a terminal: where they disagree first, then each program.
//!
//! Names and errors come from an object of anybody: no control character of theirs reaches the terminal.

use std::path::Path;

use super::{
    Answer, KernelAnswers,
    answer::log_name,
    compare::{Group, groups},
    words::{ACCEPTED, COLUMNS, REJECTED, UNDECIDED, accepted, cause_of_opening, indented, listed, verb},
};
use crate::{
    explain::{self, ObjectPrograms, Source, SourceMap, features},
    judge::visible,
    report::text::wrap,
};

/// What there is to tell.
pub struct Loads<'a> {
    /// The object, as the user named it.
    pub object: &'a str,
    /// The programs that were loaded, in the object's order.
    pub programs: &'a [ObjectPrograms],
    /// What each kernel said, oldest first.
    pub kernels: &'a [KernelAnswers],
    /// The object's lines of source, if it has any.
    pub map: Option<&'a SourceMap>,
    /// Source files are read below it.
    pub root: &'a Path,
    /// Where the whole logs lie, as the user would write it.
    pub logs: &'a Path,
}

/// One program with what the kernels said.
struct Told<'a> {
    program: &'a ObjectPrograms,
    groups: Vec<Group<'a>>,
}

/// The lines.
#[must_use]
pub fn render(loads: &Loads<'_>) -> Vec<String> {
    let told: Vec<Told<'_>> = loads.programs.iter().map(|program| loads.tell(program)).collect();
    let mut lines = loads.heading(&told);
    lines.extend(disagreements(&told));
    lines.extend(loads.unopened());
    let (silent, told): (Vec<_>, Vec<_>) = told.into_iter().partition(|one| loads.has_no_more_to_say(one));
    for one in &told {
        lines.push(String::new());
        lines.push(format!("`{}` ({})", one.program.name, one.program.section));
        for (index, group) in one.groups.iter().enumerate() {
            // An explanation has paragraphs of its own.
            if index > 0 && one.groups[index - 1].explanation.is_some() {
                lines.push(String::new());
            }
            lines.extend(loads.group(one.program, group));
        }
    }
    if !silent.is_empty() {
        let names: Vec<String> = silent.iter().map(|one| format!("`{}`", one.program.name)).collect();
        lines.push(String::new());
        lines.extend(wrap(&format!("no answer, for the reason above: {}", names.join(", ")), COLUMNS, 2));
    }
    let explained = |one: &Told<'_>| one.groups.iter().any(|group| group.explanation.is_some());
    if loads.map.is_none() && told.iter().any(explained) {
        lines.push(String::new());
        let hint = "hint: the object has no line records; with them your line is shown: build it with `-g` (clang), or \
                    `-C debuginfo=2 -C link-arg=--btf` (rustc and bpf-linker)";
        lines.extend(wrap(hint, COLUMNS, "hint: ".len()));
    }
    lines.iter().map(|line| visible(&line.replace('\t', "    "))).collect()
}

impl<'a> Loads<'a> {
    fn tell(&self, program: &'a ObjectPrograms) -> Told<'a> {
        let source = self.map.map(|map| Source { map, program: &program.name, root: self.root });
        Told { program, groups: groups(&program.name, self.kernels, source.as_ref()) }
    }

    /// `` `x.o` on 5.10 and 7.3: 3 programs; accepted: 2, rejected: 1 ``
    fn heading(&self, told: &[Told<'_>]) -> Vec<String> {
        let kernels: Vec<&str> = self.kernels.iter().map(|one| one.kernel.as_str()).collect();
        let everywhere = |word: &str| {
            let same = |one: &&Told<'_>| one.groups.iter().all(|group| verb(&group.answer) == word);
            told.iter().filter(same).count()
        };
        let words = [(ACCEPTED, "accepted"), (REJECTED, "rejected"), (UNDECIDED, "no answer")];
        let counted = words.map(|(verb, word)| (word, everywhere(verb)));
        let counts = counted.iter().filter(|(_, count)| *count > 0);
        let mut counts: Vec<String> = counts.map(|(word, count)| format!("{word}: {count}")).collect();
        let other = told.len() - counted.iter().map(|(_, count)| count).sum::<usize>();
        if other > 0 {
            counts.push(format!("not the same on all kernels: {other}"));
        }
        let number = told.len();
        let programs = if number == 1 { "program" } else { "programs" };
        let text =
            format!("`{}` on {}: {number} {programs}; {}", self.object, listed(&kernels), counts.join(", "));
        wrap(&text, COLUMNS, 2)
    }

    /// Whether nothing is known of a program but what was said of the object as a whole.
    fn has_no_more_to_say(&self, one: &Told<'_>) -> bool {
        let known =
            |group: &Group<'_>| matches!(&group.answer, Answer::Undecided { why } if self.is_told(why));
        one.groups.iter().all(known)
    }

    fn is_told(&self, why: &str) -> bool {
        self.kernels.iter().any(|one| one.unopened.as_deref() == Some(why))
    }

    /// Where the loader cannot open the object as a whole, and why.
    fn unopened(&self) -> Vec<String> {
        let mut errors: Vec<(&str, Vec<&str>)> = Vec::new();
        for KernelAnswers { kernel, unopened, .. } in self.kernels {
            let Some(error) = unopened else { continue };
            match errors.iter_mut().find(|(known, _)| known == error) {
                Some((_, kernels)) => kernels.push(kernel),
                None => errors.push((error, vec![kernel])),
            }
        }
        let mut lines = Vec::new();
        for (error, kernels) in errors {
            lines.push(String::new());
            let on = listed(&kernels);
            let text = format!(
                "Aya cannot open the object as a whole on {on}, so each program was tried alone: {error}"
            );
            lines.extend(wrap(&text, COLUMNS, 2));
            lines.extend(cause_of_opening(error));
        }
        lines
    }

    fn group(&self, program: &ObjectPrograms, group: &Group<'_>) -> Vec<String> {
        let kernels = group.kernels.join(", ");
        match &group.answer {
            Answer::Accepted(..) => accepted(group, &kernels),
            Answer::Undecided { why } => {
                let mut lines = indented(&format!("{UNDECIDED} {kernels}: {why}"));
                if !self.is_told(why) {
                    lines.extend(cause_of_opening(why));
                }
                lines
            }
            Answer::Rejected { error, .. } => {
                let mut lines = indented(&format!("{REJECTED} {kernels}: {error}"));
                lines.extend(self.why(program, group, error).iter().map(|line| format!("  {line}")));
                lines.iter_mut().for_each(|line| line.truncate(line.trim_end().len()));
                lines
            }
        }
    }

    /// Why a program was refused.
    fn why(&self, program: &ObjectPrograms, group: &Group<'_>, error: &str) -> Vec<String> {
        let Some(explanation) = &group.explanation else {
            let unknown = || vec!["There is no log, and no other reason than this error.".to_owned()];
            return explain::load_error(error)
                .map_or_else(unknown, |cause| explain::render_cause(&cause, None));
        };
        let log = log_name(&program.name).map(|name| self.logs.join(&group.folder).join(name));
        let log = log.map(|file| file.display().to_string());
        let mut lines = explain::render(explanation, log.as_deref());
        let reason = explanation.family.zip(explanation.reason.as_deref());
        if let Some(feature) = reason.and_then(|(family, reason)| features::missing(family.id, reason)) {
            // The group's lines are indented once more.
            lines.extend(wrap(&format!("since kernel {}: {}", feature.since, feature.name), COLUMNS - 2, 2));
        }
        lines
    }
}

/// What is said first when kernels disagree about programs.
fn disagreements(told: &[Told<'_>]) -> Vec<String> {
    let torn: Vec<&Told<'_>> = told.iter().filter(|one| one.groups.len() > 1).collect();
    let differ = |one: &&&Told<'_>| {
        let first = one.groups.first().map(|group| verb(&group.answer));
        one.groups.iter().any(|group| Some(verb(&group.answer)) != first)
    };
    let lines = torn.iter().filter(differ).map(|one| {
        let parts =
            one.groups.iter().map(|group| format!("{} {}", verb(&group.answer), listed(&group.kernels)));
        format!("`{}`: {}", one.program.name, parts.collect::<Vec<_>>().join(", "))
    });
    let lines: Vec<String> = lines.flat_map(|line| indented(&line)).collect();
    if lines.is_empty() { lines } else { [vec!["the kernels disagree:".to_owned()], lines].concat() }
}
