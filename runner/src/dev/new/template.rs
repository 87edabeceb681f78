//! What a new lab consists of: texts with placeholders, filled in. Pure.
//!
//! The lab that comes out works: its solution counts system calls. Authors replace it piece by piece
//! and always have something that runs.

use std::path::PathBuf;

use super::Name;
use crate::{catalog::ExerciseSide, report::guidance::MARK};

/// What stands where the author is to write. In two pieces, because no file of ours may hold it whole.
pub(super) const AUTHORS_MARK: &str = concat!("TODO", "(author)");

/// The mutant that every new lab begins with.
pub(super) const MUTANT: &str = "hard-coded";

/// One file to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct File {
    /// Relative to the course's root.
    pub(super) path: PathBuf,
    /// Its text.
    pub(super) text: String,
}

/// The text of a template file.
macro_rules! template {
    ($name:literal) => {
        include_str!(concat!("../template/", $name, ".in"))
    };
}

/// The files that only differ in their words.
const BOTH: [(&str, &str); 4] = [
    ("labs/@LAB@/Cargo.toml", template!("both/guest-Cargo.toml")),
    ("labs/@LAB@/lab.toml", template!("both/lab.toml")),
    ("labs-ebpf/@LAB@/Cargo.toml", template!("both/ebpf-Cargo.toml")),
    ("book/src/@LAB@.md", template!("both/chapter.md")),
];

/// The learner writes what runs in the kernel.
const EBPF: [(&str, &str); 5] = [
    ("labs/@LAB@/src/main.rs", template!("ebpf/main.rs")),
    ("labs-ebpf/@LAB@/src/main.rs", template!("ebpf/object.rs")),
    ("labs-ebpf/@LAB@/src/exercise.rs", template!("ebpf/exercise.rs")),
    ("labs-ebpf/@LAB@/src/solution.rs", template!("ebpf/solution.rs")),
    ("labs-ebpf/@LAB@/mutants/@MUTANT@.rs", template!("ebpf/hard-coded.rs")),
];

/// The learner writes what runs in user space.
const USER: [(&str, &str); 6] = [
    ("labs/@LAB@/src/main.rs", template!("user/main.rs")),
    ("labs/@LAB@/src/lib.rs", template!("user/lib.rs")),
    ("labs/@LAB@/src/exercise.rs", template!("user/exercise.rs")),
    ("labs/@LAB@/src/solution.rs", template!("user/solution.rs")),
    ("labs/@LAB@/mutants/@MUTANT@.rs", template!("user/hard-coded.rs")),
    ("labs-ebpf/@LAB@/src/main.rs", template!("user/object.rs")),
];

/// All files of a new lab, in the order of their paths.
pub(super) fn files(name: &Name, side: ExerciseSide) -> Vec<File> {
    let (own, home, dependencies) = match side {
        ExerciseSide::Ebpf => (EBPF.as_slice(), "labs-ebpf", ""),
        ExerciseSide::Guest => (
            USER.as_slice(),
            "labs",
            "anyhow.workspace = true # what the exercise returns when something fails\n",
        ),
    };
    let words = [
        ("@LAB@", name.to_string()),
        ("@CRATE@", name.to_string().replace('-', "_")),
        ("@ID@", name.id().to_owned()),
        ("@NUMBER@", name.number().to_owned()),
        ("@HOME@", home.to_owned()),
        ("@GUEST_DEPENDENCIES@", dependencies.to_owned()),
        ("@MUTANT@", MUTANT.to_owned()),
        ("@MARK@", MARK.to_owned()),
        ("@TODO@", AUTHORS_MARK.to_owned()),
    ];
    let filled = |text: &str| {
        words.iter().fold(text.to_owned(), |text, (placeholder, word)| text.replace(placeholder, word))
    };
    let file = |(path, text): &(&str, &str)| File { path: filled(path).into(), text: filled(text) };
    let mut files: Vec<File> = BOTH.iter().chain(own).map(file).collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::{Catalog, Manifest, Mutant};
    use rstest::rstest;

    fn written(side: ExerciseSide) -> Vec<File> {
        let empty = tempfile::tempdir().expect("a temporary folder");
        std::fs::create_dir(empty.path().join("labs")).expect("the folder");
        let catalog = Catalog::discover(empty.path(), &["6.1".into()]).expect("an empty catalog");
        files(&Name::parse("lab-04-guard", &catalog).expect("a good name"), side)
    }

    #[rstest]
    #[case::ebpf(ExerciseSide::Ebpf)]
    #[case::user(ExerciseSide::Guest)]
    fn the_files(#[case] side: ExerciseSide) {
        let list: String = written(side).iter().map(|file| format!("{}\n", file.path.display())).collect();
        insta::assert_snapshot!(format!("new_files_{side:?}"), list);
    }

    #[rstest]
    #[case::ebpf(ExerciseSide::Ebpf)]
    #[case::user(ExerciseSide::Guest)]
    fn no_placeholder_is_left_and_the_learners_mark_stands_in_one_file(#[case] side: ExerciseSide) {
        let files = written(side);
        let left = files.iter().find(|file| file.text.contains('@'));
        assert_eq!(left, None);
        let marked: Vec<_> = files.iter().filter(|file| file.text.contains(MARK)).collect();
        assert_eq!(marked.len(), 1, "{marked:?}");
        assert!(marked[0].path.ends_with("src/exercise.rs"));
    }

    #[rstest]
    #[case::ebpf(ExerciseSide::Ebpf)]
    #[case::user(ExerciseSide::Guest)]
    fn manifest_and_mutant_can_be_read(#[case] side: ExerciseSide) {
        let files = written(side);
        let text = |end: &str| {
            &files.iter().find(|file| file.path.ends_with(end)).unwrap_or_else(|| panic!("no `{end}`")).text
        };
        let manifest = Manifest::parse(text("lab.toml"), "lab.toml").expect("a good manifest");
        let checks: Vec<&str> = manifest.checks.iter().map(|check| check.name.as_str()).collect();
        let mutant =
            Mutant::parse(MUTANT, "m.rs".into(), text("hard-coded.rs"), &checks).expect("a good mutant");
        assert_eq!(mutant.check.as_deref(), Some("count"));
    }
}
