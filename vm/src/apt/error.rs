//! What can go wrong between us and the package manager, told so that a person can act on it.
//!
//! It does not decide what to do: callers match on the variant.

use std::io;
use std::path::PathBuf;

/// Why the package manager could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum AptError {
    /// The machine has no apt, or no sudo.
    #[error("cannot run `{program}`: {source}\nhint: {advice}", advice = advice(.program))]
    Missing {
        /// The program that was looked for.
        program: String,
        /// The system's answer.
        source: io::Error,
    },
    /// The index lists a file, or a source a suite, which the mirror does not have.
    #[error(
        "the mirror does not have {what}, though it is listed: {why}\nhint: an older version of the same series may still be there; otherwise try again later, or name another `mirror` in the configuration"
    )]
    Gone {
        /// "the package `name=version`" or "the indexes of `suite`".
        what: String,
        /// The line that apt printed.
        why: String,
    },
    /// What came is not what the signed index describes.
    #[error(
        "{what} was refused because its size or hash is not the one in the signed index: {why}\nhint: a proxy or a mirror in the middle of an update damages files; try again in some minutes, or name another `mirror` in the configuration"
    )]
    Corrupt {
        /// "the package `name=version`" or "the indexes of `suite`".
        what: String,
        /// The line that apt printed.
        why: String,
    },
    /// Nothing could be reached.
    #[error(
        "could not reach the mirror for {what}: {why}\nhint: check the network and the proxy settings; with `--offline` only what is in the cache is used"
    )]
    Unreachable {
        /// "the package `name=version`" or "the indexes of `suite`".
        what: String,
        /// The line that apt printed.
        why: String,
    },
    /// The disk is full.
    #[error(
        "no space left while apt worked on {what} in `{folder}`\nhint: free some space, or set `EBPF_WORKBOOK_CACHE` to a folder on a larger disk",
        folder = .folder.display()
    )]
    DiskFull {
        /// "the package `name=version`" or "the indexes of `suite`".
        what: String,
        /// Where apt wrote.
        folder: PathBuf,
    },
    /// The system's sources name no mirror that serves the distribution's suites.
    #[error(
        "cannot tell which mirror serves {which}: {why}\nhint: set `mirror`, `security_mirror` and `keyring` in the configuration file"
    )]
    NoMirror {
        /// "the main suites" or "the security suites".
        which: &'static str,
        /// What was found instead.
        why: String,
    },
    /// The keys that sign the archive are not on this machine.
    #[error(
        "the keyring `{path}` does not exist, so signatures of packages cannot be checked\nhint: install the package `debian-archive-keyring`, or set `keyring` in the configuration file",
        path = .path.display()
    )]
    NoKeyring {
        /// The file that was looked for.
        path: PathBuf,
    },
    /// A signature is missing or wrong.
    #[error(
        "the signature of {what} could not be verified: {why}\nhint: the keyring must hold the keys of the distribution that the mirror serves; install the newest `debian-archive-keyring`, or set `keyring` in the configuration file"
    )]
    Untrusted {
        /// "the indexes of `suite`".
        what: String,
        /// The line that apt printed.
        why: String,
    },
    /// The user asked to stop.
    #[error("interrupted")]
    Interrupted,
    /// Anything else that made apt fail.
    #[error(
        "`{command}` failed with {status}: {why}\nhint: run the command by itself to see all it has to say"
    )]
    Failed {
        /// The command line.
        command: String,
        /// The exit status.
        status: String,
        /// The errors that apt printed.
        why: String,
    },
    /// A file or folder of the private root could not be used.
    #[error("cannot {action} `{path}`: {source}\nhint: {advice}", path = .path.display(), advice = crate::advice::for_io(.source))]
    Io {
        /// The verb.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
}

impl AptError {
    /// For `map_err`: an input or output error with its verb and path.
    pub(crate) fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(io::Error) -> AptError {
        let path = path.to_path_buf();
        move |source| AptError::Io { action, path, source }
    }
}

fn advice(program: &str) -> &'static str {
    match program {
        "sudo" => "run the command as root",
        _ => {
            "kernels and tools come through the package manager `apt` of a Debian-family system; on another system give a kernel image with `--kernel PATH`"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_has_its_parts() {
        let what = || "the package `p=1`".to_owned();
        let why = || "what apt said".to_owned();
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        let full = || io::Error::from(io::ErrorKind::StorageFull);
        let errors = [
            AptError::Missing { program: "apt-get".to_owned(), source: missing() },
            AptError::Missing { program: "sudo".to_owned(), source: missing() },
            AptError::Gone { what: what(), why: why() },
            AptError::Corrupt { what: what(), why: why() },
            AptError::Unreachable { what: "the indexes of `s`".to_owned(), why: why() },
            AptError::DiskFull { what: what(), folder: "/cache".into() },
            AptError::NoMirror { which: "the security suites", why: why() },
            AptError::NoKeyring { path: "/keys.gpg".into() },
            AptError::Untrusted { what: "the indexes of `s`".to_owned(), why: why() },
            AptError::Interrupted,
            AptError::Failed {
                command: "apt-get update".to_owned(),
                status: "exit status: 100".to_owned(),
                why: why(),
            },
            AptError::Io { action: "create", path: "/cache/apt".into(), source: full() },
        ];
        let texts: Vec<String> = errors.iter().map(ToString::to_string).collect();
        insta::assert_snapshot!("apt_errors", texts.join("\n\n"));
    }
}
