//! A private apt root: sources, indexes and cache of our own in one folder.
//!
//! Nothing of the system's apt state is read or written, except its configuration of the network
//! (proxies) and its keyring. No root rights are needed.

use std::fs;
use std::path::{Path, PathBuf};

use super::command::{Command, Custody};
use super::progress;
use super::{AptError, Candidate, Mirrors};
use crate::sha256;

/// Packages to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names<'a> {
    /// One name.
    Exactly(&'a str),
    /// All names that a POSIX extended regular expression matches somewhere (anchor it).
    Matching(&'a str),
}

/// A private apt root for some suites. Several of them, for other suites, may share one folder.
#[derive(Debug, Clone)]
pub struct Apt {
    root: PathBuf,
    configuration: PathBuf,
    suites: String,
}

impl Apt {
    /// Writes the configuration for `suites` into the folder `root`, which is created if missing.
    ///
    /// # Errors
    /// [`AptError::Io`] if the folder cannot be written.
    pub fn open(root: &Path, mirrors: &Mirrors, suites: &[&str]) -> Result<Apt, AptError> {
        for folder in ["etc", "state/lists/partial", "cache/archives/partial"] {
            let folder = root.join(folder);
            fs::create_dir_all(&folder).map_err(AptError::io("create", &folder))?;
        }
        let root = root.canonicalize().map_err(AptError::io("open", root))?;
        let name = suites.join("+");
        let list = root.join(format!("etc/{name}.list"));
        let configuration = root.join(format!("etc/{name}.conf"));
        replace(&list, &mirrors.source_list(suites))?;
        replace(&configuration, &configuration_text(&root, &list))?;
        Ok(Apt { root, configuration, suites: format!("`{}`", suites.join("`, `")) })
    }

    /// Brings the indexes of the suites up to date. Costs 0.1–0.5 s when they are.
    ///
    /// # Errors
    /// Any; an index of any suite that cannot be fetched or verified is one.
    pub fn update(&self) -> Result<(), AptError> {
        let path = self.root.join("lock");
        let lock = fs::File::create(&path).map_err(AptError::io("create", &path))?;
        // Released when the file is closed; apt itself would fail instead of waiting.
        lock.lock().map_err(AptError::io("lock", &path))?;
        self.command("apt-get", &["-q", "update"], format!("the indexes of {}", self.suites), &self.root)
            .lines(&mut |_| ())
    }

    /// What the indexes offer for some names, newest first. No match is an empty list.
    ///
    /// # Errors
    /// Any that running apt can have.
    pub fn candidates(&self, names: Names<'_>) -> Result<Vec<Candidate>, AptError> {
        let pattern = match names {
            Names::Exactly(name) => format!("?exact-name(\"{name}\")"),
            Names::Matching(expression) => format!("?name(\"{expression}\")"),
        };
        let found = self
            .command(
                "apt-cache",
                &["show", "--all-versions", &pattern],
                format!("the indexes of {}", self.suites),
                &self.root,
            )
            .read();
        match found {
            Ok(listing) => Ok(super::candidate::parse(&listing)),
            Err(AptError::Failed { why, .. }) if why.contains("No packages found") => Ok(Vec::new()),
            Err(other) => Err(other),
        }
    }

    /// Downloads one package into the folder `into`, going on where an interrupted download ended.
    /// Its hash is the one in the signed index. `progress` gets the bytes done and the bytes in all.
    ///
    /// # Errors
    /// [`AptError::Gone`] when the index lists a file that the mirror does not have,
    /// [`AptError::Corrupt`] when what comes is not what the index describes, also on a second try.
    pub fn download(
        &self,
        candidate: &Candidate,
        into: &Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<PathBuf, AptError> {
        fs::create_dir_all(into).map_err(AptError::io("create", into))?;
        match self.download_once(candidate, into, progress) {
            // A damaged file of an earlier try: apt takes a file of the right size for complete.
            Err(AptError::Corrupt { .. }) => self.download_once(candidate, into, progress),
            result => result,
        }
    }

    /// What is not right is deleted.
    fn download_once(
        &self,
        candidate: &Candidate,
        into: &Path,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<PathBuf, AptError> {
        let package = format!("the package `{}`", candidate.name_and_version());
        let arguments = ["-qq", "-o", "APT::Status-Fd=1", "download", &candidate.name_and_version()];
        let run = self.command("apt-get", &arguments, package.clone(), into).lines(&mut |line| {
            if let Some(percent) = progress::download_percent(line) {
                progress((candidate.size as f64 * percent / 100.0) as u64, candidate.size);
            }
        });
        Err(match (run, file_of(candidate, into)?) {
            (Ok(()), Some(file)) => match sha256::of_file(&file).map_err(AptError::io("read", &file))? {
                found if found == candidate.sha256 => return Ok(file),
                found => {
                    fs::remove_file(&file).map_err(AptError::io("delete", &file))?;
                    AptError::Corrupt {
                        what: package,
                        why: format!("its SHA-256 is {found} instead of {}", candidate.sha256),
                    }
                }
            },
            (Ok(()), None) => AptError::Corrupt { what: package, why: "apt left no file".to_owned() },
            (Err(error @ AptError::Corrupt { .. }), Some(file)) => {
                fs::remove_file(&file).map_err(AptError::io("delete", &file))?;
                error
            }
            (Err(error), _) => error,
        })
    }

    fn command(&self, program: &'static str, arguments: &[&str], subject: String, folder: &Path) -> Command {
        let first = ["-c".into(), self.configuration.clone().into_os_string()];
        let arguments = first.into_iter().chain(arguments.iter().map(Into::into)).collect();
        Command { program, arguments, folder: folder.to_path_buf(), subject, custody: Custody::Ours }
    }
}

/// The file of a candidate in a folder, complete or not.
/// apt names it `NAME_VERSION_ARCH.deb`, with the epoch's colon written as `%3a`.
fn file_of(candidate: &Candidate, folder: &Path) -> Result<Option<PathBuf>, AptError> {
    let start = format!("{}_{}_", candidate.package, candidate.version.replace(':', "%3a"));
    let files = fs::read_dir(folder).map_err(AptError::io("read", folder))?;
    Ok(files.filter_map(|entry| Some(entry.ok()?.path())).find(|path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        name.starts_with(&start) && name.ends_with(".deb")
    }))
}

/// Writes a file unless it has that content, so that two runners do not disturb each other.
fn replace(path: &Path, text: &str) -> Result<(), AptError> {
    if fs::read_to_string(path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    let folder = path.parent().unwrap_or(path);
    let write = || {
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        std::io::Write::write_all(&mut file, text.as_bytes())?;
        file.persist(path).map_err(|error| error.error)
    };
    write().map(drop).map_err(AptError::io("write", path))
}

/// Each line with its reason.
fn configuration_text(root: &Path, list: &Path) -> String {
    let root = root.display();
    let list = list.display();
    format!(
        r#"// Written by the workbook; read by apt after the system's configuration.
// Indexes, cache and sources of our own.
Dir::State "{root}/state";
Dir::State::status "/dev/null";
Dir::Cache "{root}/cache";
Dir::Etc::SourceList "{list}";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::Preferences "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
// No binary caches: several source lists share this root.
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
// An update with some suites keeps the indexes of the others.
APT::Get::List-Cleanup "false";
// The folder belongs to the user, not to the user `_apt`.
APT::Sandbox::User "root";
// Package lists only: with translations and software catalogues an update costs 42 MB.
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons-small::DefaultEnabled "false";
Acquire::IndexTargets::deb::DEP-11-icons::DefaultEnabled "false";
Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled "false";
// An index that cannot be fetched is an error, not a warning.
APT::Update::Error-Mode "any";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
// Signatures are checked whatever the system's configuration says.
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
// The system's hooks would clean the system's caches and wake its software centre.
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
// A release chosen for the system does not exist here.
#clear APT::Default-Release;
"#
    )
}
