//! A small tree that keeps every rule, for the rules' own tests to break.

use crate::Tree;

const PACKAGE: &str = "[package]
name = \"NAME\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lints]
workspace = true

[dependencies]
anyhow.workspace = true # a chain of `?`
";

const WORKSPACE: &str = "[workspace]
members = [\"labs/lab-*\"]

[workspace.package]
license = \"MIT OR Apache-2.0\"

[workspace.dependencies]
anyhow = \"1\"

[workspace.lints.rust]
missing_docs = \"warn\"

[workspace.lints.clippy]
all = { level = \"warn\", priority = -1 }
too_many_lines = \"warn\"
undocumented_unsafe_blocks = \"warn\"
unwrap_used = \"warn\"
";

const OBJECTS: &str = "[workspace]
members = [\"lab-*\"]

[workspace.package]
license = \"MIT OR GPL-2.0-only\"

[workspace.lints.clippy]
all = { level = \"warn\", priority = -1 }
too_many_lines = \"warn\"
undocumented_unsafe_blocks = \"warn\"
";

const FUZZERS: &str = "[workspace]

[workspace.package]
license = \"MIT OR Apache-2.0\"

[workspace.lints.clippy]
all = { level = \"warn\", priority = -1 }
too_many_lines = \"warn\"
undocumented_unsafe_blocks = \"warn\"
";

/// The manifest of the one lab.
pub(crate) const MANIFEST: &str = "title = \"Hello\"
summary = \"count one call\"
minutes = 20
exercise = \"Differs\"
hints = [\"vague\", \"closer\", \"the line\"]
used = [\"a map\"]
try_next = [\"another map\"]

[[check]]
name = \"count\"
what = \"it counts\"
points = 1
";

/// The mark of an exercise, in two parts: the rule that looks for it reads this file, too.
pub(crate) const MARK: &str = concat!("TO", "DO(lab)");

/// One lab with its chapter, and what lies at the root.
pub(crate) fn good() -> Tree {
    let frame = "//! The frame.\nmod exercise;\n\n#[unsafe(link_section = \"license\")]\nstatic LICENSE: [u8; 13] = *b\"Dual MIT/GPL\\0\";\n";
    Tree::default()
        .with("Cargo.toml", WORKSPACE)
        .with("LICENSE-MIT", "MIT License\n")
        .with("LICENSE-APACHE", "Apache License\n")
        .with("clippy.toml", "too-many-lines-threshold = 70\n")
        .with("book/src/SUMMARY.md", "- [01](lab-01-hello.md)\n")
        .with("book/src/lab-01-hello.md", "# Hello\n")
        .with("labs/lab-01-hello/Cargo.toml", &PACKAGE.replace("NAME", "lab-01-hello"))
        .with("labs/lab-01-hello/lab.toml", MANIFEST)
        .with("labs/lab-01-hello/src/main.rs", "//! The guest program.\n")
        .with("labs/lab-01-hello/snapshots/count.snap", "---\nsource: x\n---\nafter attach: 7\n")
        .with("labs-ebpf/Cargo.toml", OBJECTS)
        .with("runner/fuzz/Cargo.toml", FUZZERS)
        .with("labs-ebpf/lab-01-hello/Cargo.toml", &PACKAGE.replace("NAME", "lab-01-hello-ebpf"))
        .with("labs-ebpf/lab-01-hello/src/main.rs", frame)
        .with("labs-ebpf/lab-01-hello/src/exercise.rs", &format!("//! The lab.\n// {MARK}: count\n"))
        .with("labs-ebpf/lab-01-hello/src/solution.rs", "//! The reference.\nfn count() {}\n")
        .with("labs-ebpf/lab-01-hello/mutants/none.rs", "// fails: Differs: 0\n//! Wrong.\nfn none() {}\n")
}

#[test]
fn the_good_tree_keeps_every_rule() {
    for rule in crate::rules::ALL.concat() {
        assert_eq!(rule.check(&good()), Ok(()));
    }
}
