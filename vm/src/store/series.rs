//! The list of kernels, from `vm/kernels.toml`.
//!
//! It does not know which of them are in the cache.

use std::sync::LazyLock;

use serde::Deserialize;

use super::StoreError;

/// What the last series is also called.
pub const NEWEST: &str = "newest";

/// One kernel of the matrix: where its packages are found. The fields are described in `vm/kernels.toml`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// What is asked for: `6.1`.
    pub name: String,
    /// Regular expression (POSIX extended) of the releases that belong to it.
    pub release: String,
    /// Packages that together hold a kernel, with `{release}` in their names; the first names the version.
    pub packages: Vec<String>,
    /// Suites with small indexes, looked at first.
    pub suites: Vec<String>,
    /// Suites with large indexes, looked at when the first have no file left.
    #[serde(default)]
    pub fallback_suites: Vec<String>,
    /// About what a first fetch downloads, in MB (10^6 bytes), without indexes.
    pub download_mb: u32,
    /// About what is kept, in MB (10^6 bytes).
    pub disk_mb: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    series: Vec<Series>,
}

static ALL: LazyLock<Vec<Series>> = LazyLock::new(|| {
    let list: List =
        toml::from_str(include_str!("../../kernels.toml")).expect("a test reads vm/kernels.toml");
    list.series
});

/// All kernels of the matrix, oldest first.
pub fn all() -> &'static [Series] {
    &ALL
}

/// The series of a name in a list; `newest` is the last one.
///
/// # Errors
/// [`StoreError::UnknownSeries`].
pub(super) fn find(list: &'static [Series], name: &str) -> Result<&'static Series, StoreError> {
    let found = match name {
        NEWEST => list.last(),
        name => list.iter().find(|series| series.name == name),
    };
    found.ok_or_else(|| StoreError::UnknownSeries {
        name: name.to_owned(),
        known: list.iter().map(|series| series.name.clone()).chain([NEWEST.to_owned()]).collect(),
    })
}

impl Series {
    /// The expression that finds all versions of the first package.
    pub(super) fn pattern(&self) -> String {
        let (before, after) = self.around();
        format!("^{before}{}{after}$", self.release)
    }

    /// The release that a found first package holds.
    pub(super) fn release_of(&self, package: &str) -> Option<String> {
        let (before, after) = self.around();
        package.strip_prefix(before)?.strip_suffix(after).map(ToOwned::to_owned)
    }

    /// The names of all packages of a release.
    pub(super) fn packages_of(&self, release: &str) -> Vec<String> {
        self.packages.iter().map(|name| name.replace("{release}", release)).collect()
    }

    fn around(&self) -> (&str, &str) {
        self.packages.first().and_then(|name| name.split_once("{release}")).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_whole_and_in_order() {
        let names: Vec<&str> = all().iter().map(|series| series.name.as_str()).collect();
        assert_eq!(names, ["5.10", "6.1", "6.12", "6.18", "7.3"]);
        for series in all() {
            assert!(series.packages.iter().all(|name| name.contains("{release}")), "{series:?}");
            assert!(!series.suites.is_empty(), "{series:?}");
        }
    }

    #[test]
    fn newest_is_the_last() {
        assert_eq!(find(all(), "newest").expect("newest").name, "7.3");
    }

    #[test]
    fn an_unknown_name_lists_the_right_ones() {
        let error = find(all(), "6.2").expect_err("no 6.2").to_string();
        assert_eq!(
            error,
            "there is no kernel `6.2` in the list\n\
             hint: use one of `5.10`, `6.1`, `6.12`, `6.18`, `7.3`, `newest`, or the path of a kernel image"
        );
    }

    #[test]
    fn the_release_is_in_the_packages_name() {
        let series = find(all(), "5.10").expect("5.10");
        assert_eq!(series.pattern(), "^linux-image-5[.]10[.]0-[0-9]+-cloud-amd64-unsigned$");
        let release = series.release_of("linux-image-5.10.0-43-cloud-amd64-unsigned");
        assert_eq!(release.as_deref(), Some("5.10.0-43-cloud-amd64"));
        assert_eq!(series.packages_of("R"), ["linux-image-R-unsigned"]);
    }
}
