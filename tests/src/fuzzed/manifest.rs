//! Manifests: what is accepted keeps the rules of `CONTRIBUTING.md`, what is not is told in our form.

use std::collections::BTreeSet;

use runner::catalog::{CatalogError, KernelVersion, Manifest};

use super::assert_printable;

/// The property.
///
/// # Panics
/// Where it does not hold.
pub fn holds(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    match Manifest::parse(text, "labs/lab-01-hello/lab.toml") {
        Ok(manifest) => is_usable(&manifest),
        Err(error) => is_told(&error, text),
    }
}

fn is_usable(manifest: &Manifest) {
    let Manifest { title, summary, vcpus, timeout_s, hints, checks, min_kernel, .. } = manifest;
    for text in [title, summary].into_iter().chain(checks.iter().map(|check| &check.what)) {
        assert!(!text.trim().is_empty() && !text.contains(char::is_control), "not one line: {text:?}");
    }
    assert!((1..=2).contains(vcpus), "{vcpus} CPUs");
    assert_eq!(hints.len(), 3);
    assert!(hints.iter().all(|hint| !hint.trim().is_empty()));
    let names: BTreeSet<&str> = checks.iter().map(|check| check.name.as_str()).collect();
    assert!(!names.is_empty() && names.len() == checks.len(), "{checks:?}");
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
    assert!(names.iter().all(|name| !name.is_empty() && name.chars().all(plain)), "{names:?}");
    assert!((1..=3600).contains(timeout_s), "{timeout_s} s");
    let again = min_kernel.map(|version| version.to_string().parse::<KernelVersion>());
    assert_eq!(again, min_kernel.map(Ok));
}

fn is_told(error: &CatalogError, text: &str) {
    let CatalogError::Manifest { line, why, hint, .. } = error else {
        panic!("not about the manifest: {error}");
    };
    assert!((1..=text.matches('\n').count() + 1).contains(line), "there is no line {line}");
    assert!(!why.is_empty() && !hint.is_empty());
    let message = error.to_string();
    assert_eq!(message.matches("\nhint: ").count(), 1, "{message}");
    assert_printable(&message.lines().map(str::to_owned).collect::<Vec<_>>());
}
