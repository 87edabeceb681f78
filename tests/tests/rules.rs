//! The repository keeps its rules, each of them a test of its own.
//!
//! What the rules find in broken trees is tested beside them, in `tests/src/rules`.

use rstest::rstest;
use tests::{
    Rule, Tree,
    rules::{labs, manifests, processes, sources, words},
    tree,
};

/// How many cases the test below has.
const CASES: usize = 27;

#[rstest]
#[case::exercises_are_marked(&labs::MARKED)]
#[case::exercises_are_not_solved(&labs::DIFFERENT)]
#[case::labs_have_mutants(&labs::MUTATED)]
#[case::checks_have_snapshots(&labs::RECORDED)]
#[case::labs_go_on_after_a_pass(&labs::FOLLOWED)]
#[case::labs_have_chapters(&labs::TOLD)]
#[case::both_sides_belong_together(&labs::PAIRED)]
#[case::objects_have_a_licence(&labs::LICENSED)]
#[case::user_space_exercises_are_confined(&labs::CONFINED)]
#[case::dependencies_have_reasons(&manifests::REASONED)]
#[case::crates_inherit(&manifests::INHERITED)]
#[case::lints_are_on(&manifests::LINTED)]
#[case::licences_lie_beside(&manifests::LICENSED)]
#[case::few_files_start_programs(&processes::STARTED)]
#[case::programs_have_one_door(&processes::NAMED)]
#[case::files_say_what_they_are_for(&sources::INTRODUCED)]
#[case::files_are_short(&sources::SHORT)]
#[case::names_say_something(&sources::PLAIN)]
#[case::nothing_is_unfinished(&sources::FINISHED)]
#[case::silenced_lints_have_reasons(&sources::EXCUSED)]
#[case::no_test_is_off(&sources::EAGER)]
#[case::no_function_takes_a_bool(&sources::CHOSEN)]
#[case::no_snapshot_waits(&sources::ACCEPTED)]
#[case::no_registry_is_named(&words::FREE)]
#[case::no_machine_is_named(&words::PORTABLE)]
#[case::no_secret_is_told(&words::CLEAN)]
#[case::commands_can_be_typed(&words::CALLABLE)]
fn the_repository_keeps(#[case] rule: &Rule) {
    if let Err(message) = rule.check(&Tree::of_repository()) {
        panic!("{message}");
    }
}

#[test]
fn every_rule_is_checked() {
    let rules: usize = tests::rules::ALL.iter().map(|rules| rules.len()).sum();
    assert_eq!(rules, CASES, "add a `#[case]` above for each rule, and correct `CASES`");
}

#[test]
fn the_catalog_reads_the_course() {
    let kernels: Vec<String> = vm::store::series::all().iter().map(|series| series.name.clone()).collect();
    match runner::catalog::Catalog::discover(&tree::root(), &kernels) {
        Ok(catalog) => assert!(!catalog.labs().is_empty(), "the course has no labs"),
        Err(error) => panic!("the catalog refuses the course: {error}"),
    }
}
