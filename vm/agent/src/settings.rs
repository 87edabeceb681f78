//! Kernel settings of the guest, each with its reason. A missing switch is not an error.

use std::fs;

use rustix::process::{Resource, Rlimit, setrlimit};

/// (file, value): written once before the agent says that it is ready.
const SETTINGS: &[(&str, &str)] = &[
    // Under emulation a guest may not run for seconds: the watchdogs must not take that for a lockup.
    ("/proc/sys/kernel/watchdog_thresh", "60"),
    ("/proc/sys/kernel/hung_task_timeout_secs", "120"),
    // Symbols and jited code are course material, and the guest has no secrets.
    ("/proc/sys/kernel/kptr_restrict", "0"),
    ("/proc/sys/kernel/perf_event_paranoid", "-1"),
    // perf's own throttling would make sampling labs depend on the host's speed.
    ("/proc/sys/kernel/perf_cpu_time_max_percent", "0"),
    // Warnings and worse still reach the console; chatter stays in the kernel log.
    ("/proc/sys/kernel/printk", "4 4 1 4"),
    // A panic must end the guest at once, also for a kernel whose command line was replaced.
    ("/proc/sys/kernel/panic", "-1"),
];

/// Applies all settings, lifts the lock limit that 5.10 counts BPF memory against, and brings up `lo`.
pub(crate) fn apply() {
    for (file, value) in SETTINGS {
        let _ = fs::write(file, value);
    }
    let unlimited = Rlimit { current: None, maximum: None };
    if let Err(error) = setrlimit(Resource::Memlock, unlimited) {
        eprintln!("vm-agent: cannot lift RLIMIT_MEMLOCK: {error}");
    }
    if let Err(error) = crate::system::loopback_up() {
        eprintln!("vm-agent: cannot bring up lo: {error}");
    }
}
