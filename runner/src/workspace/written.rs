//! `workbook.lock`: the SHA-256 of each file as the course wrote it, in the form of `sha256sum`.
//!
//! With it `update` tells a file that the learner has edited from one that is as it came. Without it every
//! file that differs counts as edited, so losing it loses nothing.

use std::{
    collections::BTreeMap,
    fs, io,
    path::{Component, Path},
};

use super::file;

/// The list's name, at the root of a workspace.
const NAME: &str = "workbook.lock";

/// Hashes by path from the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written(pub BTreeMap<String, String>);

impl Written {
    /// Reads the list of a workspace. Lines that cannot be used are left out.
    #[must_use]
    pub fn read(root: &Path) -> Self {
        Self::parse(&fs::read_to_string(root.join(NAME)).unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let entries = text.lines().filter_map(|line| line.split_once("  "));
        let good = entries.filter(|(hash, path)| hash.len() == 64 && stays_inside(path));
        Self(good.map(|(hash, path)| (path.to_owned(), hash.to_owned())).collect())
    }

    /// Writes the list.
    ///
    /// # Errors
    /// What the system says.
    pub fn write(&self, root: &Path) -> io::Result<()> {
        let lines: String = self.0.iter().map(|(path, hash)| format!("{hash}  {path}\n")).collect();
        file::write(&root.join(NAME), lines.as_bytes())
    }
}

/// The list is a file that anything may have written: no path of it may lead out of the workspace.
fn stays_inside(path: &str) -> bool {
    !path.is_empty() && Path::new(path).components().all(|part| matches!(part, Component::Normal(_)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_list_says_less_and_nothing_wrong() {
        let hash = "a".repeat(64);
        let text =
            format!("{hash}  labs/x\n{hash}  ../../etc/passwd\n{hash}  /etc/passwd\nshort  y\nhalf a li");
        assert_eq!(Written::parse(&text).0.into_keys().collect::<Vec<_>>(), ["labs/x"]);
    }
}
