//! Tells apt's failures apart by its words: apt 2.x has one exit status for all of them.

use std::path::Path;

use super::AptError;

#[derive(Clone, Copy)]
enum Kind {
    DiskFull,
    Corrupt,
    Untrusted,
    Unreachable,
    Gone,
}

/// Phrases of apt 2.2 to 3.0 in the C locale; the first that occurs decides.
const PHRASES: [(&str, Kind); 21] = [
    ("No space left on device", Kind::DiskFull),
    ("don't have enough free space", Kind::DiskFull),
    ("Disk quota exceeded", Kind::DiskFull),
    ("Hash Sum mismatch", Kind::Corrupt),
    ("File has unexpected size", Kind::Corrupt),
    ("NO_PUBKEY", Kind::Untrusted),
    ("signatures couldn't be verified", Kind::Untrusted),
    ("signatures were invalid", Kind::Untrusted),
    ("OpenPGP signature verification failed", Kind::Untrusted),
    ("is not signed", Kind::Untrusted),
    ("Could not resolve", Kind::Unreachable),
    ("Temporary failure resolving", Kind::Unreachable),
    ("Could not connect", Kind::Unreachable),
    ("Cannot initiate the connection", Kind::Unreachable),
    ("Unable to connect", Kind::Unreachable),
    ("Connection failed", Kind::Unreachable),
    ("Connection timed out", Kind::Unreachable),
    ("404  Not Found", Kind::Gone),
    ("410  Gone", Kind::Gone),
    ("File not found", Kind::Gone),
    ("does not have a Release file", Kind::Gone),
];

/// The failure that apt's own words tell, if they are known words.
pub(super) fn classify(stderr: &str, subject: &str, folder: &Path) -> Option<AptError> {
    let (line, kind) = PHRASES.iter().find_map(|(phrase, kind)| {
        let line = stderr.lines().find(|line| line.contains(phrase))?;
        Some((line, *kind))
    })?;
    let why = without_mark(line).to_owned();
    let what = subject.to_owned();
    Some(match kind {
        Kind::DiskFull => AptError::DiskFull { what, folder: folder.to_path_buf() },
        Kind::Corrupt => AptError::Corrupt { what, why },
        Kind::Untrusted => AptError::Untrusted { what, why },
        Kind::Unreachable => AptError::Unreachable { what, why },
        Kind::Gone => AptError::Gone { what, why },
    })
}

/// apt's error lines, joined; without such, the last line.
pub(super) fn summary(stderr: &str) -> String {
    let marked = |line: &&str| line.starts_with("E: ") || line.starts_with("Error: ");
    let errors: Vec<&str> = stderr.lines().filter(marked).map(without_mark).collect();
    match errors.is_empty() {
        true => stderr.lines().last().unwrap_or("it printed nothing").trim().to_owned(),
        false => errors.join("; "),
    }
}

/// From apt 3.0 on the marks may be words.
fn without_mark(line: &str) -> &str {
    let marks = ["E: ", "W: ", "Error: ", "Warning: "];
    let line = marks.iter().find_map(|mark| line.strip_prefix(mark)).unwrap_or(line);
    line.trim().trim_end_matches('.')
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::gone("E: Failed to fetch u/p.deb  404  Not Found [IP: x]\n", "gone")]
    #[case::gone_file(
        "E: Failed to fetch file:/r/p.deb  File not found - /r/p.deb (2: No such file or directory)\n",
        "gone"
    )]
    #[case::gone_suite("E: The repository 'u s Release' does not have a Release file.\n", "gone")]
    #[case::hash("E: Failed to fetch u/p.deb  Hash Sum mismatch\n   Hashes of expected file:\n", "corrupt")]
    #[case::size(
        "E: Failed to fetch u  File has unexpected size (3 != 4). Mirror sync in progress?\n",
        "corrupt"
    )]
    #[case::key(
        "W: GPG error: u InRelease: The following signatures couldn't be verified because the public key is not available: NO_PUBKEY 0\nE: The repository 'u InRelease' is not signed.\n",
        "untrusted"
    )]
    #[case::name("E: Failed to fetch u  Could not resolve 'host'\n", "unreachable")]
    #[case::full("E: Write error - write (28: No space left on device)\n", "disk full")]
    #[case::unknown("E: something new\n", "none")]
    fn tells_failures_apart(#[case] stderr: &str, #[case] expected: &str) {
        let kind = match classify(stderr, "p=1", Path::new("/x")) {
            Some(AptError::Gone { .. }) => "gone",
            Some(AptError::Corrupt { .. }) => "corrupt",
            Some(AptError::Untrusted { .. }) => "untrusted",
            Some(AptError::Unreachable { .. }) => "unreachable",
            Some(AptError::DiskFull { .. }) => "disk full",
            Some(other) => panic!("unexpected: {other}"),
            None => "none",
        };
        assert_eq!(kind, expected);
    }

    #[test]
    fn the_summary_is_what_apt_calls_errors() {
        assert_eq!(summary("W: old\nE: one.\nE: two\n"), "one; two");
        assert_eq!(summary("sudo: a password is required\n"), "sudo: a password is required");
        assert_eq!(summary(""), "it printed nothing");
    }
}
