//! The recorded errors of `runner/data/errors`: each is recognised as the cause that its file names.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use super::{Cause, Stage, all, attach_error, cause_of, found_in, load_error, open_error, render_cause};
use crate::explain::explain;

/// Causes whose error nobody has recorded through Aya, and why.
const WITHOUT_RECORDING: [(&str, &str); 3] = [
    ("too-many-instructions", "an object with more than a million instructions takes too long to build"),
    ("object-without-btf", "only clang without `-g` makes such an object, and the recorder's is Rust's"),
    ("kernel-symbol", "only C has `__ksym`"),
];

const KERNELS: [&str; 5] = ["5.10", "6.1", "6.12", "6.18", "7.3"];

/// One mistake.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Mistake {
    did: String,
    /// The id of the cause; `log: FAMILY` where the verifier's log explains it; empty where nothing went wrong.
    cause: String,
    /// What is found where the hook is not known.
    without_hook: Option<String>,
    /// Kernels on which the mistake leads to something else.
    #[serde(default)]
    cause_on: BTreeMap<String, String>,
    /// For readers.
    #[serde(rename = "note")]
    _note: Option<String>,
    text: Vec<Text>,
}

/// What the kernels said.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Text {
    kernels: Vec<String>,
    stage: String,
    hook: Option<String>,
    log: Option<String>,
    error: Option<String>,
}

impl Text {
    /// The id of the cause that is found, as [`Mistake::cause`] writes it.
    fn found(&self) -> String {
        let Some(error) = &self.error else { return String::new() };
        let log = self.log.as_deref().unwrap_or(error);
        let explained = explain(log, None);
        if let Some(family) = explained.family {
            return format!("log: {}", family.id);
        }
        let cause = match (self.stage.as_str(), &self.hook) {
            ("open", _) => open_error(error),
            ("load", _) => load_error(error),
            ("attach", Some(hook)) => attach_error(hook, error),
            ("log", _) => load_error(explained.reason.as_deref().unwrap_or(error)),
            ("use", _) => cause_of(error),
            other => panic!("{other:?}"),
        };
        named(cause)
    }
}

fn named(cause: Option<Cause>) -> String {
    cause.map_or_else(|| "none".to_owned(), |cause| cause.id)
}

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("data/errors")
}

fn mistakes() -> Vec<(String, Mistake)> {
    let mut all = Vec::new();
    for file in fs::read_dir(data().join("recorded")).unwrap().map(|entry| entry.unwrap().path()) {
        let mistake = toml::from_str(&fs::read_to_string(&file).unwrap());
        let mistake = mistake.unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        all.push((file.file_stem().unwrap().to_str().unwrap().to_owned(), mistake));
    }
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    assert!(all.len() > 100, "only {} mistakes", all.len());
    all
}

#[test]
fn each_error_is_recognised_on_all_kernels() {
    let mut wrong = Vec::new();
    for (name, mistake) in mistakes() {
        let mut seen = BTreeSet::new();
        for text in &mistake.text {
            for kernel in &text.kernels {
                assert!(KERNELS.contains(&kernel.as_str()) && seen.insert(kernel), "{name}: {kernel}");
                let expected = mistake.cause_on.get(kernel).unwrap_or(&mistake.cause);
                if text.error.is_some() && text.found() != *expected {
                    wrong.push(format!("{name}@{kernel}: `{expected}`, found `{}`", text.found()));
                }
            }
            if let (Some(without), Some(error)) = (&mistake.without_hook, &text.error) {
                let found = named(cause_of(error));
                if found != *without {
                    wrong.push(format!("{name} without hook: `{without}`, found `{found}`"));
                }
            }
        }
        assert_eq!(seen.len(), KERNELS.len(), "{name}: {seen:?}");
        assert!(!mistake.did.is_empty(), "{name}");
    }
    assert_eq!(wrong, Vec::<String>::new(), "{wrong:#?}");
}

/// An error of an attachment is often seen alone. What is then said must not be the cause of another hook.
#[test]
fn an_error_without_its_hook_is_either_the_same_or_told_apart() {
    for (name, mistake) in mistakes() {
        let attachments = mistake.text.iter().filter(|text| text.stage == "attach");
        for error in attachments.filter_map(|text| text.error.as_ref()) {
            let expected = mistake.without_hook.as_ref().unwrap_or(&mistake.cause);
            assert_eq!(named(cause_of(error)), *expected, "{name}");
        }
    }
}

#[test]
fn each_cause_has_a_recording() {
    let mut recorded: BTreeSet<String> = BTreeSet::new();
    for (_, mistake) in mistakes() {
        recorded.extend(mistake.text.iter().map(Text::found));
        recorded.extend(mistake.without_hook);
    }
    let ids: BTreeSet<String> = all().map(|entry| entry.id.to_owned()).collect();
    let without: BTreeSet<String> = WITHOUT_RECORDING.iter().map(|(id, _)| (*id).to_owned()).collect();
    assert_eq!(ids.difference(&recorded).cloned().collect::<BTreeSet<_>>(), without);
}

#[test]
fn each_cause_is_whole() {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../book/src");
    let mut ids = BTreeSet::new();
    for entry in all() {
        let id = entry.id;
        assert!(ids.insert(id), "{id} twice");
        assert!(id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{id}");
        assert!(!entry.says.is_empty() && entry.words.ends_with('.') && entry.fix.len() > 20, "{id}");
        let (page, heading) = entry.read.split_once('#').unwrap();
        let text = fs::read_to_string(book.join(page)).unwrap();
        assert!(text.contains(&format!("{{#{heading}}}")), "{id}: {heading}");
    }
}

/// What other loaders print, with where this is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Others {
    error: Vec<Other>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    text: String,
    cause: String,
    source: String,
}

#[test]
fn errors_of_other_loaders_are_recognised() {
    let text = fs::read_to_string(data().join("other-loaders.toml")).unwrap();
    let others: Others = toml::from_str(&text).unwrap();
    for other in others.error {
        assert_eq!(named(cause_of(&other.text)), other.cause, "{}", other.text);
        assert!(other.source.starts_with("https://"), "{}", other.text);
    }
}

#[test]
fn what_is_no_error_has_no_cause() {
    for text in [
        "",
        "\n",
        "the moon is full",
        "Permission denied (os error 13)",
        "Invalid argument (os error 22)",
        "cannot read `x`: No such file or directory (os error 2)",
        "error: could not compile `lab-03` due to 1 previous error",
        "before attach: 0",
        "Caused by:\n    0: x",
    ] {
        assert_eq!(found_in(text), None, "{text}");
    }
}

/// The verifier's logs belong to the other explainer.
#[test]
fn no_log_is_taken_for_an_error() {
    let folders = fs::read_dir(data().join("../verifier")).unwrap().map(|entry| entry.unwrap().path());
    for folder in folders.filter(|path| path.is_dir()) {
        for file in fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if file.extension().is_some_and(|extension| extension == "log") {
                assert_eq!(found_in(&fs::read_to_string(&file).unwrap()), None, "{}", file.display());
            }
        }
    }
}

/// Each cause once, as a learner sees it.
#[test]
fn causes_read_well() {
    let mut shown: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    for (_, mistake) in mistakes() {
        for text in &mistake.text {
            let Some(error) = &text.error else { continue };
            let hook = text.hook.clone();
            for cause in
                [hook.and_then(|hook| attach_error(&hook, error)), open_error(error), load_error(error)]
                    .into_iter()
                    .flatten()
            {
                let lines = render_cause(&cause, None);
                for line in &lines {
                    assert!(line.chars().count() <= 80, "{}: {line}", cause.id);
                    assert!(!line.contains(['{', '}']) || line.contains("{{"), "{}: {line}", cause.id);
                }
                let stage = match cause.stage {
                    Stage::Open => "open",
                    Stage::Load => "load",
                    Stage::Attach => "attach",
                    Stage::Use => "use",
                };
                shown.entry(stage).or_default().entry(cause.id).or_insert_with(|| lines.join("\n"));
            }
        }
    }
    for (stage, causes) in shown {
        let causes: Vec<String> = causes.iter().map(|(id, text)| format!("=== {id}\n{text}\n")).collect();
        insta::assert_snapshot!(stage, causes.join("\n"));
    }
}

#[test]
fn an_error_cannot_move_the_cursor_or_fill_the_terminal() {
    let name = format!("\u{1b}[2J{}", "x".repeat(1 << 20));
    let text = format!("failed to create map `{name}`: Invalid argument (os error 22)\u{7}");
    let (cause, said) = found_in(&text).unwrap();
    let lines = render_cause(&cause, Some(&said));
    assert!(lines.iter().all(|line| !line.contains(char::is_control) && line.len() < 3_000), "{lines:?}");
}
