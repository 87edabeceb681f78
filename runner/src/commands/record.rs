//! Notes what passed: which kernels, with which text.
//!
//! It never changes what a check says: if the progress cannot be written, that is a warning.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use super::{
    Session,
    desk::{content_of, warn},
};
use crate::{
    catalog::{KernelChoice, Lab, Side},
    judge::VerdictKind,
    plan::Job,
    progress::{Pass, Store},
    run::Finished,
};

/// The learner's exercises as they were before they were built.
#[derive(Debug)]
pub(super) struct Texts(BTreeMap<String, String>);

impl Texts {
    /// Of these labs. What cannot be read is left out.
    pub(super) fn of(labs: &[&Lab]) -> Self {
        Self(labs.iter().filter_map(|lab| Some((lab.id.clone(), content_of(lab)?))).collect())
    }

    /// The hash of what was built, if the learner did not save meanwhile: then nobody knows which text it was.
    fn built(&self, lab: &Lab) -> Option<&String> {
        self.0.get(&lab.id).filter(|before| content_of(lab).as_ref() == Some(before))
    }
}

/// Records every pass of the learner's own exercises on kernels of the list.
pub(super) fn passes(session: &Session, texts: &Texts, jobs: &[Job<'_>], finished: &Finished) {
    let unix_s = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let mut passes: Vec<(&str, &str, Pass)> = Vec::new();
    let mut saved: Vec<&str> = Vec::new();
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let KernelChoice::Series(kernel) = &job.kernel else { continue };
        if job.side != Side::Exercise || observed.verdict.kind() != VerdictKind::Passed {
            continue;
        }
        match texts.built(job.lab) {
            Some(content) => {
                passes.push((&job.lab.id, kernel, Pass { content: content.clone(), unix_s, seed: job.seed }));
            }
            None if !saved.contains(&job.lab.id.as_str()) => saved.push(&job.lab.id),
            None => {}
        }
    }
    for lab in saved {
        warn(Some(&format!(
            "{lab} passed, but its file was saved during the check, so the pass is not recorded\n\
             hint: `cargo runner check {lab}` again"
        )));
    }
    if passes.is_empty() {
        return;
    }
    let recorded = Store::of(&session.paths).change(|document| {
        for (lab, kernel, pass) in passes {
            document.labs.entry(lab.to_owned()).or_default().record(kernel, pass);
        }
    });
    match recorded {
        Ok(notice) => warn(notice.as_deref()),
        Err(error) => warn(Some(&super::message(&error))),
    }
}
