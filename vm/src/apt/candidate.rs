//! One version of one package that an index offers, and how it is read from apt's listing.
//!
//! It does not ask apt anything.

use super::version;

/// One version of one package that can be downloaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The package's name.
    pub package: String,
    /// Its version.
    pub version: String,
    /// Size of the download, in bytes.
    pub size: u64,
    /// SHA-256 of the download in hexadecimal, as the signed index says.
    pub sha256: String,
}

impl Candidate {
    /// How apt is asked for exactly this version.
    pub fn name_and_version(&self) -> String {
        format!("{}={}", self.package, self.version)
    }
}

/// Reads the stanzas that `apt-cache show` prints: newest first, each version once.
/// A stanza without a file (only installed, not offered) is left out.
pub(super) fn parse(listing: &str) -> Vec<Candidate> {
    let mut candidates: Vec<Candidate> = listing.split("\n\n").filter_map(stanza).collect();
    candidates.sort_by(|left, right| {
        version::compare(&right.version, &left.version).then_with(|| left.package.cmp(&right.package))
    });
    candidates.dedup();
    candidates
}

fn stanza(text: &str) -> Option<Candidate> {
    let field = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": ").map(|value| value.trim().to_owned()))
    };
    Some(Candidate {
        package: field("Package")?,
        version: field("Version")?,
        size: field("Size")?.parse().ok()?,
        sha256: field("SHA256")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_newest_first_and_each_once() {
        let one = |name: &str, version: &str| {
            format!("Package: {name}\nVersion: {version}\nDescription: x\n Package: y\nSize: 7\nSHA256: ab\n")
        };
        let listing =
            [one("a-9", "9-1"), one("a-10", "10-1"), one("a-9", "9-1"), "Package: b\nVersion: 1\n".into()];
        let found = parse(&listing.join("\n"));
        let names: Vec<_> = found.iter().map(Candidate::name_and_version).collect();
        assert_eq!(names, ["a-10=10-1", "a-9=9-1"]);
        assert_eq!((found[0].size, found[0].sha256.as_str()), (7, "ab"));
    }
}
