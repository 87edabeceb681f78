//! Two hundred restores in a row on every kernel, without one failure and without a second attempt.
//!
//! It measures nothing that must hold: how fast a restore has to be is the benchmark's matter.

#[allow(dead_code, reason = "the faults need more of it")]
#[path = "faults/bench.rs"]
mod bench;

use std::time::Duration;

use bench::bench;
use rstest::rstest;
use vm::Machine;

const RESTORES: usize = 200;

#[rstest]
fn restores_in_a_row(#[values("5.10", "6.1", "6.12", "6.18", "7.3")] series: &str) {
    let (host, kernel, machine) = (&bench().host, bench().kernel(series), Machine::default());
    let checkpoint = host.checkpoint(kernel, &machine).expect("a checkpoint");
    let mut times: Vec<Duration> = Vec::new();
    for number in 1..=RESTORES {
        // Not `restore`, which would hide a failure behind a second attempt.
        let restored = host.restore_from(&checkpoint, &machine);
        let restored =
            restored.unwrap_or_else(|error| panic!("restore {number} of kernel {series}: {error}"));
        times.push(restored.took);
    }
    times.sort();
    let (median, longest) = (times[RESTORES / 2], times[RESTORES - 1]);
    eprintln!(
        "kernel {series}: {RESTORES} restores, median {:.2} s, longest {:.2} s",
        median.as_secs_f64(),
        longest.as_secs_f64()
    );
}

/// The kernels above are those of the list.
#[test]
fn no_kernel_is_left_out() {
    let names: Vec<&str> = bench().kernels.iter().map(|kernel| kernel.series.as_str()).collect();
    assert_eq!(names, ["5.10", "6.1", "6.12", "6.18", "7.3"]);
}
