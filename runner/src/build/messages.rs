//! Reads what cargo prints with `--message-format=json`: artifacts, rustc's diagnostics, and talk.
//! Format: the cargo book, "External tools".

use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    time::Duration,
};

use serde::Deserialize;

/// Something worth showing while cargo works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// Cargo compiles or downloads this; for example `Compiling aya v0.14.0`.
    Busy(String),
}

/// Everything that one cargo run said.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Messages {
    /// Package name → the executable that was made for it.
    pub(super) executables: BTreeMap<String, PathBuf>,
    /// Package name → rustc's diagnostics, unchanged, in order.
    pub(super) diagnostics: BTreeMap<String, Diagnostics>,
    /// The packages that cargo began to compile.
    pub(super) begun: BTreeSet<String>,
    /// Package name → why cargo says that it could not be compiled, if it gave a cause. Rustc's own errors
    /// are no cause here, they are diagnostics.
    pub(super) failed: BTreeMap<String, String>,
    /// The packages whose compilation was ended because the compiler had said nothing for so long.
    pub(super) silent: BTreeMap<String, Duration>,
    /// What cargo itself said, for example that a dependency cannot be downloaded, and what rustc wrote
    /// around its diagnostics, for example before it crashed.
    pub(super) talk: String,
    /// The package whose cause of failure is being read.
    failing: Option<String>,
}

/// What rustc said about one package.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct Diagnostics {
    /// The rendered text.
    pub(super) text: String,
    /// How many of the diagnostics were errors.
    pub(super) errors: usize,
}

#[derive(Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
enum Line {
    CompilerMessage {
        package_id: String,
        message: Message,
    },
    CompilerArtifact {
        package_id: String,
        executable: Option<PathBuf>,
    },
    #[serde(other)]
    Other,
}

#[derive(Deserialize)]
struct Message {
    rendered: Option<String>,
    level: String,
}

impl Messages {
    /// Takes one line of cargo's output.
    pub(super) fn take(&mut self, line: &str, notice: &mut dyn FnMut(Notice)) {
        match serde_json::from_str(line) {
            Ok(Line::CompilerMessage { package_id, message }) => {
                let entry = self.diagnostics.entry(package_name(&package_id)).or_default();
                entry.text.push_str(&message.rendered.unwrap_or_default());
                entry.errors += usize::from(message.level.starts_with("error"));
            }
            Ok(Line::CompilerArtifact { package_id, executable: Some(path) }) => {
                self.executables.insert(package_name(&package_id), path);
            }
            Ok(_) => {}
            Err(_) => self.take_text(line, notice),
        }
    }

    /// Takes a line that is for people.
    fn take_text(&mut self, line: &str, notice: &mut dyn FnMut(Notice)) {
        let text = line.trim();
        if let Some(rest) = text.strip_prefix("Compiling ") {
            self.begun.insert(rest.split(' ').next().unwrap_or_default().to_owned());
        }
        if ["Compiling", "Downloaded", "Downloading", "Updating", "Blocking"]
            .iter()
            .any(|verb| text.starts_with(verb))
        {
            notice(Notice::Busy(text.to_owned()));
            return;
        }
        self.talk.push_str(line);
        if let Some(rest) = line.strip_prefix("error: could not compile `") {
            let name = rest.split('`').next().unwrap_or_default();
            self.failed.entry(name.to_owned()).or_default();
            self.failing = Some(name.to_owned());
        } else if !(text.is_empty() || text == "Caused by:" || line.starts_with("  ")) {
            self.failing = None;
        } else if let Some(cause) = self.failing.as_ref().and_then(|name| self.failed.get_mut(name)) {
            cause.push_str(line);
        }
    }

    /// The packages among these whose compilation began and has not ended.
    pub(super) fn unfinished(&self, packages: &[String]) -> BTreeSet<String> {
        let ended = |name: &String| self.executables.contains_key(name) || self.failed.contains_key(name);
        packages.iter().filter(|name| self.begun.contains(*name) && !ended(name)).cloned().collect()
    }

    /// Adds what a further run of the same invocation said.
    pub(super) fn append(&mut self, more: Messages) {
        self.executables.extend(more.executables);
        // Cargo says again what it has said of a package that it does not compile again.
        self.diagnostics.extend(more.diagnostics);
        self.begun.extend(more.begun);
        self.failed.extend(more.failed);
        self.silent.extend(more.silent);
        self.talk.push_str(&more.talk);
    }
}

/// The name in a package id: `path+file:///course/labs/lab-01-hello#0.1.0`,
/// `path+file:///course/labs/kit#lab-kit@0.1.0`, `registry+https://…#serde@1.0.0`.
fn package_name(id: &str) -> String {
    let (url, fragment) = id.rsplit_once('#').unwrap_or((id, ""));
    match fragment.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => url.rsplit('/').next().unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::folder_is_name("path+file:///c/labs/lab-01-hello#0.1.0", "lab-01-hello")]
    #[case::folder_is_not_name("path+file:///c/labs/kit#lab-kit@0.1.0", "lab-kit")]
    #[case::registry("registry+https://example.org/index#serde@1.0.229", "serde")]
    fn names(#[case] id: &str, #[case] name: &str) {
        assert_eq!(package_name(id), name);
    }

    fn taken(lines: &str) -> Messages {
        let mut messages = Messages::default();
        lines.split_inclusive('\n').for_each(|line| messages.take(line, &mut |_| {}));
        messages
    }

    #[test]
    fn a_failed_package_has_cargos_cause() {
        let messages = taken(concat!(
            "   Compiling lab-kit v0.1.0\n   Compiling lab-01-hello v0.1.0 (/c)\n   Compiling lab-02 v0.1.0\n",
            "error: could not compile `lab-01-hello` (bin \"lab-01-hello\")\n\nCaused by:\n",
            "  process didn't exit successfully: `rustc --crate-name x` (signal: 11, SIGSEGV)\n",
            "error: could not compile `lab-02` (bin \"lab-02\") due to 1 previous error\n",
            "warning: build failed, waiting for other jobs to finish...\n  an indented line of somebody else\n",
        ));
        assert!(messages.failed["lab-01-hello"].contains("(signal: 11, SIGSEGV)"));
        assert_eq!(messages.failed["lab-02"], "");
        assert_eq!(
            messages.unfinished(&["lab-kit".into(), "lab-02".into(), "lab-03".into()]),
            ["lab-kit".into()].into()
        );
    }

    #[test]
    fn errors_are_kept_as_rustc_wrote_them() {
        let mut messages = Messages::default();
        let mut busy = Vec::new();
        let lines = [
            "   Compiling lab-01-hello v0.1.0\n",
            r#"{"reason":"compiler-message","package_id":"path+file:///c/labs-ebpf/lab-01-hello#0.1.0","message":{"rendered":"error: expected `;`\n --> src/exercise.rs:3\n","level":"error"}}"#,
            r#"{"reason":"build-finished","success":false}"#,
            "error: could not compile `lab-01-hello`\n",
        ];
        for line in lines {
            messages.take(line, &mut |notice| busy.push(notice));
        }
        let said = &messages.diagnostics["lab-01-hello"];
        assert_eq!((said.text.as_str(), said.errors), ("error: expected `;`\n --> src/exercise.rs:3\n", 1));
        assert_eq!(busy, [Notice::Busy("Compiling lab-01-hello v0.1.0".into())]);
        assert!(messages.talk.contains("could not compile"));
        assert!(messages.executables.is_empty());
    }
}
