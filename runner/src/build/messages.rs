//! Reads what cargo prints with `--message-format=json`: artifacts, rustc's diagnostics, and talk.
//! Format: the cargo book, "External tools".

use std::{collections::BTreeMap, path::PathBuf};

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
    /// What cargo itself said, for example that a dependency cannot be downloaded.
    pub(super) talk: String,
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
            Err(_) => {
                let text = line.trim();
                if ["Compiling", "Downloaded", "Downloading", "Updating", "Blocking"]
                    .iter()
                    .any(|verb| text.starts_with(verb))
                {
                    notice(Notice::Busy(text.to_owned()));
                } else {
                    self.talk.push_str(line);
                }
            }
        }
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
