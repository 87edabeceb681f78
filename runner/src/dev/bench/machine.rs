//! The machine on which the figures were taken: without it they mean nothing.

use std::{fs, num::NonZero, thread};

use serde::Serialize;

/// With more load than this, other programs take a visible part of two cores.
const QUIET_LOAD: f64 = 0.5;

/// What a reader has to know about the machine.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub(super) struct Machine {
    /// How many programs can run at once.
    pub(super) cores: usize,
    /// The processor's name, as the kernel knows it.
    pub(super) cpu: String,
    /// How many programs wanted to run in the last minute before the first measurement.
    pub(super) load_before: f64,
    /// The same after the last one.
    pub(super) load_after: f64,
}

impl Machine {
    /// Looks at this machine.
    pub(super) fn look() -> Self {
        Self {
            cores: thread::available_parallelism().map_or(1, NonZero::get),
            cpu: cpu_of(&fs::read_to_string("/proc/cpuinfo").unwrap_or_default()),
            load_before: load(),
            load_after: 0.0,
        }
    }

    /// Looks at the load once more.
    pub(super) fn look_again(&mut self) {
        self.load_after = load();
    }

    /// Says so if the figures will not be worth much.
    pub(super) fn warning(&self) -> Option<String> {
        (self.load_before > QUIET_LOAD).then(|| {
            format!("figures are disturbed: the load is {:.2} before anything is measured", self.load_before)
        })
    }
}

fn load() -> f64 {
    load_of(&fs::read_to_string("/proc/loadavg").unwrap_or_default())
}

/// The average over one minute, the first number of /proc/loadavg.
fn load_of(loadavg: &str) -> f64 {
    loadavg.split_whitespace().next().and_then(|number| number.parse().ok()).unwrap_or_default()
}

fn cpu_of(cpuinfo: &str) -> String {
    let line = cpuinfo.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    line.map_or_else(|| "unknown processor".to_owned(), |(_, name)| name.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_kernel_writes() {
        assert!((load_of("4.96 7.97 7.76 8/165 11845\n") - 4.96).abs() < 1e-9);
        assert!(load_of("").abs() < 1e-9);
        assert_eq!(
            cpu_of("processor\t: 0\nmodel name\t: AMD EPYC 9R14\n\nmodel name\t: other\n"),
            "AMD EPYC 9R14"
        );
        assert_eq!(cpu_of(""), "unknown processor");
    }

    #[test]
    fn a_busy_machine_is_told() {
        let machine = |load_before| Machine { load_before, ..Machine::default() };
        assert_eq!(machine(0.5).warning(), None);
        insta::assert_snapshot!("bench_warning", machine(3.25).warning().expect("a warning"));
    }
}
