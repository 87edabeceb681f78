//! What the plain commands begin with: the labs, and what the learner has done in them.
//!
//! No tools, no kernels: these commands answer at once.

use std::fs;

use anyhow::Result;

use super::Session;
use crate::{
    catalog::Lab,
    paths::spoken,
    progress::{Document, Store},
    workspace::sha256,
};

/// The labs and the progress in them.
#[derive(Debug)]
pub(super) struct Desk {
    pub(super) session: Session,
    pub(super) store: Store,
    pub(super) progress: Document,
    /// What was said about the progress file: it need not be said again.
    pub(super) told: Option<String>,
}

impl Desk {
    /// Reads both, and says what is wrong with the progress file, if anything is.
    ///
    /// # Errors
    /// When there is no course here, a manifest is wrong, or the progress cannot be read.
    pub(super) fn open() -> Result<Self> {
        let session = Session::open()?;
        let store = Store::of(&session.paths);
        let read = store.read()?;
        warn(read.notice.as_deref());
        Ok(Self { session, store, progress: read.document, told: read.notice })
    }

    /// The first lab that has not passed anywhere.
    pub(super) fn next(&self) -> Option<&Lab> {
        let open = |lab: &&Lab| !self.progress.lab(&lab.id).is_done();
        self.session.catalog.labs().iter().find(open)
    }

    /// The lab that is named, else the next one.
    pub(super) fn lab(&self, name: Option<&str>) -> Result<Option<&Lab>> {
        match name {
            Some(name) => Ok(Some(self.session.catalog.find(name)?)),
            None => Ok(self.next()),
        }
    }
}

/// The hash of a lab's exercise as it is now; `None` if it cannot be read.
pub(super) fn content_of(lab: &Lab) -> Option<String> {
    fs::read(&lab.exercise).ok().map(|bytes| sha256(&bytes))
}

/// Says something that stops nothing.
pub(super) fn warn(notice: Option<&str>) {
    if let Some(notice) = notice {
        eprintln!("warning: {}", spoken(notice));
    }
}
