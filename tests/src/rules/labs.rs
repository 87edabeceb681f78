//! What every lab has, and where.
//!
//! That manifests and snapshots can be read at all is the catalog's matter: it says so with the line.

use std::collections::BTreeSet;

use runner::{catalog::Manifest, judge::VerdictKind};

use crate::{Finding, Rule, Tree};

/// All rules of this file.
pub const ALL: &[Rule] = &[MARKED, DIFFERENT, MUTATED, RECORDED, FOLLOWED, TOLD, PAIRED, LICENSED, CONFINED];

/// Each exercise is marked where the learner writes.
pub const MARKED: Rule = Rule {
    holds: "each exercise says where the learner writes",
    mend: "write a comment with the mark in `exercise.rs`, unless its manifest declares that it passes as it is",
    find: |tree| {
        let unmarked =
            |lab: &&Lab<'_>| lab.learner_writes() && lab.exercise().is_some_and(|text| !text.contains(MARK));
        labs(tree)
            .iter()
            .filter(unmarked)
            .map(|lab| Finding::file(lab.path("src/exercise.rs"), format!("has no `{MARK}`")))
            .collect()
    },
};

/// No exercise is solved.
pub const DIFFERENT: Rule = Rule {
    holds: "what the course gives away is not the solution, and no mutant is either of them",
    mend: "take out of `exercise.rs` what the learner has to write; write what is wrong into the mutant",
    find: |tree| {
        let mut findings = Vec::new();
        for lab in labs(tree) {
            let (exercise, solution) = (lab.exercise(), lab.text("src/solution.rs"));
            if solution.is_some() && exercise == solution {
                findings.push(Finding::file(lab.path("src/exercise.rs"), "is equal to `solution.rs`"));
            }
            for (path, text) in lab.mutants() {
                let text = text.split_once('\n').map(|(_, code)| code);
                if text.is_some() && [exercise, solution].contains(&text) {
                    findings.push(Finding::file(path, "is equal to the exercise or the solution"));
                }
            }
        }
        findings
    },
};

/// Each lab can tell right from wrong.
pub const MUTATED: Rule = Rule {
    holds: "each lab has at least one mutant",
    mend: "write a wrong solution into `mutants/NAME.rs` beside `src`; `CONTRIBUTING.md` describes its first line",
    find: |tree| {
        let alone = |lab: &&Lab<'_>| lab.home.is_some() && lab.mutants().next().is_none();
        labs(tree)
            .iter()
            .filter(alone)
            .map(|lab| Finding::file(lab.path("mutants"), "holds no mutant"))
            .collect()
    },
};

/// A pass is not the end.
pub const FOLLOWED: Rule = Rule {
    holds: "each lab says after a pass what was used and what to try next, up to four things each",
    mend: "write `used` and `try_next` in `lab.toml`, a sentence each",
    find: |tree| {
        let mut findings = Vec::new();
        for lab in labs(tree) {
            let Some(manifest) = &lab.manifest else { continue };
            for (key, things) in [("used", &manifest.used), ("try_next", &manifest.try_next)] {
                if !(1..=4).contains(&things.len()) {
                    let file = format!("labs/{}/lab.toml", lab.name);
                    findings.push(Finding::file(file, format!("says {} things in `{key}`", things.len())));
                }
            }
        }
        findings
    },
};

/// Each check has expected observations.
pub const RECORDED: Rule = Rule {
    holds: "each check of each lab has a snapshot for each kernel that the lab works on",
    mend: "run `cargo runner dev accept LAB` and review what it writes",
    find: |tree| {
        let mut findings = Vec::new();
        for lab in labs(tree) {
            let Some(manifest) = &lab.manifest else { continue };
            let folder = format!("labs/{}/snapshots", lab.name);
            for check in &manifest.checks {
                let own = |kernel: &str| tree.has(&format!("{folder}/{}@{kernel}.snap", check.name));
                if !tree.has(&format!("{folder}/{}.snap", check.name)) && !lab.kernels().all(own) {
                    findings.push(Finding::file(
                        &folder,
                        format!("has no snapshot of the check `{}`", check.name),
                    ));
                }
            }
        }
        findings
    },
};

/// Each lab has its chapter.
pub const TOLD: Rule = Rule {
    holds: "each lab has a chapter, and the book's summary lists it",
    mend: "write `book/src/LAB.md`, and a line for it in `book/src/SUMMARY.md`",
    find: |tree| {
        let summary = "book/src/SUMMARY.md";
        let listed = tree.text(summary).unwrap_or_default();
        let mut findings = Vec::new();
        for Lab { name, .. } in labs(tree) {
            let chapter = format!("book/src/{name}.md");
            if !tree.has(&chapter) {
                findings.push(Finding::file(chapter, "is missing"));
            }
            if !listed.contains(&format!("({name}.md)")) {
                findings.push(Finding::file(summary, format!("does not list `{name}.md`")));
            }
        }
        findings
    },
};

/// The two sides of a lab belong together.
pub const PAIRED: Rule = Rule {
    holds: "a folder in `labs-ebpf` has a lab of the same name, and packages are called like their folders (with `-ebpf` there: a lock file cannot tell two packages of one name apart)",
    mend: "rename or remove one of them; `cargo runner dev new lab-NN-topic` writes both",
    find: |tree| {
        let mut findings = Vec::new();
        for (side, suffix) in [("labs", ""), ("labs-ebpf", "-ebpf")] {
            for name in folders(tree, side) {
                let manifest = format!("{side}/{name}/Cargo.toml");
                let text = tree.text(&manifest).unwrap_or_default();
                if !text.lines().any(|line| line == format!("name = \"{name}{suffix}\"")) {
                    findings
                        .push(Finding::file(manifest, format!("does not name its package `{name}{suffix}`")));
                }
                if side == "labs-ebpf" && !tree.has(&format!("labs/{name}/lab.toml")) {
                    findings
                        .push(Finding::file(format!("{side}/{name}"), "has no lab of this name in `labs`"));
                }
            }
        }
        findings
    },
};

/// The kernel is told the licence of each object.
pub const LICENSED: Rule = Rule {
    holds: "each eBPF object tells the kernel that its licence is Dual MIT/GPL",
    mend: "copy the `LICENSE` static from the `main.rs` of another lab in `labs-ebpf`",
    find: |tree| {
        let mains =
            folders(tree, "labs-ebpf").into_iter().map(|name| format!("labs-ebpf/{name}/src/main.rs"));
        let licensed = |path: &String| {
            let text = tree.text(path).unwrap_or_default();
            text.contains("link_section = \"license\"") && text.contains("*b\"Dual MIT/GPL\\0\"")
        };
        mains
            .filter(|path| !licensed(path))
            .map(|path| Finding::file(path, "has no such `license` section"))
            .collect()
    },
};

/// No user-space exercise can write what is observed.
pub const CONFINED: Rule = Rule {
    holds: "a user-space exercise is a library without unsafe code, and only the confined process runs it",
    mend: "read `labs/kit/src/confined.rs`: `src/lib.rs` with the exercise and `#![forbid(unsafe_code)]`, `src/main.rs` with `lab_with_exercise`",
    find: |tree| {
        let mut findings = Vec::new();
        for lab in labs(tree) {
            if lab.home.as_deref() != Some(&format!("labs/{}", lab.name)) {
                continue;
            }
            for (file, wanted) in
                [("src/lib.rs", "#![forbid(unsafe_code)]"), ("src/main.rs", "lab_with_exercise")]
            {
                if !lab.text(file).unwrap_or_default().contains(wanted) {
                    findings.push(Finding::file(lab.path(file), format!("has no `{wanted}`")));
                }
            }
        }
        findings
    },
};

/// What marks the place in an exercise; in two parts, so that this file has none.
const MARK: &str = concat!("TO", "DO(lab)");

/// A lab as files.
struct Lab<'a> {
    tree: &'a Tree,
    name: &'a str,
    manifest: Option<Manifest>,
    /// The folder whose `src` holds the exercise.
    home: Option<String>,
}

impl<'a> Lab<'a> {
    fn learner_writes(&self) -> bool {
        self.manifest.as_ref().is_some_and(|manifest| manifest.exercise != VerdictKind::Passed)
    }

    fn path(&self, file: &str) -> String {
        format!("{}/{file}", self.home.as_deref().unwrap_or(self.name))
    }

    fn text(&self, file: &str) -> Option<&'a str> {
        self.tree.text(&self.path(file))
    }

    fn exercise(&self) -> Option<&'a str> {
        self.text("src/exercise.rs")
    }

    fn mutants(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let folder = self.path("mutants/");
        self.tree.ending(".rs").filter(move |(path, _)| path.starts_with(&folder))
    }

    /// The kernels of the list that are not too old for it.
    fn kernels(&self) -> impl Iterator<Item = &'static str> {
        let oldest = self.manifest.as_ref().and_then(|manifest| manifest.min_kernel);
        let works = move |name: &&str| {
            oldest.is_none_or(|oldest| name.parse().is_ok_and(|version| oldest <= version))
        };
        vm::store::series::all().iter().map(|series| series.name.as_str()).filter(works)
    }
}

fn labs(tree: &Tree) -> Vec<Lab<'_>> {
    folders(tree, "labs")
        .into_iter()
        .map(|name| {
            let file = format!("labs/{name}/lab.toml");
            let manifest = tree.text(&file).and_then(|text| Manifest::parse(text, &file).ok());
            let homes = [format!("labs-ebpf/{name}"), format!("labs/{name}")];
            let home = homes.into_iter().find(|home| tree.has(&format!("{home}/src/exercise.rs")));
            Lab { tree, name, manifest, home }
        })
        .collect()
}

/// The names of the labs' folders on one side.
fn folders<'a>(tree: &'a Tree, side: &str) -> BTreeSet<&'a str> {
    let name =
        |path: &'a str| path.strip_prefix(side)?.strip_prefix('/')?.split_once('/').map(|(name, _)| name);
    tree.paths().filter_map(name).filter(|name| name.starts_with("lab-")).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{
        rule::bites,
        sample::{MANIFEST, good},
    };

    const EXERCISE: &str = "labs-ebpf/lab-01-hello/src/exercise.rs";
    const SOLUTION: &str = "//! The reference.\nfn count() {}\n";

    #[rstest]
    #[case::unmarked(&MARKED, good().with(EXERCISE, "//! x\n"), &format!("{EXERCISE}: has no `{MARK}`"))]
    #[case::solved(&DIFFERENT, good().with(EXERCISE, SOLUTION), &format!("{EXERCISE}: is equal to `solution.rs`"))]
    #[case::right_mutant(
        &DIFFERENT,
        good().with("labs-ebpf/lab-01-hello/mutants/b.rs", &format!("// fails: Differs: 0\n{SOLUTION}")),
        "labs-ebpf/lab-01-hello/mutants/b.rs: is equal to the exercise or the solution"
    )]
    #[case::no_mutant(
        &MUTATED,
        good().without("labs-ebpf/lab-01-hello/mutants/none.rs"),
        "labs-ebpf/lab-01-hello/mutants: holds no mutant"
    )]
    #[case::no_snapshot(
        &RECORDED,
        good().without("labs/lab-01-hello/snapshots/count.snap"),
        "labs/lab-01-hello/snapshots: has no snapshot of the check `count`"
    )]
    #[case::only_one_kernel(
        &RECORDED,
        good().without("labs/lab-01-hello/snapshots/count.snap").with("labs/lab-01-hello/snapshots/count@6.1.snap", ""),
        "labs/lab-01-hello/snapshots: has no snapshot of the check `count`"
    )]
    #[case::nothing_to_try(
        &FOLLOWED,
        good().with("labs/lab-01-hello/lab.toml", &MANIFEST.replace("try_next = [\"another map\"]\n", "")),
        "labs/lab-01-hello/lab.toml: says 0 things in `try_next`"
    )]
    #[case::no_chapter(&TOLD, good().without("book/src/lab-01-hello.md"), "book/src/lab-01-hello.md: is missing")]
    #[case::not_listed(
        &TOLD,
        good().with("book/src/SUMMARY.md", "# Summary\n"),
        "book/src/SUMMARY.md: does not list `lab-01-hello.md`"
    )]
    #[case::package_name(
        &PAIRED,
        good().with("labs/lab-01-hello/Cargo.toml", "name = \"hello\"\n"),
        "labs/lab-01-hello/Cargo.toml: does not name its package `lab-01-hello`"
    )]
    #[case::no_lab(
        &PAIRED,
        good().with("labs-ebpf/lab-02-x/Cargo.toml", "name = \"lab-02-x-ebpf\"\n"),
        "labs-ebpf/lab-02-x: has no lab of this name in `labs`"
    )]
    #[case::another_licence(
        &LICENSED,
        good().with("labs-ebpf/lab-01-hello/src/main.rs", "#[link_section = \"license\"]\nstatic L: [u8; 4] = *b\"MIT\\0\";\n"),
        "labs-ebpf/lab-01-hello/src/main.rs: has no such `license` section"
    )]
    #[case::in_the_open(
        &CONFINED,
        user_lab().with("labs/lab-02-x/src/main.rs", "//! The guest program.\nmod exercise;\n"),
        "labs/lab-02-x/src/main.rs: has no `lab_with_exercise`"
    )]
    #[case::unsafe_library(
        &CONFINED,
        user_lab().with("labs/lab-02-x/src/lib.rs", "//! The exercise.\n"),
        "labs/lab-02-x/src/lib.rs: has no `#![forbid(unsafe_code)]`"
    )]
    fn breaking(#[case] rule: &Rule, #[case] broken: Tree, #[case] expected: &str) {
        bites(rule, &broken, expected);
    }

    /// The good tree with a lab whose exercise is user-space code.
    fn user_lab() -> Tree {
        let tree = good()
            .with("labs/lab-02-x/src/exercise.rs", "//! x\n")
            .with("labs/lab-02-x/src/lib.rs", "#![forbid(unsafe_code)]\n")
            .with("labs/lab-02-x/src/main.rs", "kit::lab_with_exercise();\n");
        assert_eq!(CONFINED.check(&tree), Ok(()));
        tree
    }

    #[test]
    fn a_lab_that_passes_as_it_is_needs_no_mark() {
        let manifest = MANIFEST.replace("Differs", "Passed");
        let tree = good().with("labs/lab-01-hello/lab.toml", &manifest).with(EXERCISE, "//! x\n");
        assert_eq!(MARKED.check(&tree), Ok(()));
    }

    #[test]
    fn a_snapshot_for_each_kernel_from_the_oldest_is_enough() {
        let snapshots = "labs/lab-01-hello/snapshots";
        let newest = vm::store::series::all().last().expect("there are kernels").name.clone();
        let manifest = format!("min_kernel = \"{newest}\"\n{MANIFEST}");
        let tree =
            good().without(&format!("{snapshots}/count.snap")).with("labs/lab-01-hello/lab.toml", &manifest);
        assert_eq!(
            RECORDED.check(&tree.clone().with(&format!("{snapshots}/count@{newest}.snap"), "")),
            Ok(())
        );
        assert!(RECORDED.check(&tree).is_err());
    }
}
