//! The crates of both workspaces and what they depend on.
//!
//! Cargo says what each crate asks for; the lock file says what that brings along. Neither needs a network.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use serde_json::Value;

/// One crate of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Crate {
    /// Its folder, from the root.
    pub folder: String,
    /// What it is called in cargo's files.
    pub name: String,
    /// The folders of our own crates that it depends on, tests included.
    pub ours: BTreeSet<String>,
    /// The names of foreign crates that it depends on, tests excluded.
    pub foreign: BTreeSet<String>,
}

/// Asks cargo for the crates of a workspace. `root` is the repository's, `manifest` the workspace's, from there.
///
/// # Panics
/// If cargo has no answer: a rule over no crates would hold.
#[must_use]
pub fn of_workspace(root: &Path, manifest: &str) -> Vec<Crate> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments =
        ["metadata", "--no-deps", "--format-version", "1", "--offline", "--manifest-path", manifest];
    let said = duct::cmd(cargo, arguments).dir(root).stdin_null().read();
    let text =
        said.unwrap_or_else(|error| panic!("cargo does not describe the workspace `{manifest}`: {error}"));
    let crates = parse(&root.display().to_string(), &text);
    assert!(!crates.is_empty(), "cargo finds no crates in `{manifest}`");
    crates
}

/// Reads what `cargo metadata --no-deps` says.
///
/// # Panics
/// If it is something else.
#[must_use]
pub fn parse(root: &str, metadata: &str) -> Vec<Crate> {
    let metadata: Value = serde_json::from_str(metadata).expect("cargo writes JSON");
    let from_root = |path: &str| path.strip_prefix(root).unwrap_or(path).trim_start_matches('/').to_owned();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let one = |package: &Value| {
        let manifest = from_root(&text(&package["manifest_path"]));
        let mut found = Crate {
            folder: manifest.trim_end_matches("Cargo.toml").trim_end_matches('/').to_owned(),
            name: text(&package["name"]),
            ..Crate::default()
        };
        for dependency in list(&package["dependencies"]) {
            match dependency["path"].as_str() {
                Some(path) => drop(found.ours.insert(from_root(path))),
                None if dependency["kind"] == "dev" => {}
                None => drop(found.foreign.insert(text(&dependency["name"]))),
            }
        }
        found
    };
    list(&metadata["packages"]).iter().map(one).collect()
}

/// Everything that these foreign crates bring along, themselves included, by the lock file's text.
/// It knows no features or platforms, so it may find too much, and never too little.
///
/// # Panics
/// If the text is no lock file.
#[must_use]
pub fn closure(lock: &str, names: &BTreeSet<String>) -> BTreeSet<String> {
    let lock: toml::Table = toml::from_str(lock).expect("cargo writes TOML");
    let mut brings: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for package in lock["package"].as_array().expect("a lock file lists packages") {
        let dependencies = package.get("dependencies").and_then(toml::Value::as_array).into_iter().flatten();
        // Where two versions are in use, the version stands behind the name.
        let dependencies =
            dependencies.filter_map(toml::Value::as_str).filter_map(|text| text.split(' ').next());
        brings.entry(package["name"].as_str().unwrap_or_default()).or_default().extend(dependencies);
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = names.iter().map(String::as_str).collect();
    while let Some(name) = open.pop() {
        if found.insert(name.to_owned()) {
            open.extend(brings.get(name).into_iter().flatten());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn cargos_answer_is_read() {
        let metadata = r#"{"packages": [{"name": "vm", "manifest_path": "/c/vm/Cargo.toml", "dependencies": [
            {"name": "vm-wire", "path": "/c/vm/wire", "kind": null},
            {"name": "runner", "path": "/c/runner", "kind": "dev"},
            {"name": "serde", "kind": null}, {"name": "cc", "kind": "build"}, {"name": "insta", "kind": "dev"}]}]}"#;
        let expected = Crate {
            folder: "vm".to_owned(),
            name: "vm".to_owned(),
            ours: set(&["runner", "vm/wire"]),
            foreign: set(&["cc", "serde"]),
        };
        assert_eq!(parse("/c", metadata), [expected]);
    }

    #[test]
    fn the_lock_file_is_followed_to_its_ends() {
        let lock = "[[package]]\nname = \"a\"\nversion = \"1\"\ndependencies = [\"b 2\"]\n\n\
                    [[package]]\nname = \"b\"\nversion = \"2\"\ndependencies = [\"a\", \"c\"]\n\n\
                    [[package]]\nname = \"c\"\nversion = \"1\"\n\n[[package]]\nname = \"d\"\nversion = \"1\"\n";
        assert_eq!(closure(lock, &set(&["a"])), set(&["a", "b", "c"]));
    }
}
