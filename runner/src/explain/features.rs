//! Since which kernel there is what: the table `data/features.toml`, with its sources.
//!
//! It answers for a reason of a refusal. It does not ask a kernel.

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
    /// Where this is written.
    pub source: String,
    /// The family of the refusal on kernels without it, if it shows as one.
    #[serde(default)]
    pub family: Option<String>,
    /// How the kernel's reason then ends; any reason of the family, if this is empty.
    #[serde(default)]
    pub reason: String,
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
    let fits = |feature: &&Feature| {
        feature.family.as_deref() == Some(family) && reason.trim_end_matches('.').ends_with(&feature.reason)
    };
    features().iter().find(fits)
}

#[cfg(test)]
mod tests {
    use super::{Table, features, missing};

    #[test]
    fn the_table_is_whole() {
        let table: Table = toml::from_str(super::TABLE).unwrap();
        assert_eq!(table.feature.len(), features().len());
        for feature in features() {
            let version: Vec<u32> = feature.since.split('.').map(|part| part.parse().unwrap()).collect();
            assert_eq!(version.len(), 2, "{feature:?}");
            assert!(feature.source.starts_with("https://"), "{feature:?}");
            let known = |id: &String| crate::explain::families::all().any(|family| family.id == id);
            assert!(feature.family.as_ref().is_none_or(known), "{feature:?}");
        }
    }

    #[test]
    fn a_refusal_names_what_is_missing() {
        assert_eq!(missing("helper-unknown", "invalid func unknown#184").unwrap().since, "5.17");
        assert_eq!(missing("helper-unknown", "invalid func unknown#18").map(|f| &f.name), None);
        assert_eq!(missing("null-check", "R0 invalid mem access"), None);
    }
}
