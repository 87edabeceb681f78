//! Courses that are spoilt in one place: the message names the file, and no lab is built.

use rstest::rstest;

use crate::{Course, Machine, assert_run, assert_run_in};

const MANIFEST: &str = "labs/lab-01-hello/lab.toml";

#[rstest]
#[case::misspelt_key("course_misspelt_key", Course::new().edit(MANIFEST, "minutes", "minuts"))]
#[case::not_toml("course_not_toml", Course::new().edit(MANIFEST, "minutes = 20", "minutes 20"))]
#[case::two_hints("course_two_hints", Course::new().edit(MANIFEST, ", \"the line\"", ""))]
#[case::min_kernel("course_min_kernel", Course::new().edit("labs/lab-12-lifecycle/lab.toml", "7.3", "99.0"))]
#[case::no_manifest("course_no_manifest", Course::new().without(MANIFEST))]
#[case::no_exercise("course_no_exercise", Course::new().without("labs-ebpf/lab-01-hello/src/exercise.rs"))]
#[case::no_solution("course_no_solution", Course::new().without("labs-ebpf/lab-01-hello/src/solution.rs"))]
#[case::snapshot_without_check(
    "course_snapshot_without_check",
    Course::new().write("labs/lab-01-hello/snapshots/cuont.snap", "---\nsource: x\n---\n7\n")
)]
#[case::snapshot_without_kernel(
    "course_snapshot_without_kernel",
    Course::new().write("labs/lab-01-hello/snapshots/count@5.11.snap", "---\nsource: x\n---\n7\n")
)]
#[case::needless_override(
    "course_needless_override",
    Course::new().write("labs/lab-01-hello/snapshots/count@5.10.snap", "---\nsource: x\n---\nafter attach: 7\n")
)]
#[case::broken_snapshot("course_broken_snapshot", Course::new().write("labs/lab-01-hello/snapshots/count.snap", "---\n[: x\n---\n1\n"))]
#[case::mutant_that_passes(
    "course_mutant_that_passes",
    Course::new().write("labs-ebpf/lab-01-hello/mutants/none.rs", "// fails: Passed: 7\n")
)]
#[case::no_toolchain_file("course_no_toolchain_file", Course::new().without("rust-toolchain.toml"))]
fn a_spoilt_course(#[case] name: &str, #[case] course: Course) {
    assert_run(name, &course, &Machine::new(), &["check", "lab-12", "--offline"]);
}

#[test]
fn outside_of_a_course() {
    let outside = Course::new().without("labs-ebpf");
    assert_run("course_outside", &outside, &Machine::new(), &["check", "lab-01"]);
}

#[test]
fn deep_inside_a_course() {
    let course = Course::new();
    let machine = Machine::new();
    assert_run_in(
        "course_deep_inside",
        &course,
        "labs-ebpf/lab-01-hello/src",
        &machine,
        &["check", "lab-99"],
    );
}
