//! Notices that a file of the course has changed, by looking at sizes and times.
//!
//! It asks the file system again and again instead of listening to it: events do not come on mounted folders and
//! under WSL, and a few hundred files are looked at in milliseconds.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

/// What the book is made of, relative to the root.
const WATCHED: [&str; 6] =
    ["book/book.toml", "book/src", "book/theme", "labs", "labs-ebpf", "vm/kernels.toml"];
/// Folders that builds fill.
const LEFT_OUT: [&str; 2] = ["target", "build"];

/// A number that changes when a watched file under `root` is written, added or taken away.
pub fn state(root: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    for path in WATCHED {
        visit(&root.join(path), &mut hasher);
    }
    hasher.finish()
}

fn visit(path: &Path, hasher: &mut DefaultHasher) {
    let Ok(metadata) = fs::metadata(path) else { return };
    if metadata.is_dir() {
        let mut inner: Vec<_> =
            fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
        inner.retain(|path| !LEFT_OUT.iter().any(|name| path.ends_with(name)));
        inner.sort();
        inner.iter().for_each(|path| visit(path, hasher));
    } else {
        path.hash(hasher);
        metadata.len().hash(hasher);
        metadata.modified().ok().hash(hasher);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_sees_an_edit_a_new_file_and_a_lost_one() {
        let root = tempfile::tempdir().unwrap();
        let page = root.path().join("book/src/README.md");
        fs::create_dir_all(root.path().join("book/src")).unwrap();
        fs::write(&page, "one").unwrap();
        let first = state(root.path());
        assert_eq!(first, state(root.path()));
        fs::write(&page, "longer").unwrap();
        let edited = state(root.path());
        assert_ne!(first, edited);
        let other = root.path().join("book/src/other.md");
        fs::write(&other, "").unwrap();
        assert_ne!(edited, state(root.path()));
        fs::remove_file(&other).unwrap();
        assert_eq!(edited, state(root.path()));
    }
}
