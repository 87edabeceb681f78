//! How source files look: their heads, their sizes, their names, and what must not stand in them.
//!
//! What clippy can see is clippy's matter; [`super::manifests::LINTED`] sees that it looks.

use std::sync::LazyLock;

use regex::Regex;

use crate::{Finding, Rule};

/// All rules of this file.
pub const ALL: &[Rule] = &[INTRODUCED, SHORT, PLAIN, FINISHED, EXCUSED, EAGER, CHOSEN, ACCEPTED];

/// The first thing a reader meets.
pub const INTRODUCED: Rule = Rule {
    holds: "each Rust file opens with a line that begins with `//!`",
    mend: "say in one sentence what the file is for, then what it deliberately does not do; in a mutant this is the second line",
    find: |tree| {
        let lacks = |(path, text): &(&str, &str)| {
            let mut lines = text.lines().skip(usize::from(path.contains("/mutants/")));
            !lines.next().is_some_and(|line| line.starts_with("//! "))
        };
        tree.ending(".rs")
            .filter(lacks)
            .map(|(path, _)| Finding::file(path, "does not say what it is for"))
            .collect()
    },
};

/// A file is read in one go.
pub const SHORT: Rule = Rule {
    holds: "no file has more than 400 lines",
    mend: "split it by idea: the nouns in its `//!` line are candidates",
    find: |tree| {
        // What cargo or a lawyer wrote is not split. A table of facts is looked up, not read.
        let table = |path: &str| path.starts_with("runner/data/") && path.ends_with(".toml");
        let ours = |path: &str| !path.ends_with("Cargo.lock") && !path.starts_with("LICENSE") && !table(path);
        let long = tree
            .texts()
            .map(|(path, text)| (path, text.lines().count()))
            .filter(|(path, lines)| ours(path) && *lines > 400);
        long.map(|(path, lines)| Finding::file(path, format!("has {lines} lines"))).collect()
    },
};

/// A name says what is inside.
pub const PLAIN: Rule = Rule {
    holds: "no file or folder is called after nothing in particular",
    mend: "call it after the one thing it holds, in the words of the glossary; move what is something else to where it belongs",
    find: |tree| {
        let empty = |path: &&str| path.split(['/', '.']).any(|part| EMPTY_NAMES.contains(&part));
        tree.paths().filter(empty).map(|path| Finding::file(path, "has a name that says nothing")).collect()
    },
};

/// What is unfinished is the learner's part.
pub const FINISHED: Rule = Rule {
    holds: "only exercises have unfinished places, and these are marked as the learner's",
    mend: "finish it, or write down outside of the code what is left",
    find: |tree| {
        let mut findings = Vec::new();
        // A new lab's template consists of unfinished places; a snapshot shows what others say.
        let ours = |path: &str| !path.contains("/template/") && !path.ends_with(".snap");
        for (path, text) in tree.texts().filter(|(path, _)| ours(path)) {
            let exercise = path.ends_with("/src/exercise.rs");
            for (index, line) in text.lines().enumerate() {
                let bare = QUOTED.replace_all(line, " ");
                let bare = if exercise { bare.replace(MARK, "") } else { bare.into_owned() };
                if let Some(word) = UNFINISHED.find(&bare) {
                    findings.push(Finding::line(path, index + 1, format!("says `{}`", word.as_str())));
                }
            }
        }
        findings
    },
};

/// Whoever silences a lint says why.
pub const EXCUSED: Rule = Rule {
    holds: "each lint that is switched off has a written reason",
    mend: "add `reason = \"…\"` to the attribute, or follow the lint",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in tree.ending(".rs") {
            for (number, line) in code_and_tests(text).filter(|(_, line)| OFF.is_match(line)) {
                let rest: Vec<&str> = text.lines().skip(number - 1).collect();
                let end = rest.iter().position(|line| line.contains(")]")).unwrap_or_default();
                if !rest[..=end].concat().contains("reason = \"") {
                    findings.push(Finding::line(path, number, format!("`{}` has no reason", line.trim())));
                }
            }
        }
        findings
    },
};

/// Every test is run.
pub const EAGER: Rule = Rule {
    holds: "no test is switched off and none sleeps",
    mend: "wait for an event with a deadline; let a test that cannot run here fail, and say why",
    find: |tree| {
        let mut findings = Vec::new();
        for (path, text) in tree.ending(".rs") {
            for (number, line) in code_and_tests(text) {
                if let Some(word) = LAZY.find(line) {
                    findings.push(Finding::line(path, number, format!("`{}`", word.as_str())));
                }
            }
        }
        findings
    },
};

/// `true` at a call says nothing.
pub const CHOSEN: Rule = Rule {
    holds: "no function takes a `bool` but those in the table `ASKED` of this rule",
    mend: "make it two functions or an enum; for a function that turns a truth value into something else, add it to \
           `ASKED` in `tests/src/rules/sources.rs` with the reason; take out what is no longer there",
    find: |tree| {
        let mut findings = Vec::new();
        let mut seen = Vec::new();
        for (path, text) in tree.ending(".rs").filter(|(path, _)| !is_test(path)) {
            let text = product(text);
            for name in BOOL.captures_iter(text).filter_map(|found| found.get(1)) {
                let number = text[..name.start()].matches('\n').count() + 1;
                match ASKED.iter().find(|(file, function, _)| (*file, *function) == (path, name.as_str())) {
                    Some(asked) => seen.push(asked),
                    None => findings.push(Finding::line(
                        path,
                        number,
                        format!("`{}` takes a `bool`", name.as_str()),
                    )),
                }
            }
        }
        let gone = ASKED.iter().filter(|asked| tree.has(asked.0) && !seen.contains(asked));
        findings.extend(gone.map(|(path, name, _)| {
            Finding::file(*path, format!("is in the table, and no `{name}` there takes a `bool`"))
        }));
        findings
    },
};

/// Nothing waits for a review.
pub const ACCEPTED: Rule = Rule {
    holds: "no snapshot waits to be reviewed",
    mend: "run `cargo insta review`, and accept or reject it",
    find: |tree| {
        let paths = tree.paths().chain(tree.ignored().iter().map(String::as_str));
        let waiting = paths.filter(|path| path.ends_with(".snap.new") || path.ends_with(".pending-snap"));
        waiting.map(|path| Finding::file(path, "waits")).collect()
    },
};

/// Names that fit everything.
const EMPTY_NAMES: &[&str] = &["common", "helper", "helpers", "misc", "shared", "stuff", "util", "utils"];

/// Functions that take a truth value, and why that is right.
const ASKED: &[(&str, &str, &str)] = &[
    ("runner/src/report/paint.rs", "decide", "a fact about the stream, not a choice of the caller"),
    ("runner/src/dev/matrix.rs", "demand", "an assertion: the truth value is its subject"),
    ("labs/lab-00-tour/src/main.rs", "yes", "turns a truth value into a word"),
];

const MARK: &str = concat!("TO", "DO(lab)");

static UNFINISHED: LazyLock<Regex> =
    LazyLock::new(|| regex(concat!(r"\b(TO", r"DO|FIX", r"ME|XX", r"X|RECORD", r"-ME)\b")));
/// What is quoted is spoken of, not done.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| regex(r#"`[^`]*`|"[^"]*""#));
static OFF: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*#!?\[(allow|expect)\("));
static LAZY: LazyLock<Regex> = LazyLock::new(|| regex(r"^\s*#\[ignore|\bsleep\("));
static BOOL: LazyLock<Regex> = LazyLock::new(|| regex(r"\bfn (\w+)(?:<[^>]*>)?\([^)]*: bool\b"));

/// The patterns of the rules are constants; the tests below compile each.
pub(super) fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a constant pattern")
}

/// Whether a Rust file is there for tests only.
pub(super) fn is_test(path: &str) -> bool {
    let parts = ["/tests/", "/examples/", "/tests.rs", "/testing.rs", "/samples.rs", "/fixture.rs"];
    path.starts_with("tests/") || parts.iter().any(|part| path.contains(part))
}

/// The lines of code that belong to the product, with their numbers: no comments, no tests.
pub(super) fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    code_and_tests(product(text))
}

/// What stands before the tests, which end a file.
fn product(text: &str) -> &str {
    &text[..text.find("#[cfg(test)]\nmod tests {").unwrap_or(text.len())]
}

fn code_and_tests(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    lines.filter(|(_, line)| !line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::{Tree, rule::bites, sample::good};

    const FILE: &str = "runner/src/new.rs";

    #[rstest]
    #[case::no_head(&INTRODUCED, "use std::fs;\n", "runner/src/new.rs: does not say what it is for")]
    #[case::blank_head(&INTRODUCED, "//!\n", "runner/src/new.rs: does not say what it is for")]
    #[case::long(&SHORT, &format!("//! x\n{}", "// x\n".repeat(400)), "runner/src/new.rs: has 401 lines")]
    #[case::unfinished(
        &FINISHED,
        concat!("//! x\n// TO", "DO: later\n"),
        concat!("runner/src/new.rs:2: says `TO", "DO`")
    )]
    #[case::learners_mark(
        &FINISHED,
        concat!("//! x\n// TO", "DO(lab): count\n"),
        concat!("runner/src/new.rs:2: says `TO", "DO`")
    )]
    #[case::silenced(
        &EXCUSED,
        "//! x\n#[allow(dead_code)]\nfn f() {}\n",
        "runner/src/new.rs:2: `#[allow(dead_code)]` has no reason"
    )]
    #[case::silenced_inside(
        &EXCUSED,
        "//! x\n    #![expect(\n        dead_code,\n    )]\n// reason = \"\n",
        "runner/src/new.rs:2: `#![expect(` has no reason"
    )]
    #[case::off(&EAGER, "//! x\n    #[ignore = \"slow\"]\n", "runner/src/new.rs:2: `    #[ignore`")]
    #[case::sleeps(&EAGER, concat!("//! x\nthread::sle", "ep(SECOND);\n"), concat!("runner/src/new.rs:2: `sle", "ep(`"))]
    #[case::boolean(&CHOSEN, "//! x\nfn f(a: u8, quiet: bool) {}\n", "runner/src/new.rs:2: `f` takes a `bool`")]
    #[case::boolean_on_a_line(
        &CHOSEN,
        "//! x\npub fn f<T>(\n    a: T,\n    quiet: bool,\n) {\n}\n",
        "runner/src/new.rs:2: `f` takes a `bool`"
    )]
    fn breaking(#[case] rule: &Rule, #[case] text: &str, #[case] expected: &str) {
        bites(rule, &good().with(FILE, text), expected);
    }

    #[rstest]
    #[case::no_idea(&PLAIN, good().with("runner/src/utils.rs", "//! x\n"), "runner/src/utils.rs: has a name that says nothing")]
    #[case::folder(&PLAIN, good().with("vm/helpers/a.md", "x\n"), "vm/helpers/a.md: has a name that says nothing")]
    #[case::gone(
        &CHOSEN,
        good().with("runner/src/report/paint.rs", "//! x\n"),
        "runner/src/report/paint.rs: is in the table, and no `decide` there takes a `bool`"
    )]
    #[case::pending(&ACCEPTED, good().ignoring("vm/src/snapshots/a.snap.new"), "vm/src/snapshots/a.snap.new: waits")]
    #[case::pending_inline(&ACCEPTED, good().ignoring("vm/src/.a.rs.pending-snap"), "vm/src/.a.rs.pending-snap: waits")]
    #[case::mutant(
        &INTRODUCED,
        good().with("labs/lab-01-hello/mutants/a.rs", "//! x\n// fails: Differs: 0\n"),
        "labs/lab-01-hello/mutants/a.rs: does not say what it is for"
    )]
    fn breaking_otherwise(#[case] rule: &Rule, #[case] broken: Tree, #[case] expected: &str) {
        bites(rule, &broken, expected);
    }

    #[rstest]
    #[case::reason_behind(&EXCUSED, "//! x\n#[allow(\n    dead_code,\n    reason = \"for later\"\n)]\nfn f() {}\n")]
    #[case::spoken_of(&FINISHED, concat!("//! Looks for `TO", "DO`.\nlet mark = ", r#""TO"#, r#"DO";"#))]
    #[case::field(&CHOSEN, "//! x\npub struct S {\n    pub quiet: bool,\n}\nfn f() -> bool { true }\n")]
    #[case::closure(&CHOSEN, "//! x\nfn f(a: u8) { let b = |c: bool| c; }\n")]
    #[case::test(&CHOSEN, "//! x\n#[cfg(test)]\nmod tests {\n    fn f(a: bool) {}\n}\n")]
    fn allowed(#[case] rule: &Rule, #[case] text: &str) {
        assert_eq!(rule.check(&good().with(FILE, text)), Ok(()));
    }
}
