//! Since which kernel there is what: the table `data/features.toml`, with its sources.
//!
//! It answers for a reason of a refusal, or for the text of an error. It does not ask a kernel. Where a text
//! may have another cause than an old kernel, the table does not claim it.

use std::sync::LazyLock;

use serde::Deserialize;

/// The table.
const TABLE: &str = include_str!("../../data/features.toml");

/// Something that came with a kernel version.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Feature {
    /// What it is, as part of a sentence: "the helper `bpf_loop`".
    pub name: String,
    /// The first kernel that has it: `5.17`.
    pub since: String,
    /// Where this is written: a commit of the kernel, or a page.
    pub source: String,
    /// Where the feature is described, if there is such a page.
    #[serde(default)]
    pub page: Option<String>,
    /// The family of the refusal on kernels without it, if it shows as one.
    #[serde(default)]
    pub family: Option<String>,
    /// How the kernel's reason then ends; any reason of the family, if this is empty. A `…` stands for anything.
    #[serde(default)]
    pub reason: String,
    /// What is in the text of the error on kernels without it, if it shows as an error and not as a refusal.
    /// All of these are, as Aya 0.14 writes it.
    #[serde(default)]
    pub error: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    feature: Vec<Feature>,
}

/// All features. Empty if the table cannot be read, which a test forbids.
static FEATURES: LazyLock<Vec<Feature>> =
    LazyLock::new(|| toml::from_str::<Table>(TABLE).map(|table| table.feature).unwrap_or_default());

/// All features, in the table's order.
#[must_use]
pub fn features() -> &'static [Feature] {
    &FEATURES
}

/// The feature whose absence a reason shows.
#[must_use]
pub fn missing(family: &str, reason: &str) -> Option<&'static Feature> {
    let reason = reason.trim_end_matches('.');
    let fits =
        |feature: &&Feature| feature.family.as_deref() == Some(family) && ends_with(reason, &feature.reason);
    features().iter().find(fits)
}

/// The feature whose absence the text of an error shows: of loading, of creating a map, of attaching.
#[must_use]
pub fn missing_for_error(error: &str) -> Option<&'static Feature> {
    let fits = |feature: &&Feature| {
        !feature.error.is_empty() && feature.error.iter().all(|part| error.contains(part.as_str()))
    };
    features().iter().find(fits)
}

/// Whether a reason ends like a row says.
fn ends_with(reason: &str, end: &str) -> bool {
    match end.split_once('…') {
        Some((before, end)) => reason.strip_suffix(end).is_some_and(|start| start.contains(before)),
        None => reason.ends_with(end),
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use rstest::rstest;

    use super::{Feature, Table, features, missing, missing_for_error};

    /// The helpers that came after 5.10, which ends with 155.
    const HELPERS: std::ops::RangeInclusive<u32> = 156..=211;

    fn version(text: &str) -> (u32, u32) {
        let (major, minor) = text.split_once('.').unwrap_or_else(|| panic!("`{text}` has no two numbers"));
        (major.parse().unwrap(), minor.parse().unwrap())
    }

    #[test]
    fn the_table_is_whole() {
        let table: Table = toml::from_str(super::TABLE).unwrap();
        assert_eq!(table.feature.len(), features().len());
        for feature in features() {
            assert!(version(&feature.since) > (5, 10), "{feature:?}");
            assert!(feature.source.starts_with("https://"), "{feature:?}");
            assert!(feature.page.as_ref().is_none_or(|page| page.starts_with("https://")), "{feature:?}");
            let known = |id: &String| crate::explain::families::all().any(|family| family.id == id);
            assert!(feature.family.as_ref().is_none_or(known), "{feature:?}");
            assert!(feature.reason.is_empty() || feature.family.is_some(), "{feature:?}");
            assert!(!feature.reason.ends_with('.'), "the dot is cut off before: {feature:?}");
            assert!(feature.error.iter().all(|part| !part.is_empty()), "{feature:?}");
        }
    }

    #[test]
    fn commits_are_named_in_full() {
        const COMMIT: &str = "https://github.com/torvalds/linux/commit/";
        let commits = features().iter().filter_map(|feature| feature.source.strip_prefix(COMMIT));
        for commit in commits {
            assert!(commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit()), "{commit}");
        }
    }

    #[test]
    fn no_row_stands_twice() {
        let mut names = BTreeSet::new();
        let mut looks = BTreeSet::new();
        for feature in features() {
            assert!(names.insert(&feature.name), "{feature:?}");
            let Feature { family, reason, error, .. } = feature;
            let shows = family.is_some() || !error.is_empty();
            assert!(!shows || looks.insert((family, reason, error)), "{feature:?}");
        }
    }

    #[test]
    fn all_helpers_after_5_10_are_there_in_the_order_in_which_they_came() {
        let helpers = features().iter().filter(|feature| feature.name.starts_with("the helper "));
        let mut numbers = HELPERS;
        let mut before = (5, 10);
        for helper in helpers {
            let number = numbers.next().unwrap_or_else(|| panic!("one too many: {helper:?}"));
            assert_eq!(helper.reason, format!("unknown#{number}"), "{helper:?}");
            assert_eq!(helper.family.as_deref(), Some("helper-unknown"), "{helper:?}");
            assert!(version(&helper.since) >= before, "{helper:?}");
            before = version(&helper.since);
        }
        assert_eq!(numbers.next(), None);
        let unknown = features().iter().filter(|feature| feature.reason.starts_with("unknown#"));
        assert_eq!(unknown.count(), HELPERS.count());
    }

    #[rstest]
    #[case::helper("helper-unknown", "invalid func unknown#184", Some("5.17"))]
    #[case::no_helper("helper-unknown", "invalid func unknown#18", None)]
    #[case::pointer("global-function", "Arg#0 type PTR in first_of() is not supported yet.", Some("5.12"))]
    #[case::structure("global-function", "Arg#0 type STRUCT in first_of() is not supported yet.", None)]
    #[case::atomic("unsupported-atomic", "BPF_STX uses reserved fields", Some("5.12"))]
    #[case::acquire("unsupported-atomic", "BPF_ATOMIC uses invalid atomic opcode 100", Some("6.15"))]
    #[case::no_atomic("unsupported-atomic", "BPF_ATOMIC uses invalid atomic opcode 77", None)]
    #[case::no_jit("callback-unsupported", "callbacks are not allowed in non-JITed programs", None)]
    #[case::stack("combined-stack", "combined stack size of 2 calls is 672. Too large", Some("6.13"))]
    #[case::one_stack("combined-stack", "stack size of subprog 1 is 520. Too large", None)]
    #[case::depth("call-depth", "the call stack of 9 frames is too deep", Some("7.2"))]
    #[case::more_depth("call-depth", "the call stack of 17 frames is too deep", None)]
    #[case::never_missing("null-check", "R0 invalid mem access", None)]
    fn a_refusal_names_what_is_missing(
        #[case] family: &str,
        #[case] reason: &str,
        #[case] since: Option<&str>,
    ) {
        assert_eq!(missing(family, reason).map(|feature| feature.since.as_str()), since);
    }

    #[rstest]
    #[case::tcx("`bpf_mprog_attach` failed: Invalid argument (os error 22)", Some("6.6"))]
    #[case::cookie("providing an attach cookie is not supported", Some("5.15"))]
    #[case::iterator("unknown BTF type `bpf_iter_cgroup`", Some("6.1"))]
    #[case::busy("`bpf_mprog_attach` failed: Device or resource busy (os error 16)", None)]
    #[case::link("`bpf_link_create` failed: Invalid argument (os error 22)", None)]
    #[case::pin("Invalid link", None)]
    #[case::map("failed to create map `X`: Invalid argument (os error 22)", None)]
    #[case::nothing("", None)]
    fn an_error_names_what_is_missing(#[case] error: &str, #[case] since: Option<&str>) {
        assert_eq!(missing_for_error(error).map(|feature| feature.since.as_str()), since);
    }

    /// What the table says about the recorded logs: pairs of log and version.
    fn named_in_recorded_logs() -> BTreeSet<(String, String)> {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/verifier");
        let folders = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().path());
        let files = folders.filter(|path| path.is_dir()).flat_map(|folder| fs::read_dir(folder).unwrap());
        let mut named = BTreeSet::new();
        for file in files.map(|entry| entry.unwrap().path()) {
            let Some(log) = file.to_str().unwrap().strip_suffix(".log") else { continue };
            let kernel = log.rsplit(['/', '@']).next().unwrap();
            let explanation = crate::explain::explain(&fs::read_to_string(&file).unwrap(), None);
            let (Some(family), Some(reason)) = (explanation.family, explanation.reason) else { continue };
            let Some(feature) = missing(family.id, &reason) else { continue };
            assert!(version(&feature.since) > version(kernel), "{log} names {feature:?}");
            let folder = file.parent().unwrap().file_name().unwrap().to_str().unwrap();
            named.insert((format!("{folder}/{}", log.rsplit('/').next().unwrap()), feature.since.clone()));
        }
        named
    }

    #[test]
    fn what_a_recorded_log_lacks_came_after_its_kernel() {
        let named = named_in_recorded_logs();
        let named: Vec<String> = named.iter().map(|(log, since)| format!("{log}: {since}")).collect();
        let expected = [
            "call-depth/5.10: 7.2",
            "call-depth/6.1: 7.2",
            "call-depth/6.12: 7.2",
            "call-depth/6.18: 7.2",
            "callback-unsupported/5.10: 5.13",
            "callback-unsupported/callback-return@5.10: 5.13",
            "combined-stack/5.10: 6.13",
            "combined-stack/6.1: 6.13",
            "combined-stack/6.12: 6.13",
            "global-function/5.10: 5.12",
            "helper-unknown/dynptr@5.10: 5.19",
            "helper-unknown/ret@5.10: 5.17",
            "kernel-function/5.10: 5.13",
            "stack-uninitialised/5.10: 6.3",
            "stack-uninitialised/key@5.10: 6.3",
            "unsupported-atomic/5.10: 5.12",
        ];
        assert_eq!(named, expected);
    }
}
