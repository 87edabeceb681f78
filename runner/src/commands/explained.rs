//! Why a job was refused, in plain words: the explainer, with the object and the sources at hand.
//!
//! It reads files that may be gone or damaged; then less is said, and nothing else changes.

use std::{fs, path::Path};

use crate::{
    explain::{self, Cause, SourceMap},
    judge::Verdict,
    report::wrap::wrap,
    run::Observed,
};

/// A terminal's 80 columns, less the two by which a report indents its details.
const COLUMNS: usize = 78;

/// The explanation as lines; empty for verdicts that explain themselves.
pub(super) fn explained(course: &Path, observed: &Observed) -> Vec<String> {
    match &observed.verdict {
        Verdict::Rejected { error, log, .. } if log.is_empty() => {
            explain::load_error(error).map_or_else(Vec::new, |cause| of_cause(&cause))
        }
        Verdict::Rejected { program, log, .. } => {
            let folder = observed.evidence.as_ref().map(|folder| course.join(folder));
            let object = folder.and_then(|folder| fs::read(folder.join("object.o")).ok());
            let map = object.and_then(|bytes| SourceMap::from_object(&bytes).ok());
            let source = map.as_ref().map(|map| explain::Source { map, program, root: course });
            let full = observed.evidence.as_ref().map(|folder| folder.join("verifier.log"));
            let full = full.map(|file| file.display().to_string());
            explain::render(&explain::explain(log, source.as_ref()), full.as_deref())
        }
        Verdict::OpenFailed { error, .. } => {
            explain::open_error(error).map_or_else(Vec::new, |cause| of_cause(&cause))
        }
        Verdict::AttachFailed { error, .. } => {
            explain::attach_error(error).map_or_else(Vec::new, |cause| of_cause(&cause))
        }
        _ => Vec::new(),
    }
}

fn of_cause(cause: &Cause) -> Vec<String> {
    let hint = format!("hint: {}", cause.fix);
    [wrap(&cause.words, COLUMNS, 0), wrap(&hint, COLUMNS, "hint: ".len())].concat()
}
