//! Installing packages in the system itself, for set-up.
//!
//! It does not ask the user and does not choose packages.

use std::fs;
use std::path::{Path, PathBuf};

use super::command::{Command, Custody, nowhere};
use super::{AptError, Mirrors, progress};

/// How root's rights are had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Privilege {
    /// The process is root.
    Root,
    /// Through `sudo`, which may ask for a password on the terminal.
    Sudo,
}

/// Suites beside the system's own, with an index folder of their own, so that the system's sources stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraSource {
    /// The source list.
    pub list: PathBuf,
    /// The folder for its indexes.
    pub lists: PathBuf,
    /// The suite whose versions are preferred (`bookworm-backports`), if any.
    pub target_release: Option<String>,
}

impl ExtraSource {
    /// Writes the source list for `suites` into `folder`, and makes the index folder.
    /// The list must name all suites that the packages' dependencies come from, the system's own too.
    ///
    /// # Errors
    /// [`AptError::Io`].
    pub fn write(
        folder: &Path,
        mirrors: &Mirrors,
        suites: &[&str],
        target_release: Option<&str>,
    ) -> Result<ExtraSource, AptError> {
        let lists = folder.join("lists");
        let partial = lists.join("partial");
        fs::create_dir_all(&partial).map_err(AptError::io("create", &partial))?;
        let list = folder.join("sources.list");
        fs::write(&list, mirrors.source_list(suites)).map_err(AptError::io("write", &list))?;
        Ok(ExtraSource { list, lists, target_release: target_release.map(ToOwned::to_owned) })
    }

    /// The options that make apt use this source alone.
    fn options(&self) -> Vec<String> {
        let settings = [
            format!("Dir::Etc::SourceList={}", self.list.display()),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            format!("Dir::State::Lists={}", self.lists.display()),
            // The system's binary caches describe the system's own sources.
            "Dir::Cache::pkgcache=".to_owned(),
            "Dir::Cache::srcpkgcache=".to_owned(),
            "Acquire::Languages=none".to_owned(),
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false".to_owned(),
            // The index folder belongs to the user who runs us.
            "APT::Sandbox::User=root".to_owned(),
        ];
        let mut options: Vec<String> =
            settings.into_iter().flat_map(|setting| ["-o".to_owned(), setting]).collect();
        if let Some(release) = &self.target_release {
            options.extend(["-t".to_owned(), release.clone()]);
        }
        options
    }
}

/// The version of a package that the system's own sources offer (installed or not), or `None`.
/// Without downloaded indexes apt knows of nothing: call [`update`] first.
///
/// # Errors
/// Any that running apt can have.
pub fn system_candidate(package: &str) -> Result<Option<String>, AptError> {
    candidate_with(package, None)
}

/// The same for an extra source, whose target release counts.
///
/// # Errors
/// Any that running apt can have.
pub fn candidate_with(package: &str, extra_source: Option<&ExtraSource>) -> Result<Option<String>, AptError> {
    let mut arguments = extra_source.map(ExtraSource::options).unwrap_or_default();
    arguments.extend(["policy".to_owned(), package.to_owned()]);
    let listing = Command {
        program: "apt-cache",
        arguments: arguments.into_iter().map(Into::into).collect(),
        folder: nowhere(),
        subject: format!("the package `{package}`"),
        custody: Custody::Ours,
    }
    .read();
    match listing {
        Ok(listing) => Ok(candidate_of(&listing)),
        // The extra source has not been updated yet.
        Err(AptError::Failed { why, .. }) if why.contains("invalid for APT::Default-Release") => Ok(None),
        Err(other) => Err(other),
    }
}

fn candidate_of(policy: &str) -> Option<String> {
    let version = policy.lines().find_map(|line| line.trim().strip_prefix("Candidate: "))?;
    (version != "(none)").then(|| version.to_owned())
}

/// The exact command that refreshes the indexes, to be shown to the user or run.
pub fn update_arguments(extra_source: Option<&ExtraSource>) -> Vec<String> {
    let mut arguments = vec!["apt-get".to_owned()];
    arguments.extend(extra_source.map(ExtraSource::options).unwrap_or_default());
    arguments.push("update".to_owned());
    arguments
}

/// The exact command that installs packages (`name` or `name=version`), to be shown to the user or run.
pub fn install_arguments(packages: &[String], extra_source: Option<&ExtraSource>) -> Vec<String> {
    let mut arguments = vec!["apt-get".to_owned()];
    arguments.extend(extra_source.map(ExtraSource::options).unwrap_or_default());
    arguments.extend(["install", "-y", "--no-install-recommends"].map(ToOwned::to_owned));
    arguments.extend(packages.iter().cloned());
    arguments
}

/// Refreshes the indexes of the system, or those of the extra source alone.
///
/// # Errors
/// Any that running apt can have.
pub fn update(extra_source: Option<&ExtraSource>, privilege: Privilege) -> Result<(), AptError> {
    run(update_arguments(extra_source), privilege, "the system's indexes", &mut |_, _| ())
}

/// Installs packages. `progress` gets percent (downloading fills the first half) and what is being done.
///
/// # Errors
/// Any that running apt can have; another package manager at work is waited for up to two minutes.
pub fn install(
    packages: &[String],
    extra_source: Option<&ExtraSource>,
    privilege: Privilege,
    progress: &mut dyn FnMut(f64, &str),
) -> Result<(), AptError> {
    run(
        install_arguments(packages, extra_source),
        privilege,
        &format!("the packages `{}`", packages.join("`, `")),
        progress,
    )
}

fn run(
    arguments: Vec<String>,
    privilege: Privilege,
    subject: &str,
    progress: &mut dyn FnMut(f64, &str),
) -> Result<(), AptError> {
    let program = match privilege {
        Privilege::Root => "env",
        Privilege::Sudo => "sudo",
    };
    // sudo clears the environment, so it is set behind it.
    let mut words: Vec<&str> = if privilege == Privilege::Sudo { vec!["env"] } else { Vec::new() };
    words.extend(["LC_ALL=C.UTF-8", "DEBIAN_FRONTEND=noninteractive"]);
    let quiet = ["-qq", "-o", "APT::Status-Fd=1", "-o", "DPkg::Lock::Timeout=120", "-o", "Dpkg::Use-Pty=0"];
    let words = words.into_iter().chain(arguments.iter().map(String::as_str)).chain(quiet);
    let command = Command {
        program,
        arguments: words.map(Into::into).collect(),
        folder: nowhere(),
        subject: subject.to_owned(),
        custody: Custody::TheTerminals,
    };
    command.lines(&mut |line| {
        if let Some(percent) = progress::download_percent(line) {
            progress(percent / 2.0, "downloading");
        } else if let Some((percent, what)) = progress::install_percent(line) {
            progress(50.0 + percent / 2.0, what);
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_install_command_is_plain_without_an_extra_source() {
        let words = install_arguments(&["qemu-system-x86".to_owned()], None);
        assert_eq!(words.join(" "), "apt-get install -y --no-install-recommends qemu-system-x86");
    }

    #[test]
    fn an_extra_source_leaves_the_systems_own_alone() {
        let source = ExtraSource {
            list: "/c/l".into(),
            lists: "/c/d".into(),
            target_release: Some("x-backports".into()),
        };
        let words = install_arguments(&["a".to_owned(), "b=1".to_owned()], Some(&source)).join(" ");
        assert_eq!(
            words,
            "apt-get -o Dir::Etc::SourceList=/c/l -o Dir::Etc::SourceParts=/dev/null -o Dir::State::Lists=/c/d \
             -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache= -o Acquire::Languages=none \
             -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false -o APT::Sandbox::User=root -t x-backports \
             install -y --no-install-recommends a b=1"
        );
    }

    #[test]
    fn reads_the_candidate() {
        assert_eq!(candidate_of("q:\n  Installed: (none)\n  Candidate: 1:10.0\n"), Some("1:10.0".to_owned()));
        assert_eq!(candidate_of("q:\n  Installed: (none)\n  Candidate: (none)\n"), None);
        assert_eq!(candidate_of(""), None);
    }
}
