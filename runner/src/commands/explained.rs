//! Why a job was refused, in plain words: the explainer, with the object and the sources at hand.
//!
//! It reads files that may be gone or damaged; then less is said, and nothing else changes.

use std::{fs, path::Path};

use crate::{
    explain::{
        self, Cause, SourceMap,
        features::{self, Feature},
    },
    judge::Verdict,
    report::{Lack, text::Text},
    run::Observed,
};

/// What the explainer has to say.
#[derive(Debug, Default)]
pub(super) struct Explained {
    /// The cause's name, which never changes.
    pub(super) cause: Option<String>,
    /// The learner's line.
    pub(super) place: Option<String>,
    /// Everything, for a person.
    pub(super) text: Vec<Text>,
    /// What this kernel does not have yet.
    pub(super) lacks: Option<Lack>,
}

/// Explains a verdict; empty for verdicts that explain themselves.
pub(super) fn explained(course: &Path, observed: &Observed) -> Explained {
    match &observed.verdict {
        Verdict::Rejected { error, log, .. } if log.is_empty() && !is_interrupted(error) => {
            of_error(explain::load_error(error), error)
        }
        Verdict::Rejected { program, error, log } => refusal(course, observed, program, error, log),
        Verdict::OpenFailed { error, .. } => of_error(opened(course, observed, error), error),
        Verdict::AttachFailed { hook, error, .. } => of_error(explain::attach_error(hook, error), error),
        Verdict::DoesNotCompile { text } if text.contains(STACK) => {
            Explained { cause: Some("stack-limit".to_owned()), text: stack_limit(), ..Explained::default() }
        }
        _ => Explained::default(),
    }
}

/// What LLVM's backend for BPF says of a function that needs too much stack.
const STACK: &str = "BPF stack limit is exceeded";

/// The linker's own advice is for kernels that nobody runs.
fn stack_limit() -> Vec<Text> {
    let hint = "hint: a large array goes into a map: `PerCpuArray` with one entry is the usual place for it";
    vec![
        Text::prose(
            "A function needs more stack than the 512 bytes that a kernel gives to a program. \
             Nothing was loaded: already the linker refuses it. Its words stand below, with the line.",
        ),
        Text::hanging(hint, "hint: ".len()),
        Text::blank(),
    ]
}

/// Whether the harness interrupted the verifier: `labs/kit/src/patience.rs`.
fn is_interrupted(error: &str) -> bool {
    error.contains("(os error 11)")
}

/// The cause of an object that was not opened, made exact by the object itself.
fn opened(course: &Path, observed: &Observed, error: &str) -> Option<Cause> {
    let cause = explain::open_error(error)?;
    let object = object(course, observed).unwrap_or_default();
    Some(explain::causes::made_exact(cause, error, &object))
}

/// The object that was loaded, as the evidence keeps it.
fn object(course: &Path, observed: &Observed) -> Option<Vec<u8>> {
    let folder = course.join(observed.evidence.as_ref()?);
    fs::read(folder.join("object.o")).ok()
}

/// What the log says; what the error says, if the log gives no reason.
fn refusal(course: &Path, observed: &Observed, program: &str, error: &str, log: &str) -> Explained {
    let map = object(course, observed).and_then(|bytes| SourceMap::from_object(&bytes).ok());
    let source = map.as_ref().map(|map| explain::Source { map, program, root: course });
    let full = observed.evidence.as_ref().map(|folder| folder.join("verifier.log"));
    let full = full.map(|file| file.display().to_string());
    let explanation = if is_interrupted(error) {
        explain::unfinished(log, source.as_ref())
    } else {
        explain::explain(log, source.as_ref())
    };
    if explanation.family.is_none() {
        let said = explanation.reason.as_deref().unwrap_or(error);
        if let Some(cause) = explain::load_error(said) {
            return of_error(Some(cause), error);
        }
    }
    let family = explanation.family.map(|family| family.id);
    let missing = family.zip(explanation.reason.as_deref());
    let missing = missing.and_then(|(family, reason)| features::missing(family, reason));
    let mut text = explain::text(&explanation, full.as_deref());
    text.extend(missing.map(since));
    Explained {
        cause: family.map(str::to_owned),
        place: explanation.place.as_ref().map(explain::Place::shown),
        text,
        lacks: missing.map(lack),
    }
}

/// An error without a log: its cause, if that can be told, and what the kernel lacks.
fn of_error(cause: Option<Cause>, error: &str) -> Explained {
    let missing = features::missing_for_error(error);
    let lacks = missing.map(lack);
    let Some(cause) = cause else { return Explained { lacks, ..Explained::default() } };
    let mut text = explain::cause_text(&cause, None);
    text.extend(missing.map(since));
    Explained { cause: Some(cause.id), text, lacks, ..Explained::default() }
}

/// A kernel alone may lack something, too, without another to disagree with.
fn since(feature: &'static Feature) -> Text {
    Text::hanging(format!("since kernel {}: {}", feature.since, feature.name), 2)
}

fn lack(feature: &'static Feature) -> Lack {
    Lack { feature: feature.name.clone(), since: feature.since.clone() }
}
