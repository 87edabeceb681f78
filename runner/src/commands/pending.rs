//! For authors: where the reference solution differs from a snapshot, a pending file is written beside it.

use anyhow::Result;

use super::Session;
use crate::{
    catalog::Side,
    judge::Verdict,
    plan::Job,
    run::Finished,
    snapshot::{self, SnapshotKey},
};

/// Writes pending files, for `cargo insta review`. Where the solution no longer differs, an older one is
/// withdrawn.
///
/// # Errors
/// When a file cannot be written.
pub(super) fn write(session: &Session, jobs: &[Job<'_>], finished: &Finished) -> Result<()> {
    let root = &session.paths.course;
    for (job, observed) in jobs.iter().zip(&finished.observed) {
        let Some(accepted) = &observed.accepted else { continue };
        if job.side != Side::Solution || job.seed != 0 {
            continue;
        }
        let differs = |name: &str| match &observed.verdict {
            Verdict::Differs { checks } => checks.iter().any(|check| check.check == name),
            _ => false,
        };
        for check in accepted {
            let key = SnapshotKey::only(&check.name, &job.kernel_name());
            if differs(&check.name) {
                let file = snapshot::write_new(root, job.lab, &key, &check.lines)?;
                let (file, id) = (file.display(), &job.lab.id);
                eprintln!("pending: {file} (`cargo insta review`, or `cargo runner dev accept {id}`)");
            } else {
                snapshot::withdraw(root, job.lab, &key)?;
            }
        }
    }
    Ok(())
}
