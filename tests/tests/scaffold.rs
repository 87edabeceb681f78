//! A new lab from the template builds, is accepted, passes with its solution, and fails without.
//!
//! One test in a process of its own, because the command line finds the course from the working directory.

use std::{fs, os::unix::fs::symlink, path::Path};

use clap::Parser;
use runner::{
    cli::Cli,
    commands::{self, DID_NOT_PASS, PASSED},
    paths::Paths,
};
use tests::{Finding, Tree, rules};

/// The learner writes what runs in the kernel.
const LAB: &str = "lab-97-scaffold";

/// The learner writes what runs in user space.
const USER_LAB: &str = "lab-98-scaffold-user";

/// A copy of the course's files. What cargo and aya made of them is shared: only the new lab is compiled.
fn copy_of_the_course(course: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a copy of the course");
    for file in Tree::of_repository().paths() {
        let to = copy.path().join(file);
        fs::create_dir_all(to.parent().expect("a copy of the course")).expect("a copy of the course");
        fs::copy(course.join(file), to).expect("a copy of the course");
    }
    fs::create_dir(copy.path().join("target")).expect("a copy of the course");
    for folder in ["guest", "ebpf"] {
        fs::create_dir_all(course.join("target").join(folder)).expect("a copy of the course");
        symlink(course.join("target").join(folder), copy.path().join("target").join(folder))
            .expect("a copy of the course");
    }
    copy
}

/// What the command line answers, as an exit code.
fn runner(words: &[&str]) -> u8 {
    let cli = Cli::parse_from([&["runner"], words].concat());
    commands::run(cli).unwrap_or_else(|error| panic!("{words:?}: {}", commands::message(&error)))
}

/// The repository with the files of the new labs, and with their lines in the summary.
fn with_new_labs(copy: &Path) -> Tree {
    let summary = "book/src/SUMMARY.md";
    let mut tree = Tree::of_repository();
    let mut listed = tree.text(summary).expect("a copy of the course").to_owned();
    for lab in [LAB, USER_LAB] {
        listed += &format!("- [New]({lab}.md)\n");
        let chapter = format!("book/src/{lab}.md");
        tree = tree.with(&chapter, &fs::read_to_string(copy.join(&chapter)).expect("a copy of the course"));
        let mut folders = vec![Path::new("labs").join(lab), Path::new("labs-ebpf").join(lab)];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(copy.join(&folder)).expect("a copy of the course").flatten() {
                let path = folder.join(entry.file_name());
                match entry.file_type().expect("a copy of the course").is_dir() {
                    true => folders.push(path),
                    false => {
                        tree = tree.with(
                            path.to_str().expect("a copy of the course"),
                            &fs::read_to_string(copy.join(&path)).expect("a copy of the course"),
                        );
                    }
                }
            }
        }
    }
    tree.with(summary, &listed)
}

/// What the rules find in the new labs, beyond what is left to the author.
fn broken_rules(tree: &Tree) -> Vec<String> {
    let new = |finding: &Finding| [LAB, USER_LAB].iter().any(|lab| finding.to_string().contains(lab));
    let left = |finding: &Finding| finding.what == "says `TODO`";
    let all = rules::ALL.iter().copied().flatten().flat_map(|rule| (rule.find)(tree));
    all.filter(|finding| new(finding) && !left(finding)).map(|finding| finding.to_string()).collect()
}

#[test]
fn a_new_lab_keeps_all_promises_apart_from_its_text() {
    let course = Paths::discover().expect("a copy of the course").course;
    let copy = copy_of_the_course(&course);
    std::env::set_current_dir(copy.path()).expect("a copy of the course");
    assert_eq!(runner(&["dev", "new", LAB]), PASSED);
    assert_eq!(runner(&["dev", "new", USER_LAB, "--user"]), PASSED);
    assert_eq!(runner(&["dev", "accept", LAB, USER_LAB, "--yes"]), PASSED);
    assert_eq!(runner(&["check", LAB, USER_LAB, "--solution"]), PASSED);
    for lab in [LAB, USER_LAB] {
        assert_eq!(runner(&["check", lab, "--solution", "--seed", "7", "--kernel", "6.1"]), PASSED);
        assert_eq!(runner(&["check", lab, "--kernel", "6.1"]), DID_NOT_PASS);
        assert_eq!(runner(&["check", lab, "--mutant", "hard-coded", "--kernel", "6.1"]), DID_NOT_PASS);
    }
    assert_eq!(broken_rules(&with_new_labs(copy.path())), [""; 0]);
}
