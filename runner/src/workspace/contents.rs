//! What a learner's workspace holds: exactly what is needed to read and to build.
//!
//! No solutions, no wrong solutions, nothing of the runner. A pure function of the embedded course.

use std::collections::BTreeMap;

use super::{chapter, embedded, marks::without_marks, reduced};

/// What the learner reads first.
const README: &str = include_str!("readme.md.in");

/// What the book's pages are, in their order.
const TABLE_OF_CONTENTS: &str = "book/src/SUMMARY.md";

/// Where the packages lie that become eBPF objects: a cargo workspace of its own.
const EBPF: &str = "labs-ebpf/";

/// The packages there that a workspace has; the programs of the quizzes are for authors.
const EBPF_MEMBERS: &str = r#"members = ["lab-*"]"#;

/// For those who keep their work in git.
const IGNORED: &str = "/target\n/labs-ebpf/target\n";

/// All files of a workspace by their path from its root, but for the marker and the list of hashes.
#[must_use]
pub fn contents() -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for (path, bytes) in embedded::FILES {
        if *path == TABLE_OF_CONTENTS {
            files.insert((*path).to_owned(), only_what_is_here(&String::from_utf8_lossy(bytes)).into_bytes());
        } else if is_chapter(path) {
            let text = String::from_utf8_lossy(bytes);
            files.insert((*path).to_owned(), chapter::chapter(&text).into_bytes());
        } else if is_for_learners(path) && is_code_of_a_lab(path) {
            files.insert((*path).to_owned(), without_marks(&String::from_utf8_lossy(bytes)).into_bytes());
        } else if is_for_learners(path) {
            files.insert((*path).to_owned(), bytes.to_vec());
        }
    }
    let (host, guest): (Vec<_>, Vec<_>) = packages().partition(|(path, _)| !path.starts_with(EBPF));
    let manifests: Vec<&str> = host.iter().map(|(_, text)| *text).collect();
    let names = |packages: &[(&str, &'static str)]| -> Vec<&str> {
        packages.iter().filter_map(|(_, text)| package_name(text)).collect()
    };
    let lock = |path: &str, packages: &[_]| reduced::lock(embedded::text(path), &names(packages));
    for (path, text) in [
        ("Cargo.toml", reduced::manifest(embedded::text("Cargo.toml"), &manifests)),
        ("Cargo.lock", lock("Cargo.lock", &host)),
        ("labs-ebpf/Cargo.toml", reduced::members(embedded::text("labs-ebpf/Cargo.toml"), EBPF_MEMBERS)),
        ("labs-ebpf/Cargo.lock", lock("labs-ebpf/Cargo.lock", &guest)),
        ("README.md", README.to_owned()),
        (".gitignore", IGNORED.to_owned()),
    ] {
        files.insert(path.to_owned(), text.into_bytes());
    }
    files
}

/// A file that cargo writes again whenever it likes: it is never the learner's work.
#[must_use]
pub(super) fn is_cargos(path: &str) -> bool {
    path.ends_with("Cargo.lock")
}

/// The book's table of contents without the pages that a workspace does not have.
fn only_what_is_here(text: &str) -> String {
    let is_here = |line: &&str| match line.split_once("](") {
        Some((_, rest)) => is_for_learners(&format!("book/src/{}", rest.trim_end_matches(')'))),
        None => true,
    };
    let mut lines: Vec<&str> = text.lines().filter(is_here).collect();
    lines.dedup_by(|line, before| line.is_empty() && before.is_empty());
    lines.join("\n").trim_end_matches(['\n', '-']).to_owned() + "\n"
}

/// A lab's chapter.
fn is_chapter(path: &str) -> bool {
    path.starts_with("book/src/lab-")
}

/// What a learner reads and edits.
fn is_code_of_a_lab(path: &str) -> bool {
    path.ends_with(".rs") && ["labs/lab-", "labs-ebpf/lab-"].iter().any(|folder| path.starts_with(folder))
}

fn is_for_learners(path: &str) -> bool {
    let books = ["/recorded/", "/mutants/", "/quiz.toml", "labs-ebpf/quiz/"];
    if path.ends_with("/src/solution.rs") || books.iter().any(|part| path.contains(part)) {
        return false;
    }
    let folders = ["labs/", "labs-ebpf/", "vm/agent/", "vm/wire/"];
    let files = ["rust-toolchain.toml", "LICENSE-MIT", "LICENSE-APACHE"];
    let reading = [TABLE_OF_CONTENTS, "book/src/glossary.md"];
    is_chapter(path)
        || folders.iter().any(|folder| path.starts_with(folder))
        || files.contains(&path)
        || reading.contains(&path)
}

/// The packages that are built, with their manifests.
fn packages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let ours = |path: &str| path.ends_with("/Cargo.toml") && is_for_learners(path);
    let manifests = embedded::FILES.iter().filter(move |(path, _)| ours(path));
    manifests.filter_map(|(path, bytes)| Some((*path, std::str::from_utf8(bytes).ok()?)))
}

fn package_name(manifest: &str) -> Option<&str> {
    manifest.lines().find_map(|line| line.strip_prefix("name = ")).map(|name| name.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_gives_a_solution_away() {
        let files = contents();
        let solutions: Vec<&[u8]> = embedded::FILES
            .iter()
            .filter(|(path, _)| path.ends_with("/solution.rs"))
            .map(|(_, bytes)| *bytes)
            .collect();
        assert!(!solutions.is_empty());
        for (path, bytes) in &files {
            assert!(!path.contains("solution") && !path.contains("mutants"), "{path}");
            assert!(!solutions.contains(&bytes.as_slice()), "`{path}` is a solution");
        }
    }

    #[test]
    fn what_is_built_is_there_and_nothing_else_is() {
        let files = contents();
        for path in [
            "Cargo.toml",
            "vm/agent/Cargo.toml",
            "labs/load/src/main.rs",
            "labs-ebpf/.cargo/config.toml",
            "labs-ebpf/Cargo.lock",
        ] {
            assert!(files.contains_key(path), "`{path}` is missing");
        }
        let tops: std::collections::BTreeSet<&str> =
            files.keys().map(|path| path.split('/').next().unwrap_or_default()).collect();
        let expected = [
            ".gitignore",
            "Cargo.lock",
            "Cargo.toml",
            "LICENSE-APACHE",
            "LICENSE-MIT",
            "README.md",
            "book",
            "labs",
            "labs-ebpf",
            "rust-toolchain.toml",
            "vm",
        ];
        assert_eq!(tops.into_iter().collect::<Vec<_>>(), expected);
        let lock = String::from_utf8_lossy(&files["Cargo.lock"]).into_owned();
        assert!(lock.contains("name = \"aya\"") && !lock.contains("name = \"clap\""));
        let manifest = String::from_utf8_lossy(&files["labs-ebpf/Cargo.toml"]).into_owned();
        assert!(manifest.contains("\nmembers = [\"lab-*\"]\n"), "every member must be there: {manifest}");
        let lock = String::from_utf8_lossy(&files["labs-ebpf/Cargo.lock"]).into_owned();
        assert!(lock.contains("name = \"aya-ebpf\"") && !lock.contains("name = \"quiz\""));
    }
}
