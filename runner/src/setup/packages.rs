//! Installs packages of the distribution, where its own sources are too old from newer suites.
//!
//! Which packages is decided elsewhere, and apt is run by `vm::apt`.

use std::{
    fs,
    io::{self, IsTerminal},
    path::PathBuf,
};

use vm::apt::{AptError, ExtraSource, Mirrors, system};

use super::{Facts, Rights, SetupError, Talk};

/// The package that is taken from the newer suite.
pub(super) const NEWER: &str = "qemu-system-x86";

/// Where the source list and the indexes of the newer suites lie.
fn folder(facts: &Facts) -> PathBuf {
    facts.cache.join("apt/system")
}

/// The source that these packages are installed from, if the system's own does not do.
pub(super) fn extra_source(facts: &Facts, names: &[String]) -> Option<ExtraSource> {
    let suites = facts.distribution.newer_suites()?;
    let newer = names.iter().any(|name| name == NEWER);
    Some(ExtraSource {
        list: folder(facts).join("sources.list"),
        lists: folder(facts).join("lists"),
        target_release: newer.then(|| suites.preferred.to_owned()),
    })
}

/// Writes the source list that [`extra_source`] names, if there is to be one.
pub(super) fn write_source(
    facts: &Facts,
    names: &[String],
    mirrors: &Mirrors,
) -> Result<Option<ExtraSource>, AptError> {
    let (Some(suites), Some(source)) = (facts.distribution.newer_suites(), extra_source(facts, names)) else {
        return Ok(None);
    };
    ExtraSource::write(&folder(facts), mirrors, suites.all, source.target_release.as_deref()).map(Some)
}

/// Why there are no rights on a machine without `sudo`.
pub(super) const NO_SUDO: &str = "you are not root, and there is no `sudo`";

/// Has `sudo` ask for its password now, before progress bars are drawn over its question.
pub(super) fn authenticate(facts: &Facts, names: &[String]) -> Result<(), SetupError> {
    if facts.rights != Rights::Sudo || names.is_empty() {
        return Ok(());
    }
    let silent = if io::stdin().is_terminal() { [].as_slice() } else { &["-n"] };
    let command = duct::cmd("sudo", silent.iter().chain(&["-v"])).stdout_to_stderr().unchecked();
    match command.run() {
        Ok(output) if output.status.success() => Ok(()),
        _ => {
            let commands = super::commands::for_packages(facts, names);
            Err(SetupError::NoRights { why: "`sudo` refused", findings: Vec::new(), commands })
        }
    }
}

/// Installs them.
pub(super) fn install(
    facts: &Facts,
    names: &[String],
    mirrors: impl Fn() -> Result<Mirrors, AptError>,
    talk: &Talk,
) -> Result<(), SetupError> {
    let problem = |error: AptError| SetupError::Step {
        what: format!("install {}", names.join(", ")),
        why: error.to_string(),
    };
    let Some(privilege) = facts.rights.privilege() else {
        let commands = super::commands::for_packages(facts, names);
        return Err(SetupError::NoRights { why: NO_SUDO, findings: Vec::new(), commands });
    };
    let bar = talk.bar(&names.join(", "));
    let source = match facts.distribution.newer_suites() {
        Some(_) => write_source(facts, names, &mirrors().map_err(problem)?).map_err(problem)?,
        None => None,
    };
    bar.percent(0.0, "reading the indexes");
    // One broken source of the user's must not stand in the way: the installation tells.
    let updated = system::update(source.as_ref(), privilege);
    let installed =
        system::install(names, source.as_ref(), privilege, &mut |percent, now| bar.percent(percent, now));
    match (updated, installed) {
        (_, Ok(())) => {
            // 20 MB that are stale by the next time. That they stay does no harm.
            let _ = source.map(|source| fs::remove_dir_all(source.lists));
            bar.done();
            Ok(())
        }
        (Err(error), Err(AptError::Failed { .. })) | (_, Err(error)) => {
            bar.failed();
            Err(problem(error))
        }
    }
}
