//! File locks in the cache: two runners at once do not disturb each other.

use std::{
    fs::{File, OpenOptions},
    path::Path,
    time::Duration,
};

use rustix::fs::{FlockOperation, flock};

use crate::{children::interrupted, deadline::Deadline, error::VmError};

/// How long a runner waits for another one.
const TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// An exclusive lock, released when dropped or when the process ends.
#[derive(Debug)]
pub struct Lock(#[allow(dead_code, reason = "the lock lives as long as the open file")] File);

impl Lock {
    /// Waits for the lock on this file, which is made if it does not exist.
    ///
    /// # Errors
    /// [`VmError::Locked`] after half an hour, [`VmError::Interrupted`] on Ctrl-C.
    pub fn acquire(path: &Path) -> Result<Self, VmError> {
        Self::acquire_within(TIMEOUT, path)
    }

    fn acquire_within(timeout: Duration, path: &Path) -> Result<Self, VmError> {
        let act = || VmError::io(format!("lock `{}`", path.display()));
        let file = OpenOptions::new().create(true).append(true).open(path).map_err(act())?;
        let deadline = Deadline::after(timeout, "another runner");
        loop {
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self(file)),
                Err(rustix::io::Errno::WOULDBLOCK | rustix::io::Errno::INTR) => {}
                Err(error) => return Err(act()(error.into())),
            }
            if interrupted() {
                return Err(VmError::Interrupted);
            }
            let Some(left) = deadline.left() else {
                return Err(VmError::Locked { path: path.to_owned(), waited: deadline.timeout() });
            };
            // flock has no timeout of its own: look again soon.
            std::thread::park_timeout(left.min(Duration::from_millis(50)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_never_released_is_an_error_with_a_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("build.lock");
        let first = Lock::acquire(&path).unwrap();
        let error = Lock::acquire_within(Duration::from_millis(60), &path).unwrap_err().to_string();
        insta::assert_snapshot!("lock_held", error.replace(&folder.path().display().to_string(), "FOLDER"));
        drop(first);
        assert!(Lock::acquire_within(Duration::from_millis(60), &path).is_ok());
    }
}
