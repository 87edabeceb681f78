//! The course that this binary carries, solutions and wrong solutions included.
//!
//! `build.rs` lists the files. What of them a learner gets is [`super::contents`]' matter.

use std::sync::LazyLock;

use sha2::{Digest, Sha256};

/// All files by their path from the course's root, with `/` between the parts.
pub static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/course.rs"));

/// The version of the course, which is the runner's.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Twelve hexadecimal digits that differ when any file of the course does.
static CONTENT: LazyLock<String> = LazyLock::new(|| {
    let mut hash = Sha256::new();
    for (path, bytes) in FILES {
        // Lengths, so that no two courses run into one text.
        for part in [path.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().take(6).map(|byte| format!("{byte:02x}")).collect()
});

/// Which course this is: it differs when any file does.
#[must_use]
pub fn content() -> &'static str {
    &CONTENT
}

/// One file.
#[must_use]
pub fn file(path: &str) -> Option<&'static [u8]> {
    FILES.iter().find(|(name, _)| *name == path).map(|(_, bytes)| *bytes)
}

/// One file that is text; empty if there is none.
#[must_use]
pub fn text(path: &str) -> &'static str {
    file(path).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_course_is_all_here() {
        for path in [
            "Cargo.toml",
            "labs/kit/src/lib.rs",
            "labs/lab-01-hello/lab.toml",
            "labs-ebpf/.cargo/config.toml",
            "labs-ebpf/lab-01-hello/src/solution.rs",
            "vm/agent/src/main.rs",
            "book/src/lab-01-hello.md",
        ] {
            assert!(file(path).is_some_and(|bytes| !bytes.is_empty()), "`{path}` is missing");
        }
        assert!(!FILES.iter().any(|(path, _)| path.contains("/target/")));
    }
}
