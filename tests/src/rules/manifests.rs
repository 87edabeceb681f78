//! What cargo's manifests say beside versions: reasons, lints, licences.
//!
//! They are read line by line, because the reasons are comments.

use crate::{Finding, Rule, Tree};

/// All rules of this file.
pub const ALL: &[Rule] = &[REASONED, INHERITED, LINTED, LICENSED];

/// A dependency is not free: whoever adds one says what for.
pub const REASONED: Rule = Rule {
    holds: "each dependency of a crate has its reason beside it",
    mend: "write the dependency on one line, and its reason behind it: `regex.workspace = true # placeholders in observations`",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in packages(tree) {
            for (number, line) in lines_of(text, is_dependencies) {
                let reason = line.split_once('#').map_or("", |(_, reason)| reason.trim());
                if reason.len() < SHORTEST_REASON {
                    let name = line.split(['.', '=', ' ']).next().unwrap_or(line);
                    findings.push(Finding::line(path, number, format!("`{name}` has no reason")));
                }
            }
            let tables = text
                .lines()
                .enumerate()
                .filter(|(_, line)| is_dependencies(line) && line.contains("dependencies."));
            findings.extend(tables.map(|(index, _)| Finding::line(path, index + 1, "is a table of its own")));
        }
        findings
    },
};

/// What all crates share is written once.
pub const INHERITED: Rule = Rule {
    holds: "each crate takes its lints, edition, version and licence from the workspace, and is not published",
    mend: "copy the lines from the `Cargo.toml` of another crate",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in packages(tree) {
            for key in ["version", "edition", "rust-version", "license", "publish"] {
                let line = format!("{key}.workspace = true");
                if !lines_of(text, |head| head == "[package]").any(|(_, found)| found == line) {
                    findings.push(Finding::file(path, format!("lacks `{line}` in `[package]`")));
                }
            }
            if !lines_of(text, |head| head == "[lints]").any(|(_, found)| found == "workspace = true") {
                findings.push(Finding::file(path, "lacks `workspace = true` in `[lints]`"));
            }
        }
        findings
    },
};

/// Clippy counts for us.
pub const LINTED: Rule = Rule {
    holds: "the lints of all workspaces are on, and functions may have 70 lines",
    mend: "set `too-many-lines-threshold = 70` in `clippy.toml`, and the lint to \"warn\" under `[workspace.lints.clippy]`; \
           the command that checks everything denies warnings",
    find: |tree| {
        let mut findings = Vec::new();
        let clippy = tree.text("clippy.toml").unwrap_or_default();
        if !clippy.lines().any(|line| line == "too-many-lines-threshold = 70") {
            findings.push(Finding::file("clippy.toml", "does not set `too-many-lines-threshold = 70`"));
        }
        let both = ["all", "too_many_lines", "undocumented_unsafe_blocks"];
        // An eBPF program that unwraps does not pass the verifier, and it has no public items to document;
        // neither have the fuzzer's programs.
        for (path, lints) in [
            ("Cargo.toml", &[both[0], both[1], both[2], "unwrap_used", "missing_docs"][..]),
            ("labs-ebpf/Cargo.toml", &both[..]),
            ("runner/fuzz/Cargo.toml", &both[..]),
        ] {
            let text = tree.text(path).unwrap_or_default();
            let is_lints = |head: &str| head.starts_with("[workspace.lints.");
            let on = |lint: &str| {
                lines_of(text, is_lints).any(|(_, line)| {
                    line.split_once('=').is_some_and(|(name, level)| {
                        name.trim() == lint && (level.contains("\"warn\"") || level.contains("\"deny\""))
                    })
                })
            };
            let off = lints.iter().filter(|lint| !on(lint));
            findings.extend(
                off.map(|lint| Finding::file(path, format!("does not set the lint `{lint}` to \"warn\""))),
            );
        }
        findings
    },
};

/// What others may do with the course.
pub const LICENSED: Rule = Rule {
    holds: "the licences that the manifests name lie beside them",
    mend: "restore the licence file, or correct `license` in `[workspace.package]`",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, licence) in [
            ("Cargo.toml", "MIT OR Apache-2.0"),
            ("labs-ebpf/Cargo.toml", "MIT OR GPL-2.0-only"),
            ("runner/fuzz/Cargo.toml", "MIT OR Apache-2.0"),
        ] {
            let line = format!("license = \"{licence}\"");
            let text = tree.text(path).unwrap_or_default();
            if !lines_of(text, |head| head == "[workspace.package]").any(|(_, found)| found == line) {
                findings.push(Finding::file(path, format!("does not say `{line}`")));
            }
        }
        let files = ["LICENSE-MIT", "LICENSE-APACHE"]
            .into_iter()
            .filter(|file| tree.text(file).is_none_or(str::is_empty));
        findings.extend(files.map(|file| Finding::file(file, "is missing")));
        findings
    },
};

/// A reason shorter than this, in bytes, explains nothing.
const SHORTEST_REASON: usize = 8;

/// The manifests of packages; those of workspaces have no dependencies of their own.
fn packages(tree: &Tree) -> impl Iterator<Item = (&str, &str)> {
    let is_package = |(_, text): &(&str, &str)| text.lines().any(|line| line == "[package]");
    tree.ending("Cargo.toml").filter(is_package)
}

fn is_dependencies(head: &str) -> bool {
    head.starts_with('[') && head.contains("dependencies") && !head.starts_with("[workspace")
}

/// The lines below the headings that `wanted` accepts, with their numbers, without blank ones and comments.
fn lines_of(text: &str, wanted: impl Fn(&str) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut inside = false;
    text.lines().enumerate().filter_map(move |(index, line)| {
        if line.starts_with('[') {
            inside = wanted(line);
            return None;
        }
        (inside && !line.is_empty() && !line.starts_with('#')).then_some((index + 1, line))
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{rule::bites, sample::good};

    const CRATE: &str = "labs/lab-01-hello/Cargo.toml";

    /// The good tree with one text replaced in one file.
    fn edited(path: &str, from: &str, to: &str) -> Tree {
        let tree = good();
        let text = tree.text(path).expect(path).to_owned();
        assert!(text.contains(from), "{path} holds no `{from}`");
        tree.with(path, &text.replace(from, to))
    }

    #[rstest]
    #[case::no_reason(&REASONED, edited(CRATE, " # a chain of `?`", ""), &format!("{CRATE}:13: `anyhow` has no reason"))]
    #[case::empty_reason(&REASONED, edited(CRATE, "a chain of `?`", "x"), &format!("{CRATE}:13: `anyhow` has no reason"))]
    #[case::reason_of_a_test(
        &REASONED,
        edited(CRATE, "[dependencies]", "[dev-dependencies]\nrstest.workspace = true\n\n[dependencies]"),
        &format!("{CRATE}:13: `rstest` has no reason")
    )]
    #[case::table(
        &REASONED,
        edited(CRATE, "[dependencies]", "[dependencies.aya] # loads programs\nworkspace = true # it is there\n\n[dependencies]"),
        &format!("{CRATE}:12: is a table of its own")
    )]
    #[case::own_licence(
        &INHERITED,
        edited(CRATE, "license.workspace = true", "license = \"MIT\""),
        &format!("{CRATE}: lacks `license.workspace = true` in `[package]`")
    )]
    #[case::no_lints(
        &INHERITED,
        edited(CRATE, "[lints]\nworkspace = true\n", ""),
        &format!("{CRATE}: lacks `workspace = true` in `[lints]`")
    )]
    #[case::threshold(
        &LINTED,
        good().with("clippy.toml", "too-many-lines-threshold = 700\n"),
        "clippy.toml: does not set `too-many-lines-threshold = 70`"
    )]
    #[case::allowed(
        &LINTED,
        edited("labs-ebpf/Cargo.toml", "too_many_lines = \"warn\"", "too_many_lines = \"allow\""),
        "labs-ebpf/Cargo.toml: does not set the lint `too_many_lines` to \"warn\""
    )]
    #[case::no_docs(
        &LINTED,
        edited("Cargo.toml", "missing_docs = \"warn\"\n", ""),
        "Cargo.toml: does not set the lint `missing_docs` to \"warn\""
    )]
    #[case::no_file(&LICENSED, good().without("LICENSE-MIT"), "LICENSE-MIT: is missing")]
    #[case::other_licence(
        &LICENSED,
        edited("Cargo.toml", "license = \"MIT OR Apache-2.0\"", "license = \"MIT\""),
        "Cargo.toml: does not say `license = \"MIT OR Apache-2.0\"`"
    )]
    fn breaking(#[case] rule: &Rule, #[case] broken: Tree, #[case] expected: &str) {
        bites(rule, &broken, expected);
    }
}
