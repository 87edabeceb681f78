//! Finds the busybox that is the guest's shell, or gets it from the distribution's package, without rights.
//!
//! It is linked statically, so it runs on any guest. The host's own is not taken: it may need libraries.

use std::{
    fs,
    io::Write,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

use vm::{
    apt::{Apt, AptError, Candidate, Mirrors, Names},
    deb::Deb,
};

use super::{SetupError, Talk};

/// The distribution's package.
const PACKAGE: &str = "busybox-static";

/// Suites that have it. A suite that the mirror lacks is passed over.
const SUITES: [&str; 3] = ["trixie", "bookworm", "sid"];

/// Where it lies in the package: the folder differs from suite to suite.
const PROGRAM: &str = "bin/busybox";

/// The one in the cache, if it is there: it becomes visible only when it is complete.
pub(super) fn probe(tools: &Path) -> Option<PathBuf> {
    Some(tools.join("busybox")).filter(|program| program.is_file())
}

/// Gets it.
pub(super) fn get(
    cache: &Path,
    tools: &Path,
    mirrors: impl Fn() -> Result<Mirrors, AptError>,
    talk: &Talk,
) -> Result<(), SetupError> {
    let bar = talk.bar(PACKAGE);
    let mirrors = mirrors().map_err(problem)?;
    bar.percent(0.0, "reading the indexes");
    let (apt, candidate) = find(&cache.join("apt"), &mirrors)?;
    let downloads = tempfile::Builder::new().prefix("tmp-busybox-").tempdir_in(tools).map_err(problem)?;
    let package = apt
        .download(&candidate, downloads.path(), &mut |done, total| {
            bar.percent(done as f64 * 90.0 / total.max(1) as f64, "downloading");
        })
        .map_err(problem)?;
    bar.percent(90.0, "unpacking");
    unpack(&package, tools)?;
    bar.done();
    Ok(())
}

/// The newest package of the first suite that has one.
fn find(root: &Path, mirrors: &Mirrors) -> Result<(Apt, Candidate), SetupError> {
    let mut seen = Vec::new();
    for suite in SUITES {
        let found = Apt::open(root, mirrors, &[suite])
            .and_then(|apt| apt.update().map(|()| apt))
            .and_then(|apt| Ok((apt.candidates(Names::Exactly(PACKAGE))?.into_iter().next(), apt)));
        match found {
            Ok((Some(candidate), apt)) => return Ok((apt, candidate)),
            Ok((None, _)) => seen.push(format!("{suite} has none")),
            Err(error @ AptError::Unreachable { .. }) => return Err(problem(error)),
            Err(error) => {
                seen.push(format!("{suite}: {}", error.to_string().lines().next().unwrap_or_default()));
            }
        }
    }
    let hint = "look whether `mirror` in the configuration names a whole mirror of Debian";
    Err(problem(format!("no package `{PACKAGE}` is to be had: {}\nhint: {hint}", seen.join("; "))))
}

/// Takes the one program out of the package.
fn unpack(package: &Path, tools: &Path) -> Result<(), SetupError> {
    let deb = Deb::open(package, tools).map_err(problem)?;
    let inside = deb.paths().find(|path| path.ends_with(PROGRAM)).unwrap_or(PROGRAM).to_owned();
    let program = deb.read(&inside).map_err(problem)?;
    let mut file = tempfile::NamedTempFile::new_in(tools).map_err(problem)?;
    file.write_all(&program).map_err(problem)?;
    fs::set_permissions(file.path(), fs::Permissions::from_mode(0o755)).map_err(problem)?;
    file.persist(tools.join("busybox")).map(drop).map_err(|error| problem(error.error))
}

fn problem(why: impl std::fmt::Display) -> SetupError {
    SetupError::Step { what: "get busybox, the guest's shell".to_owned(), why: why.to_string() }
}
