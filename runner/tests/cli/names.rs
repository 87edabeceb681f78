//! Names that mean nothing, or too much: each message lists the right ones.

use rstest::rstest;

use crate::{Course, Machine, assert_run};

#[rstest]
#[case::unknown_lab("name_unknown_lab", &["check", "lab-99"])]
#[case::misspelt_lab("name_misspelt_lab", &["check", "lab-12-lifecylce"])]
#[case::ambiguous_lab("name_ambiguous_lab", &["check", "lab"])]
#[case::empty_lab("name_empty_lab", &["check", ""])]
#[case::backward_range("name_backward_range", &["check", "lab-12..lab-01"])]
#[case::range_to_nowhere("name_range_to_nowhere", &["check", "1-99"])]
#[case::hint("name_unknown_lab_to_hint", &["hint", "lab-99"])]
#[case::unknown_kernel("name_unknown_kernel", &["check", "lab-01", "--kernel", "6.2"])]
#[case::unknown_kernel_to_fetch("name_unknown_kernel_to_fetch", &["kernels", "fetch", "6.2"])]
#[case::unknown_mutant("name_unknown_mutant", &["check", "lab-01", "--mutant", "nonne"])]
#[case::lab_to_accept("name_unknown_lab_to_accept", &["dev", "accept", "lab-99"])]
#[case::new_lab("name_new_lab", &["dev", "new", "guard"])]
#[case::new_lab_with_a_taken_number("name_new_lab_taken", &["dev", "new", "lab-01-guard"])]
#[case::step("name_unknown_step", &["dev", "check", "--only", "fmtt"])]
#[case::fuzz_target("name_unknown_fuzz_target", &["dev", "fuzz", "logs"])]
fn a_wrong_name(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_run(name, &Course::new(), &Machine::new(), arguments);
}
