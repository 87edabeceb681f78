//! Which mirrors serve the distribution's suites, as the system is set up or as the user says.
//!
//! It writes no host name: it asks apt, which knows all forms of source lists.

use std::path::{Path, PathBuf};

use super::AptError;
use super::command::{Command, Custody, nowhere};

/// Where packages come from, and the keys that sign them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mirrors {
    /// Base address of the main suites and of backports.
    pub main: String,
    /// Base address of the suites that end in `-security`.
    pub security: String,
    /// File with the distribution's archive keys.
    pub keyring: PathBuf,
    /// Whether apt is to check signatures: always, except in this crate's own tests.
    trust: Trust,
}

/// Parts of [`Mirrors`] that the user's configuration may set. What is `None` is asked of apt.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    /// Base address of the main suites.
    pub main: Option<String>,
    /// Base address of the security suites.
    pub security: Option<String>,
    /// File with the archive keys.
    pub keyring: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    Keyring,
    #[cfg(test)]
    Everything,
}

/// Where Debian's keyring package puts its keys (the second since Debian 13), on every system of the family.
const KEYRINGS: [&str; 2] =
    ["/usr/share/keyrings/debian-archive-keyring.gpg", "/usr/share/keyrings/debian-archive-keyring.pgp"];

impl Mirrors {
    /// The mirrors that the system's own sources use.
    ///
    /// # Errors
    /// [`AptError::NoMirror`] if the sources have no main or no security suite, [`AptError::NoKeyring`].
    pub fn of_system() -> Result<Mirrors, AptError> {
        Mirrors::with_overrides(Overrides::default())
    }

    /// The same, but what the user has set stands. If all is set, apt is not asked at all.
    ///
    /// # Errors
    /// As [`Mirrors::of_system`].
    pub fn with_overrides(overrides: Overrides) -> Result<Mirrors, AptError> {
        let keyring = match overrides.keyring {
            Some(path) => path,
            None => PathBuf::from(
                KEYRINGS.into_iter().find(|path| Path::new(path).exists()).unwrap_or(KEYRINGS[0]),
            ),
        };
        if !keyring.exists() {
            return Err(AptError::NoKeyring { path: keyring });
        }
        let (main, security) = match (overrides.main, overrides.security) {
            (Some(main), Some(security)) => (main, security),
            (main, security) => {
                let sources = system_sources()?;
                let main = main.map_or_else(|| main_of(&sources), Ok)?;
                let security = security.map_or_else(|| security_of(&sources), Ok)?;
                (main, security)
            }
        };
        Ok(Mirrors { main, security, keyring, trust: Trust::Keyring })
    }

    /// Unsigned local repositories, for this crate's tests.
    #[cfg(test)]
    pub(crate) fn unsigned(main: String, security: String) -> Mirrors {
        Mirrors { main, security, keyring: PathBuf::new(), trust: Trust::Everything }
    }

    /// The same with signatures checked.
    #[cfg(test)]
    pub(crate) fn checked_with(self, keyring: PathBuf) -> Mirrors {
        Mirrors { keyring, trust: Trust::Keyring, ..self }
    }

    /// The source lines for some suites, one each.
    pub(super) fn source_list(&self, suites: &[&str]) -> String {
        let trust = match self.trust {
            Trust::Keyring => format!("signed-by={}", self.keyring.display()),
            #[cfg(test)]
            Trust::Everything => "trusted=yes".to_owned(),
        };
        let line = |suite: &&str| {
            let mirror = if suite.ends_with("-security") { &self.security } else { &self.main };
            format!("deb [arch=amd64 {trust}] {mirror} {suite} main\n")
        };
        suites.iter().map(line).collect()
    }
}

/// The base addresses and suites of the system's sources, in their order.
///
/// `apt-get indextargets` prints nothing while no index has been downloaded yet (a fresh container),
/// `update --print-uris` needs neither indexes, nor rights, nor the network.
fn system_sources() -> Result<Vec<(String, String)>, AptError> {
    let listing = Command {
        program: "apt-get",
        arguments: ["update", "--print-uris"].map(Into::into).to_vec(),
        folder: nowhere(),
        subject: "the system's sources".to_owned(),
        custody: Custody::Ours,
    }
    .read()?;
    Ok(listing.lines().filter_map(source_of_line).collect())
}

/// From `'scheme://host/base/dists/suite/InRelease' file 0`: base and suite.
fn source_of_line(line: &str) -> Option<(String, String)> {
    let address = line.strip_prefix('\'')?.split('\'').next()?.strip_suffix("/InRelease")?;
    let (base, suite) = address.split_once("/dists/")?;
    Some((base.to_owned(), suite.to_owned()))
}

fn security_of(sources: &[(String, String)]) -> Result<String, AptError> {
    let found = sources.iter().find(|(_, suite)| suite.ends_with("-security"));
    found.map(|(base, _)| base.clone()).ok_or_else(|| AptError::NoMirror {
        which: "the security suites",
        why: format!("no suite of the system's sources ends in `-security`; there are {}", names(sources)),
    })
}

/// The main suite is the one that the security suite belongs to; without such, the first plain name.
fn main_of(sources: &[(String, String)]) -> Result<String, AptError> {
    let secured =
        |suite: &str| sources.iter().any(|(_, other)| other.strip_suffix("-security") == Some(suite));
    let plain = |suite: &str| suite.chars().all(|c| c.is_ascii_lowercase());
    let found = sources
        .iter()
        .find(|(_, suite)| secured(suite))
        .or_else(|| sources.iter().find(|(_, suite)| plain(suite)));
    found.map(|(base, _)| base.clone()).ok_or_else(|| AptError::NoMirror {
        which: "the main suites",
        why: format!("the system's sources have no suite of the distribution; there are {}", names(sources)),
    })
}

fn names(sources: &[(String, String)]) -> String {
    let names: Vec<String> = sources.iter().map(|(_, suite)| format!("`{suite}`")).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sources(suites: &[(&str, &str)]) -> Vec<(String, String)> {
        suites.iter().map(|(base, suite)| ((*base).to_owned(), (*suite).to_owned())).collect()
    }

    #[test]
    fn reads_apts_listing() {
        let line = "'http://mirror.example/debian/dists/bookworm-security/InRelease' mirror_x 0 ";
        assert_eq!(
            source_of_line(line),
            Some(("http://mirror.example/debian".to_owned(), "bookworm-security".to_owned()))
        );
        assert_eq!(source_of_line("'http://m/d/dists/s/main/binary-amd64/Packages.xz' f 0 "), None);
    }

    #[test]
    fn a_foreign_source_before_the_distributions_own_does_not_matter() {
        let found = sources(&[("vendor", "stable"), ("main", "bookworm"), ("sec", "bookworm-security")]);
        assert_eq!(main_of(&found).expect("main"), "main");
        assert_eq!(security_of(&found).expect("security"), "sec");
    }

    #[test]
    fn without_security_suite_the_error_lists_what_there_is() {
        let error = security_of(&sources(&[("main", "sid")])).expect_err("no security suite").to_string();
        assert!(error.contains("there are `sid`"), "{error}");
        assert!(error.contains("\nhint: "), "{error}");
    }

    #[test]
    fn security_suites_come_from_the_security_mirror() {
        let mirrors = Mirrors::unsigned("m".into(), "s".into()).checked_with("/k".into());
        let list = mirrors.source_list(&["a-backports", "a-security"]);
        assert_eq!(
            list,
            "deb [arch=amd64 signed-by=/k] m a-backports main\ndeb [arch=amd64 signed-by=/k] s a-security main\n"
        );
    }
}
