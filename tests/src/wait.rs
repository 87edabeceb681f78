//! Waiting for events with a deadline. Nothing here waits for time to pass.

use std::time::Duration;

use vm::Deadline;

/// How often an event is looked for that nobody announces.
const LOOK: Duration = Duration::from_millis(5);

/// Waits until `look` finds something.
///
/// # Panics
/// At the deadline, with what was awaited.
#[track_caller]
pub fn until<T>(timeout: Duration, awaited: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Deadline::after(timeout, awaited);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(deadline.left().is_some(), "waited {timeout:.1?} for {awaited}, in vain");
        std::thread::park_timeout(LOOK);
    }
}
