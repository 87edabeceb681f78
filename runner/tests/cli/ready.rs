//! What a machine that has every tool prints, as far as no guest is needed: lists, findings, skips.

use rstest::rstest;

use crate::{Course, Machine, assert_run};

#[test]
fn the_list_of_kernels() {
    assert_run("kernels_list", &Course::new(), &Machine::new(), &["kernels", "list"]);
}

#[test]
fn tidying_an_empty_cache() {
    assert_run("kernels_gc", &Course::new(), &Machine::new(), &["kernels", "gc"]);
}

/// The schema of reports: a field that changes its meaning changes `schema`.
#[rstest]
#[case::terminal("skipped", &["check", "lab-12", "--kernel", "5.10", "--offline"])]
#[case::json("skipped_as_json", &["check", "lab-12", "--kernel", "5.10", "--offline", "--format", "json"])]
fn a_lab_that_is_too_new(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_run(name, &Course::new(), &Machine::new(), arguments);
}

#[test]
fn a_new_lab() {
    assert_run("dev_new", &Course::new(), &Machine::new(), &["dev", "new", "lab-02-guard"]);
}

#[test]
fn the_steps_of_the_whole_check() {
    assert_run("dev_check_list", &Course::new(), &Machine::new(), &["dev", "check", "--list"]);
}

/// Advice depends on the tests' own machine, so it is left out: what stops the work does not.
#[test]
fn findings_for_machines() {
    let machine = Machine::new();
    let finished = machine.run(&Course::new().path(), &["doctor", "--json"]);
    assert_eq!(finished.code, 3, "{}", finished.stderr);
    let mut findings: Vec<serde_json::Value> =
        serde_json::from_str(&finished.stdout).expect("a list of findings");
    findings.retain(|finding| finding["weight"] == "stops");
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("doctor_as_json", serde_json::to_string_pretty(&findings).expect("JSON"));
    });
}
