//! Which distribution this is, and where it keeps what we need. It runs nothing.

/// What `/etc/os-release` says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Distribution {
    /// `ID`: `debian`, `ubuntu`.
    pub id: String,
    /// `ID_LIKE`: `["debian"]` on Ubuntu.
    pub like: Vec<String>,
    /// `VERSION_ID`: `12`; nothing on Debian unstable.
    pub version: Option<String>,
    /// `PRETTY_NAME`, for messages.
    pub name: String,
}

/// One release whose own QEMU is older than 10, and the suites that have a newer one.
struct OldRelease {
    version: &'static str,
    /// The suite with the newer QEMU.
    backports: &'static str,
    /// Every suite that the packages and their dependencies come from.
    suites: &'static [&'static str],
}

/// Debian 12 has QEMU 7.2, its backports 10.0; LLVM 22 is in its security suite only (facts/vm.md, 1.14 and 1.15).
const OLD_RELEASES: [OldRelease; 1] = [OldRelease {
    version: "12",
    backports: "bookworm-backports",
    suites: &["bookworm", "bookworm-backports", "bookworm-security"],
}];

/// Suites beside the system's own that system packages are installed from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suites {
    /// All of them.
    pub all: &'static [&'static str],
    /// The one whose versions are preferred.
    pub preferred: &'static str,
}

impl Distribution {
    /// Reads the text of `os-release`.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let value = |key: &str| {
            text.lines()
                .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
                .map(|value| value.trim().trim_matches(['"', '\'']).to_owned())
        };
        let id = value("ID").unwrap_or_else(|| "unknown".to_owned());
        Self {
            like: value("ID_LIKE").unwrap_or_default().split_whitespace().map(ToOwned::to_owned).collect(),
            version: value("VERSION_ID"),
            name: value("PRETTY_NAME").unwrap_or_else(|| id.clone()),
            id,
        }
    }

    /// Whether the system's own mirror serves Debian's suites.
    #[must_use]
    pub fn is_debian(&self) -> bool {
        self.id == "debian"
    }

    /// Whether the system is Debian or derived from it.
    #[must_use]
    pub fn is_of_the_family(&self) -> bool {
        self.is_debian() || self.like.iter().any(|like| like == "debian")
    }

    /// The suites to install system packages from, if the system's own sources are too old.
    #[must_use]
    pub fn newer_suites(&self) -> Option<Suites> {
        let version = self.version.as_deref().filter(|_| self.is_debian())?;
        let release = OLD_RELEASES.iter().find(|release| release.version == version)?;
        Some(Suites { all: release.suites, preferred: release.backports })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const BOOKWORM: &str = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n";
    const NOBLE: &str = "PRETTY_NAME=\"Ubuntu 24.04 LTS\"\nID=ubuntu\nID_LIKE=debian\nVERSION_ID=\"24.04\"\n";
    const FEDORA: &str = "ID=fedora\nVERSION_ID=42\n";
    const SID: &str = "PRETTY_NAME=\"Debian GNU/Linux forky/sid\"\nID=debian\n";

    #[rstest]
    #[case::debian_12(BOOKWORM, (true, true), Some("bookworm-backports"))]
    #[case::ubuntu(NOBLE, (false, true), None)]
    #[case::fedora(FEDORA, (false, false), None)]
    #[case::unstable(SID, (true, true), None)]
    #[case::nothing("", (false, false), None)]
    fn knows_the_family(#[case] text: &str, #[case] debian: (bool, bool), #[case] preferred: Option<&str>) {
        let found = Distribution::parse(text);
        assert_eq!((found.is_debian(), found.is_of_the_family()), debian);
        assert_eq!(found.newer_suites().map(|suites| suites.preferred), preferred);
    }

    #[test]
    fn the_name_falls_back_to_the_id() {
        assert_eq!(Distribution::parse(FEDORA).name, "fedora");
        assert_eq!(Distribution::parse(BOOKWORM).name, "Debian GNU/Linux 12 (bookworm)");
    }
}
