//! Words that would tie the repository to one machine or one network, or give something away.
//!
//! The patterns are written in pieces, so that this file does not hold what it looks for.

use std::sync::LazyLock;

use regex::Regex;

use super::sources::regex;
use crate::{Finding, Rule, Tree};

/// All rules of this file.
pub const ALL: &[Rule] = &[FREE, PORTABLE, CLEAN, CALLABLE];

/// Where packages come from is the user's matter.
pub const FREE: Rule = Rule {
    holds: "no file names the host of a package registry or of a mirror",
    mend: "take the address from the system's or the user's configuration; in tests use `mirror.test` or `example.org`",
    find: |tree| matches(tree, &HOST, |path, found| path.ends_with("Cargo.lock") || is_reserved(found)),
};

/// The next machine is another one.
pub const PORTABLE: Rule = Rule {
    holds: "no file names a folder of one machine or one user",
    mend: "make the path relative, or find it at run time; examples belong to `/home/ada`",
    find: |tree| matches(tree, &FOLDER, |_, found| found == "/home/ada"),
};

/// What is published once stays published.
pub const CLEAN: Rule = Rule {
    holds: "no file holds what looks like a secret",
    mend: "remove it from the history as well, and have it revoked: what was pushed is known",
    find: |tree| matches(tree, &SECRET, |_, _| false),
};

/// A learner types what a message shows.
pub const CALLABLE: Rule = Rule {
    holds: "commands that are shown can be typed: the runner is not on `PATH`, cargo starts it",
    mend: "write `cargo runner …`",
    find: |tree| {
        // Comments speak of the interface; nobody types them.
        let mut findings = matches(tree, &BARE, |_, _| false);
        findings.retain(|finding| {
            let text = tree.text(&finding.file).unwrap_or_default();
            let line = finding.line.and_then(|line| text.lines().nth(line - 1)).unwrap_or_default();
            !(finding.file.ends_with(".rs") && line.trim_start().starts_with("//"))
        });
        findings
    },
};

/// Hosts of registries and of archives by name, and hosts that are called after what they are.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    let named = [
        "crates",
        r"\.io|static\.crates",
        r"\.io|deb\.debian",
        r"\.org|security\.debian",
        r"\.org|archive\.ubuntu",
        r"\.com|static\.rust-lang",
        r"\.org|ghcr",
        r"\.io|docker",
        r"\.io|pypi",
        r"\.org|npmjs",
        r"\.com",
    ];
    let telling = r"(?:https?|ftp)://[\w.-]*(?:mirror|registry|artifact|nexus|proxy|\.internal|\.corp|\.lan|\.local)\b[\w.-]*";
    regex(&format!(r"\b(?:[\w-]+\.)*(?:{})\b|{telling}", named.concat()))
});

/// Folders of machines and users.
static FOLDER: LazyLock<Regex> = LazyLock::new(|| {
    regex(concat!(r#"(?:^|[\s"'`(=:])(/wo"#, r"rk/|/ro", r"ot/|/Us", r"ers/\w+|/ho", r"me/\w+|/tmp/s/)"))
});

/// Keys and tokens by the form that their makers gave them, and passwords in addresses.
static SECRET: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        &[
            r"-----BEGIN [A-Z ]*PRIV",
            r"ATE KEY|\bAK",
            r"IA[0-9A-Z]{16}\b|\bgh",
            r"[pousr]_[A-Za-z0-9]{30,}|\bgithub_",
            r"pat_\w{20,}|\bgl",
            r"pat-[\w-]{16,}|\bxox",
            r"[abprs]-[\w-]{10,}|\bsk",
            r"-[A-Za-z0-9_-]{24,}|\beyJ",
            r"[\w-]{20,}\.eyJ[\w-]+|://[^/\s:@`]+:[^/\s:@`]+@",
        ]
        .concat(),
    )
});

/// A command in backticks that leaves out what makes it work.
static BARE: LazyLock<Regex> = LazyLock::new(|| regex("`runner (?:check|kernels|doctor|book|dev)\\b[^`…]*`"));

/// Hosts under the names that RFC 2606 keeps for examples.
fn is_reserved(found: &str) -> bool {
    [".test", ".example", "example.org", "example.com"].iter().any(|end| found.ends_with(end))
}

/// Every place where a pattern matches, but those that are excused.
fn matches(tree: &Tree, pattern: &Regex, excused: impl Fn(&str, &str) -> bool) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, text) in tree.texts() {
        for (index, line) in text.lines().enumerate() {
            let found = pattern
                .captures_iter(line)
                .map(|found| found.get(1).or(found.get(0)).map_or("", |found| found.as_str()));
            let found = found.filter(|found| !excused(path, found));
            findings.extend(found.map(|found| Finding::line(path, index + 1, format!("says `{found}`"))));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{rule::bites, sample::good};

    #[rstest]
    #[case::registry(&FREE, concat!("index.cra", "tes.io"))]
    #[case::archive(&FREE, concat!("deb.deb", "ian.org"))]
    #[case::own_mirror(&FREE, concat!("http://mirr", "or.school.edu"))]
    #[case::own_proxy(&FREE, concat!("https://cargo-pro", "xy.example.net"))]
    #[case::inside(&FREE, concat!("http://apt.inter", "nal"))]
    #[case::folder(&PORTABLE, concat!("/wo", "rk/"))]
    #[case::root(&PORTABLE, concat!("/ro", "ot/"))]
    #[case::home(&PORTABLE, concat!("/ho", "me/bob"))]
    #[case::home_like_the_example(&PORTABLE, concat!("/ho", "me/adam"))]
    #[case::key(&CLEAN, concat!("-----BEGIN OPENSSH PRIV", "ATE KEY"))]
    #[case::token(&CLEAN, concat!("gh", "p_0123456789abcdefghijABCDEFGHIJ"))]
    #[case::password(&CLEAN, concat!("://ada:lovelace", "@"))]
    #[case::bare(&CALLABLE, concat!("`run", "ner doctor --fix`"))]
    fn breaking(#[case] rule: &Rule, #[case] word: &str) {
        let broken = good().with("README.md", &format!("see {word}\n"));
        bites(rule, &broken, &format!("README.md:1: says `{word}`"));
    }

    #[rstest]
    #[case::example(&FREE, "http://mirror.test and https://registry.example.org")]
    #[case::documentation(&FREE, "https://docs.kernel.org/bpf/ and https://rustup.rs/")]
    #[case::ada(&PORTABLE, "/home/ada/.cache and target/work/x and ~/.cache")]
    #[case::web_address(&PORTABLE, concat!("https://example.org/ho", "me/bob"))]
    #[case::no_token(&CLEAN, "task-force and https://example.org:80/a@b")]
    #[case::with_cargo(&CALLABLE, "`cargo runner doctor`, `runner`")]
    fn allowed(#[case] rule: &Rule, #[case] text: &str) {
        assert_eq!(rule.check(&good().with("README.md", &format!("{text}\n"))), Ok(()));
    }
}
