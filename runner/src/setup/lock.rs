//! One runner at a time does a step: the others wait, and then find it done.

use std::{fs::File, path::Path};

use vm::lock::Lock;

use super::{SetupError, Talk};

/// Takes the lock of this name in the folder `locks`, and says so if another runner has it.
///
/// # Errors
/// If the file cannot be made, another runner does not end for half an hour, or on Ctrl-C.
pub(super) fn take(locks: &Path, name: &str, talk: &Talk) -> Result<Lock, SetupError> {
    let file = locks.join(name);
    let problem = |why: String| SetupError::Step { what: format!("lock `{}`", file.display()), why };
    std::fs::create_dir_all(locks).map_err(|error| problem(error.to_string()))?;
    if is_taken(&file) {
        talk.line(&format!("another runner is at `{name}`: waiting for it"));
    }
    Lock::acquire(&file).map_err(|error| match error {
        vm::VmError::Interrupted => SetupError::Interrupted,
        other => problem(other.to_string()),
    })
}

fn is_taken(file: &Path) -> bool {
    let open = File::options().append(true).open(file);
    open.is_ok_and(|open| matches!(open.try_lock(), Err(std::fs::TryLockError::WouldBlock)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_waits_for_the_first_and_says_so() {
        let folder = tempfile::tempdir().unwrap();
        let (talk, heard) = Talk::recorded();
        let first = take(folder.path(), "bpf-linker", &talk).unwrap();
        assert_eq!(heard.text(), "");
        std::thread::scope(|scope| {
            let second = scope.spawn(|| take(folder.path(), "bpf-linker", &talk).is_ok());
            heard.wait_for("another runner is at `bpf-linker`: waiting for it\n");
            assert!(!second.is_finished());
            drop(first);
            assert!(second.join().unwrap());
        });
    }

    #[test]
    fn another_name_is_another_lock() {
        let folder = tempfile::tempdir().unwrap();
        let (talk, heard) = Talk::recorded();
        let _first = take(folder.path(), "bpf-linker", &talk).unwrap();
        let _second = take(folder.path(), "rust-src", &talk).unwrap();
        assert_eq!(heard.text(), "");
    }
}
