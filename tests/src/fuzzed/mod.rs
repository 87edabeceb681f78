//! What holds for every input that comes from outside, whatever its bytes: the properties that are fuzzed.
//!
//! Each is a function that panics where it does not hold. `runner/fuzz` gives it bytes without end; the tests
//! here give it the seeds, so that a broken promise is found without a fuzzer, too.

pub mod error;
pub mod log;
pub mod manifest;
pub mod object;
pub mod progress;
mod shown;
pub mod transcript;

/// What a target does with its bytes.
pub type Property = fn(&[u8]);

/// All properties, by the names of the targets.
pub const ALL: &[(&str, Property)] = &[
    ("error", error::holds),
    ("log", log::holds),
    ("manifest", manifest::holds),
    ("object", object::holds),
    ("progress", progress::holds),
    ("transcript", transcript::holds),
];

/// A line that is shown to a person: one line, and nothing in it moves a terminal's cursor.
#[track_caller]
fn assert_printable(lines: &[String]) {
    for line in lines {
        assert!(!line.contains(char::is_control), "a line moves the cursor: {line:?}");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use rstest::rstest;
    use runner::dev::TARGETS;

    use super::{ALL, Property};
    use crate::tree;

    fn property(target: &str) -> Property {
        let found = ALL.iter().find(|(name, _)| *name == target);
        found.unwrap_or_else(|| panic!("`{target}` has no property")).1
    }

    #[rstest]
    #[case::error("error", 100)]
    #[case::log("log", 250)]
    #[case::manifest("manifest", 4)]
    #[case::object("object", 1)]
    #[case::progress("progress", 3)]
    #[case::transcript("transcript", 3)]
    fn seeds_keep_the_property(#[case] target: &str, #[case] at_least: usize) {
        let property = property(target);
        let target = TARGETS.iter().find(|found| found.name == target).unwrap();
        let seeds = target.seeds(&tree::root()).unwrap();
        assert!(seeds.len() >= at_least, "only {} seeds", seeds.len());
        for seed in seeds {
            // Shown if the property panics.
            println!("{}", seed.display());
            let bytes = fs::read(&seed).unwrap();
            let (begin, end) = bytes.split_at(bytes.len() / 2);
            for part in [&bytes, begin, end] {
                property(part);
            }
        }
    }

    #[test]
    fn every_target_has_a_property_a_program_and_a_place_in_the_manifest() {
        let tree = crate::Tree::of_repository();
        let manifest = tree.text("runner/fuzz/Cargo.toml").unwrap();
        let targets: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        let properties: Vec<&str> = ALL.iter().map(|(name, _)| *name).collect();
        assert_eq!(targets, properties);
        for name in targets {
            let program = tree.text(&format!("runner/fuzz/fuzz_targets/{name}.rs")).unwrap_or_default();
            assert!(program.contains(&format!("tests::fuzzed::{name}::holds(bytes)")), "{name}: {program}");
            assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in the manifest");
        }
    }
}
