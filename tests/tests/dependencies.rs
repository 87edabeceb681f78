//! Dependencies point one way, as `ARCHITECTURE.md` draws them.
//!
//!     runner/fuzz ──► tests ──► runner ──► vm ──► (wire types) ◄── vm/agent
//!     labs/lab-*, labs/load, labs/programs ──► labs/kit        labs/lab-* ──► labs/programs, labs-ebpf/lab-* (types only)

use std::{collections::BTreeSet, fs};

use tests::{
    crates::{self, Crate},
    tree,
};

/// What a crate may depend on. A `*` at the end stands for any rest.
struct Allowed {
    /// Its folder.
    folder: &'static str,
    /// The folders of ours that it may use, in tests, too.
    ours: &'static [&'static str],
    /// Foreign crates that it never brings along, not even through others.
    never: &'static [&'static str],
    /// Why.
    why: &'static str,
}

const TABLE: &[Allowed] = &[
    Allowed {
        folder: "tests",
        ours: &["runner", "vm", "vm/wire", "labs/channel"],
        never: &[],
        why: "it tests what lies below it",
    },
    Allowed {
        folder: "tests/guest",
        ours: &["vm/wire", "labs/channel"],
        never: &["aya", "clap", "tokio"],
        why: "it forges what the agent and a lab's program say, and needs nothing else",
    },
    Allowed {
        folder: "runner",
        ours: &["vm", "vm/wire", "labs/channel"],
        never: &["aya", "aya-ebpf", "mdbook-*", "tokio"],
        why: "it builds labs and the book, and links neither: no broken lab can break it, and the first build is short",
    },
    Allowed {
        folder: "runner/fuzz",
        ours: &["tests"],
        never: &["aya", "mdbook-*", "tokio"],
        why: "it gives bytes to properties, and the properties are where ordinary tests run them, too",
    },
    Allowed {
        folder: "vm",
        ours: &["vm/wire"],
        never: &["anyhow", "aya", "aya-ebpf", "clap", "indicatif", "insta", "mdbook-*", "tokio"],
        why: "it knows kernels and QEMU, and could be published by itself: no labs, no snapshots, no terminal",
    },
    Allowed {
        folder: "vm/wire",
        ours: &[],
        never: &["aya", "libc", "rustix", "serde_json"],
        why: "it is types, for both sides of the port",
    },
    Allowed {
        folder: "vm/agent",
        ours: &["vm/wire"],
        never: &["anyhow", "aya", "clap", "regex", "serde_json", "tokio"],
        why: "it is PID 1 of every guest, and each of its bytes is in every checkpoint",
    },
    Allowed {
        folder: "labs/channel",
        ours: &[],
        never: &["aya", "libc", "rustix"],
        why: "it is types, for guest programs and the judge",
    },
    Allowed {
        folder: "labs/kit",
        ours: &["labs/channel"],
        never: &["clap", "tokio"],
        why: "it is what a lab knows of the harness",
    },
    Allowed {
        folder: "labs/load",
        ours: &["labs/channel", "labs/kit"],
        never: &["clap", "tokio"],
        why: "it loads what it is given, and reports: it knows no lab, and nothing of the harness but these two",
    },
    Allowed {
        folder: "labs/programs",
        ours: &["labs/kit"],
        never: &["clap", "tokio"],
        why: "it draws programs and asks the kernel about them: it knows no lab",
    },
    Allowed {
        folder: "labs/lab-*",
        ours: &["labs/kit", "labs/programs", "labs-ebpf/lab-*"],
        never: &["clap", "tokio"],
        why: "a lab knows nothing of the harness but the kit, and the programs that are drawn; from its eBPF side it takes types",
    },
    Allowed {
        folder: "labs-ebpf/lab-*",
        ours: &[],
        never: &["aya", "clap", "tokio"],
        why: "it runs in the kernel: there is no user space in it",
    },
    Allowed {
        folder: "labs-ebpf/quiz",
        ours: &[],
        never: &["aya", "clap", "tokio"],
        why: "it runs in the kernel: there is no user space in it",
    },
    Allowed {
        folder: "book/press",
        ours: &[],
        never: &["aya", "duct"],
        why: "the book is made of text: it builds and runs nothing of ours",
    },
];

fn fits(pattern: &str, name: &str) -> bool {
    pattern.strip_suffix('*').map_or(pattern == name, |start| name.starts_with(start))
}

/// Everything in these crates that the table does not allow.
fn forbidden(crates: &[Crate], lock: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for Crate { folder, ours, foreign, .. } in crates {
        let Some(allowed) = TABLE.iter().find(|allowed| fits(allowed.folder, folder)) else {
            wrong.push(format!("`{folder}` is not in the table"));
            continue;
        };
        let Allowed { why, .. } = allowed;
        let may = |other: &&String| !allowed.ours.iter().any(|pattern| fits(pattern, other));
        wrong.extend(ours.iter().filter(may).map(|other| format!("`{folder}` depends on `{other}`: {why}")));
        let brought = crates::closure(lock, &all_foreign(crates, folder, foreign));
        let never = |name: &&String| allowed.never.iter().any(|pattern| fits(pattern, name));
        wrong.extend(
            brought.iter().filter(never).map(|name| format!("`{folder}` brings along `{name}`: {why}")),
        );
    }
    wrong
}

/// The foreign crates of a crate and of those of ours that it depends on.
fn all_foreign(crates: &[Crate], folder: &str, foreign: &BTreeSet<String>) -> BTreeSet<String> {
    let mut all = foreign.clone();
    let mut open = vec![folder];
    let mut seen = BTreeSet::new();
    while let Some(found) = open.pop().and_then(|folder| crates.iter().find(|found| found.folder == folder)) {
        if seen.insert(&found.folder) {
            all.extend(found.foreign.iter().cloned());
            open.extend(found.ours.iter().map(String::as_str));
        }
    }
    all
}

const MEND: &str = "turn the dependency around, or move what both need to the crate that both know; \
                    the table is `TABLE` in `tests/tests/dependencies.rs`, and changes together with `ARCHITECTURE.md`";

#[track_caller]
fn assert_one_way(manifest: &str, lock: &str) {
    let root = tree::root();
    let crates = crates::of_workspace(&root, manifest);
    let lock = fs::read_to_string(root.join(lock)).expect("the lock file is part of the repository");
    let wrong = forbidden(&crates, &lock);
    assert!(
        wrong.is_empty(),
        "dependencies point one way, but these do not:\n  {}\nhint: {MEND}",
        wrong.join("\n  ")
    );
}

#[test]
fn the_host_side_points_one_way() {
    assert_one_way("Cargo.toml", "Cargo.lock");
}

#[test]
fn the_ebpf_side_points_one_way() {
    assert_one_way("labs-ebpf/Cargo.toml", "labs-ebpf/Cargo.lock");
}

#[test]
fn the_fuzzers_side_points_one_way() {
    assert_one_way("runner/fuzz/Cargo.toml", "runner/fuzz/Cargo.lock");
}

#[test]
fn the_table_names_crates_that_exist() {
    let root = tree::root();
    let workspaces = ["Cargo.toml", "labs-ebpf/Cargo.toml", "runner/fuzz/Cargo.toml"];
    let crates = workspaces.map(|manifest| crates::of_workspace(&root, manifest)).concat();
    let gone = TABLE.iter().filter(|allowed| !crates.iter().any(|found| fits(allowed.folder, &found.folder)));
    let gone: Vec<&str> = gone.map(|allowed| allowed.folder).collect();
    assert!(gone.is_empty(), "the table speaks of crates that are not there: {gone:?}\nhint: take them out");
}

/// The lock file of the broken examples.
const LOCK: &str = "[[package]]\nname = \"pretty\"\nversion = \"1\"\ndependencies = [\"insta\"]\n\n[[package]]\nname = \"insta\"\nversion = \"1\"\n";

fn example(folder: &str, ours: &[&str], foreign: &[&str]) -> Crate {
    let set = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    Crate { folder: folder.to_owned(), name: folder.to_owned(), ours: set(ours), foreign: set(foreign) }
}

#[rstest::rstest]
#[case::back(&[example("vm", &["runner"], &[])], "`vm` depends on `runner`: ")]
#[case::lab_in_runner(&[example("runner", &["labs/lab-01-hello"], &[])], "`runner` depends on `labs/lab-01-hello`: ")]
#[case::harness_in_lab(&[example("labs/lab-01-hello", &["labs/channel"], &[])], "`labs/lab-01-hello` depends on `labs/channel`: ")]
#[case::kit_to_lab(&[example("labs/kit", &["labs/lab-01-hello"], &[])], "`labs/kit` depends on `labs/lab-01-hello`: ")]
#[case::foreign(&[example("vm", &[], &["insta"])], "`vm` brings along `insta`: ")]
#[case::through_others(&[example("vm", &[], &["pretty"])], "`vm` brings along `insta`: ")]
#[case::through_ours(
    &[example("vm", &["vm/wire"], &[]), example("vm/wire", &[], &["pretty"])],
    "`vm` brings along `insta`: "
)]
#[case::pattern(&[example("runner", &[], &["mdbook-driver"])], "`runner` brings along `mdbook-driver`: ")]
#[case::unknown(&[example("extra", &[], &[])], "`extra` is not in the table")]
fn a_wrong_dependency_is_found(#[case] crates: &[Crate], #[case] expected: &str) {
    let wrong = forbidden(crates, LOCK);
    assert!(matches!(wrong.as_slice(), [one] if one.starts_with(expected)), "{wrong:?}");
}

#[test]
fn a_right_dependency_is_not() {
    let crates = [example("labs/lab-01-hello", &["labs/kit", "labs-ebpf/lab-01-hello"], &["serde"])];
    assert_eq!(forbidden(&crates, LOCK), Vec::<String>::new());
}
