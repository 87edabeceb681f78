//! Deadlines: every wait ends, and says what it was waiting for.

use std::time::{Duration, Instant};

/// An instant after which a wait gives up, with what is awaited.
#[derive(Debug, Clone)]
pub struct Deadline {
    awaited: String,
    started: Instant,
    timeout: Duration,
}

impl Deadline {
    /// A deadline that ends `timeout` from now.
    #[must_use]
    pub fn after(timeout: Duration, awaited: impl Into<String>) -> Self {
        Self { awaited: awaited.into(), started: Instant::now(), timeout }
    }

    /// How much time is left; `None` when it is over.
    #[must_use]
    pub fn left(&self) -> Option<Duration> {
        self.timeout.checked_sub(self.started.elapsed()).filter(|left| !left.is_zero())
    }

    /// What is awaited.
    #[must_use]
    pub fn awaited(&self) -> &str {
        &self.awaited
    }

    /// The whole span that was allowed.
    #[must_use]
    pub fn timeout(&self) -> Duration {
        self.timeout
    }
}

/// How much slower this machine is than the one whose times are written in the code. Every
/// timeout is multiplied by it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale(f64);

/// The boot time, in seconds, of the machine on which the timeouts were chosen (facts: 1.2–2.1 s).
const REFERENCE_BOOT_S: f64 = 2.0;

impl Scale {
    /// The reference machine.
    pub const ONE: Scale = Scale(1.0);

    /// From a measured cold boot. Never below one: a fast machine gets the same patience. At most
    /// twenty: a boot that took longer was disturbed.
    #[must_use]
    pub fn from_boot(boot: Duration) -> Self {
        Self((boot.as_secs_f64() / REFERENCE_BOOT_S).clamp(1.0, 20.0))
    }

    /// A timeout on this machine.
    #[must_use]
    pub fn apply(self, timeout: Duration) -> Duration {
        timeout.mul_f64(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_machine_gets_more_time_and_a_fast_one_no_less() {
        let second = Duration::from_secs(1);
        assert_eq!(Scale::from_boot(Duration::from_millis(500)).apply(second), second);
        assert_eq!(Scale::from_boot(Duration::from_secs(6)).apply(second), 3 * second);
        assert_eq!(Scale::from_boot(Duration::from_secs(600)).apply(second), 20 * second);
    }

    #[test]
    fn a_deadline_in_the_past_has_nothing_left() {
        assert_eq!(Deadline::after(Duration::ZERO, "nothing").left(), None);
        assert!(Deadline::after(Duration::from_secs(60), "much").left().is_some());
    }
}
