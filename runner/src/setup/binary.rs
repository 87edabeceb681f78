//! Finds programs on `PATH`, without running them.

use std::{
    env,
    ffi::OsStr,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

/// Folders that are on root's `PATH` but not always on a user's: `bpftool` lies there.
const FOR_ROOT: [&str; 2] = ["/usr/sbin", "/sbin"];

/// The first executable file of this name on `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    within(&env::var_os("PATH").unwrap_or_default(), name)
}

/// The same, also where programs for root lie.
pub(super) fn on_roots_path(name: &str) -> Option<PathBuf> {
    on_path(name)
        .or_else(|| FOR_ROOT.iter().map(|folder| Path::new(folder).join(name)).find(|file| runs(file)))
}

fn within(path: &OsStr, name: &str) -> Option<PathBuf> {
    env::split_paths(path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| runs(file))
}

fn runs(file: &Path) -> bool {
    file.metadata().is_ok_and(|meta| meta.is_file() && meta.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_the_first_that_can_be_executed() {
        let root = tempfile::tempdir().unwrap();
        let folders =
            ["empty", "not-executable", "folder", "right", "later"].map(|name| root.path().join(name));
        for (folder, mode) in folders.iter().zip([None, Some(0o644), None, Some(0o755), Some(0o755)]) {
            std::fs::create_dir(folder).unwrap();
            if let Some(mode) = mode {
                std::fs::write(folder.join("tool"), "").unwrap();
                std::fs::set_permissions(folder.join("tool"), PermissionsExt::from_mode(mode)).unwrap();
            }
        }
        std::fs::create_dir(folders[2].join("tool")).unwrap();
        let path = env::join_paths(&folders).unwrap();
        assert_eq!(within(&path, "tool"), Some(folders[3].join("tool")));
        assert_eq!(within(&path, "other"), None);
    }
}
