//! The course's manifest and lock file, reduced to what a learner's workspace builds.
//!
//! Texts in, texts out: they are made from the course's own, so that no version is written twice.

use std::collections::{BTreeMap, BTreeSet};

/// The crates of a workspace, as cargo's patterns.
const MEMBERS: &str = r#"members = ["vm/wire", "vm/agent", "labs/channel", "labs/kit", "labs/load", "labs/programs", "labs/lab-*"]"#;

/// The root manifest without members and dependencies that no package of the workspace names.
/// `manifests` are the manifests of the packages.
pub(super) fn manifest(course: &str, manifests: &[&str]) -> String {
    let used = |key: &str| {
        manifests.iter().any(|text| text.lines().any(|line| line.starts_with(&format!("{key}.workspace"))))
    };
    let mut section = "";
    let mut kept = vec!["# What the labs need to be built. `runner update` writes this file anew."];
    for line in course.lines() {
        if line.starts_with('[') {
            section = line;
        }
        if line.trim_start().starts_with('#') {
            continue;
        }
        match section {
            "[workspace]" if line.starts_with("members") => kept.push(MEMBERS),
            "[workspace]" if line.starts_with("exclude") => kept.push(line),
            "[workspace.dependencies]" => {
                let key = line.split(['=', ' ']).next().unwrap_or_default();
                if line.starts_with('[') || used(key) {
                    kept.push(line);
                }
                if line.is_empty() && kept.last().is_some_and(|last| !last.is_empty()) {
                    kept.push(line);
                }
            }
            _ => kept.push(line),
        }
    }
    kept.join("\n") + "\n"
}

/// A manifest with other members, and otherwise word for word: cargo refuses a pattern that fits nothing.
pub(super) fn members(course: &str, members: &str) -> String {
    let lines = course.lines().map(|line| if line.starts_with("members = ") { members } else { line });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// One package of a lock file.
struct Package<'a> {
    name: &'a str,
    version: &'a str,
    foreign: bool,
    dependencies: Vec<&'a str>,
    text: &'a str,
}

/// The lock file with only the packages that these crates of the course bring along.
pub(super) fn lock(course: &str, crates: &[&str]) -> String {
    let mut blocks = course.split("\n[[package]]\n");
    let head = blocks.next().unwrap_or_default();
    let packages: Vec<Package<'_>> = blocks.map(package).collect();
    let mut by_name: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, package) in packages.iter().enumerate() {
        by_name.entry(package.name).or_default().push(index);
    }
    let ours = |package: &Package<'_>| !package.foreign && crates.contains(&package.name);
    let mut open: Vec<usize> =
        (0..packages.len()).filter(|index| packages.get(*index).is_some_and(ours)).collect();
    let mut kept = BTreeSet::new();
    while let Some(index) = open.pop() {
        if !kept.insert(index) {
            continue;
        }
        for dependency in &packages[index].dependencies {
            // `name`, or `name version` where there are several.
            let mut words = dependency.split(' ');
            let (name, version) = (words.next().unwrap_or_default(), words.next());
            let same = by_name.get(name).into_iter().flatten().copied();
            open.extend(
                same.filter(|found| version.is_none_or(|version| packages[*found].version == version)),
            );
        }
    }
    let mut text = head.to_owned();
    for index in kept {
        text.push_str("\n[[package]]\n");
        text.push_str(packages[index].text.trim_end());
        text.push('\n');
    }
    text
}

fn package(text: &str) -> Package<'_> {
    let value = |key: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(key));
        line.and_then(|rest| rest.split('"').nth(1)).unwrap_or_default()
    };
    let dependencies =
        text.lines().skip_while(|line| *line != "dependencies = [").skip(1).take_while(|line| *line != "]");
    let dependencies = dependencies.filter_map(|line| line.split('"').nth(1)).collect();
    let foreign = text.lines().any(|line| line.starts_with("source = "));
    Package { name: value("name = "), version: value("version = "), foreign, dependencies, text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_used_stays_in_the_manifest() {
        let course = "# a comment\n[workspace]\nmembers = [\"runner\"]\n\n[workspace.dependencies]\n\
                      aya = \"0.14\"\nclap = \"4\"\n\nkit = { path = \"labs/kit\" }\n\n[profile.guest]\nx = 1\n";
        let reduced = manifest(course, &["aya.workspace = true # x\nkit.workspace = true\n"]);
        insta::assert_snapshot!("reduced_manifest", reduced);
    }

    #[test]
    fn only_what_is_brought_along_stays_in_the_lock_file() {
        let of = |name: &str, version: &str, rest: &str| {
            format!("\n[[package]]\nname = \"{name}\"\nversion = \"{version}\"\n{rest}")
        };
        let registry = "source = \"registry\"\n";
        let course = [
            "version = 4\n".to_owned(),
            of("aya", "0.14", &format!("{registry}dependencies = [\n \"object 0.36\",\n]\n")),
            of("clap", "4", registry),
            of("lab-kit", "0.1", "dependencies = [\n \"aya\",\n]\n"),
            of("object", "0.36", registry),
            of("object", "0.40", registry),
            of("runner", "0.1", "dependencies = [\n \"clap\",\n]\n"),
        ]
        .concat();
        insta::assert_snapshot!("reduced_lock", lock(&course, &["lab-kit"]));
    }
}
