//! Machines that lack something, and may not get it: `--offline`, or nobody there to ask.

use rstest::rstest;

use crate::{Course, Machine, assert_run};

const CHECK: &[&str] = &["check", "lab-01", "--kernel", "6.1", "--offline"];

#[rstest]
#[case::no_kernel("machine_no_kernel", Machine::new())]
#[case::no_qemu("machine_no_qemu", Machine::new().without("qemu-system-x86_64"))]
#[case::no_tools("machine_no_tools", Machine::new().without("qemu-system-x86_64").without("bpf-linker").without("cc"))]
#[case::no_rust("machine_no_rust", Machine::new().without("rustc").without("rustup"))]
#[case::no_apt("machine_no_apt", Machine::new().without("apt-get"))]
#[case::misspelt_key("machine_misspelt_key", Machine::new().configured("miror = 'http://mirror.test/debian'\n"))]
#[case::no_url("machine_no_url", Machine::new().configured("mirror = 'mirror.test'\n"))]
#[case::not_toml("machine_not_toml", Machine::new().configured("mirror: mirror.test\n"))]
fn offline(#[case] name: &str, #[case] machine: Machine) {
    assert_run(name, &Course::new(), &machine, CHECK);
}

#[test]
fn without_a_terminal_nothing_is_installed() {
    let machine = Machine::new();
    assert_run("machine_nobody_to_ask", &Course::new(), &machine, &["check", "lab-01", "--kernel", "6.1"]);
}

#[test]
fn without_a_fuzzer() {
    assert_run("machine_no_fuzzer", &Course::new(), &Machine::new(), &["dev", "fuzz", "log"]);
}

#[test]
fn the_cache_is_a_file() {
    let machine = Machine::new();
    std::fs::write(machine.path().join("cache"), "").expect("a file in the cache's place");
    assert_run("machine_cache_is_a_file", &Course::new(), &machine, CHECK);
}

#[rstest]
#[case::missing("kernel_missing", "./not-there")]
#[case::text("kernel_text", "./Cargo.toml")]
#[case::empty("kernel_empty", "./Cargo.lock")]
#[case::folder("kernel_folder", "./labs")]
fn a_path_that_is_no_kernel(#[case] name: &str, #[case] path: &str) {
    assert_run(name, &Course::new(), &Machine::new(), &["check", "lab-01", "--kernel", path, "--offline"]);
}

#[test]
fn fetching_offline() {
    assert_run(
        "kernels_fetch_offline",
        &Course::new(),
        &Machine::new(),
        &["kernels", "fetch", "6.1", "--offline"],
    );
}

#[test]
fn standard_output_is_full() {
    let full = std::fs::File::create("/dev/full").expect("a device that is always full");
    let finished = Machine::new().run_to(&Course::new().path(), &["kernels", "list"], full);
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("output_full", format!("exit code: {}\n{}", finished.code, finished.stderr));
    });
}
