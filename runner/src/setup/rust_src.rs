//! Finds the source of Rust's standard library, or gets it: from rustup, else from the distribution.
//!
//! cargo finds the toolchain's own by itself; the distribution's is unpacked into the cache.

use std::{
    fs,
    path::{Path, PathBuf},
};

use vm::apt::{Apt, AptError, Candidate, Mirrors, Names, compare_versions};

use super::{Facts, RustSource, SetupError, Talk, Toolchain, toolchain};

/// The file that shows that a library folder is whole: cargo reads it first.
const MARK: &str = "Cargo.lock";

/// The distribution's package.
const PACKAGE: &str = "rust-src";

/// Suites that may have it, the small index first. A suite that the mirror lacks is passed over.
const SUITES: [&str; 5] = ["trixie-backports", "bookworm-security", "trixie-security", "forky", "sid"];

/// Where the source for this toolchain lies, if it does.
pub(super) fn probe(toolchain: &Toolchain, tools: &Path) -> Option<RustSource> {
    if has_component(toolchain) {
        return Some(RustSource::Component);
    }
    let library = library(tools, &toolchain.release);
    library.join(MARK).exists().then_some(RustSource::Cache(library))
}

fn has_component(toolchain: &Toolchain) -> bool {
    toolchain.sysroot.join("lib/rustlib/src/rust/library").join(MARK).exists()
}

fn folder(tools: &Path, release: &str) -> PathBuf {
    tools.join(format!("rust-src-{release}"))
}

fn library(tools: &Path, release: &str) -> PathBuf {
    folder(tools, release).join("library")
}

/// Gets the source.
pub(super) fn get(
    facts: &Facts,
    tools: &Path,
    release: &str,
    mirrors: impl Fn() -> Result<Mirrors, AptError>,
    talk: &Talk,
) -> Result<(), SetupError> {
    if let Some(rustup) = &facts.rustup {
        let added =
            toolchain::rustup(rustup, &["component", "add", "rust-src", "--toolchain", release], talk);
        let why = match added {
            Ok(()) if facts.toolchain.as_ref().is_none_or(has_component) => return Ok(()),
            // rustup believes its own list of what it installed.
            Ok(()) => "it says that the component is there, and its files are not".to_owned(),
            Err(why) => why,
        };
        talk.line(&format!("rustup: {why}; taking the distribution's package `{PACKAGE}` instead"));
    }
    let problem = |error: AptError| SetupError::Step {
        what: format!("get the source of Rust {release}'s standard library"),
        why: error.to_string(),
    };
    let bar = talk.bar(&format!("{PACKAGE} {release}"));
    let mirrors = mirrors().map_err(problem)?;
    let (apt, candidate) = find(&facts.cache.join("apt"), &mirrors, release)?;
    let downloads = tools.join(format!("tmp-{PACKAGE}-{release}"));
    let package = apt
        .download(&candidate, &downloads, &mut |done, total| {
            bar.percent(done as f64 * 80.0 / total.max(1) as f64, "downloading");
        })
        .map_err(problem)?;
    bar.percent(80.0, "unpacking");
    unpack(&package, &folder(tools, release), release)?;
    // What remains is of no use, but does no harm either.
    let _ = fs::remove_dir_all(&downloads);
    bar.done();
    Ok(())
}

/// The package of exactly this release, in the first suite that has it.
fn find(root: &Path, mirrors: &Mirrors, release: &str) -> Result<(Apt, Candidate), SetupError> {
    let mut seen = Vec::new();
    for suite in SUITES {
        let found = Apt::open(root, mirrors, &[suite])
            .and_then(|apt| apt.update().map(|()| apt))
            .and_then(|apt| Ok((apt.candidates(Names::Exactly(PACKAGE))?, apt)));
        match found {
            Ok((candidates, apt)) => match choose(&candidates, release) {
                Some(candidate) => return Ok((apt, candidate)),
                None => {
                    seen.extend(candidates.into_iter().map(|other| format!("{suite} has {}", other.version)))
                }
            },
            Err(AptError::Unreachable { what, why }) => {
                seen.push(AptError::Unreachable { what, why }.to_string());
                break;
            }
            Err(error) => {
                seen.push(format!("{suite}: {}", error.to_string().lines().next().unwrap_or_default()))
            }
        }
    }
    Err(SetupError::Step {
        what: format!("get the source of Rust {release}'s standard library"),
        why: format!(
            "no package `{PACKAGE}` of that release is to be had: {}\n\
             hint: run `rustup component add rust-src --toolchain {release}` on a network that reaches rustup's server",
            seen.join("; ")
        ),
    })
}

/// The newest package of this upstream release: `1.95.0+dfsg1-2~bpo13+1` is one of `1.95.0`, `1.95.0~beta.5` is not.
fn choose(candidates: &[Candidate], release: &str) -> Option<Candidate> {
    let fits = |candidate: &&Candidate| {
        candidate.version.strip_prefix(release).is_some_and(|rest| rest.starts_with(['+', '-']))
    };
    candidates
        .iter()
        .filter(fits)
        .max_by(|left, right| compare_versions(&left.version, &right.version))
        .cloned()
}

/// Unpacks the library folder aside and renames it. The compiler's own source is 17 times as large
/// and is left out.
fn unpack(package: &Path, target: &Path, release: &str) -> Result<(), SetupError> {
    let problem = |why: String| SetupError::Step {
        what: format!("unpack `{}`", package.display()),
        why: format!("{why}\nhint: check that there is space left in the cache, then start again"),
    };
    let tools = target.parent().unwrap_or(target);
    let aside = tempfile::Builder::new()
        .prefix("tmp-rust-src-")
        .tempdir_in(tools)
        .map_err(|error| problem(error.to_string()))?;
    let inside = format!("./usr/src/rustc-{release}/library");
    let contents = duct::cmd!("dpkg-deb", "--fsys-tarfile", package);
    let extract =
        duct::cmd!("tar", "-x", "-C", aside.path(), "--strip-components=4", "--no-same-owner", inside);
    contents.pipe(extract).stderr_to_stdout().read().map_err(|error| problem(error.to_string()))?;
    if !aside.path().join("library").join(MARK).exists() {
        return Err(problem(format!("there is no `library/{MARK}` of Rust {release} in it")));
    }
    if target.exists() {
        fs::remove_dir_all(target).map_err(|error| problem(error.to_string()))?;
    }
    // `keep` only after the rename: a failure leaves nothing behind.
    fs::rename(aside.path(), target).map_err(|error| problem(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::newest_rebuild(&["1.95.0+dfsg1-1", "1.95.0+dfsg1-2~bpo13+1", "1.94.1-1"], Some("1.95.0+dfsg1-2~bpo13+1"))]
    #[case::plain_revision(&["1.95.0-3"], Some("1.95.0-3"))]
    #[case::no_beta(&["1.95.0~beta.5+dfsg1-1"], None)]
    #[case::no_longer_number(&["1.95.01+dfsg1-1", "11.95.0-1"], None)]
    fn the_release_must_be_exactly_rustcs(#[case] versions: &[&str], #[case] expected: Option<&str>) {
        let candidate = |version: &&str| Candidate {
            package: PACKAGE.to_owned(),
            version: (*version).to_owned(),
            size: 1,
            sha256: String::new(),
        };
        let candidates: Vec<_> = versions.iter().map(candidate).collect();
        assert_eq!(choose(&candidates, "1.95.0").map(|found| found.version).as_deref(), expected);
    }

    #[test]
    fn the_toolchains_own_source_comes_first() {
        let root = tempfile::tempdir().unwrap();
        let sysroot = root.path().join("sysroot");
        let toolchain = Toolchain {
            rustc: "/bin/rustc".into(),
            release: "1.95.0".to_owned(),
            llvm: 22,
            sysroot: sysroot.clone(),
            lacks: Vec::new(),
        };
        assert_eq!(probe(&toolchain, root.path()), None);
        let ours = library(root.path(), "1.95.0");
        fs::create_dir_all(&ours).unwrap();
        assert_eq!(probe(&toolchain, root.path()), None, "a folder without its lock file is not whole");
        fs::write(ours.join(MARK), "").unwrap();
        assert_eq!(probe(&toolchain, root.path()), Some(RustSource::Cache(ours)));
        let theirs = sysroot.join("lib/rustlib/src/rust/library");
        fs::create_dir_all(&theirs).unwrap();
        fs::write(theirs.join(MARK), "").unwrap();
        assert_eq!(probe(&toolchain, root.path()), Some(RustSource::Component));
    }
}
