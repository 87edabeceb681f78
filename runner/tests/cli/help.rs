//! What each command says about itself, and what clap says about a line that cannot be read.

use rstest::rstest;

use crate::{Course, Machine, assert_run};

#[rstest]
#[case::runner("help", &["--help"])]
#[case::nothing("help_without_arguments", &[])]
#[case::check("help_check", &["check", "--help"])]
#[case::watch("help_watch", &["watch", "--help"])]
#[case::run("help_run", &["run", "--help"])]
#[case::shell("help_shell", &["shell", "--help"])]
#[case::explain("help_explain", &["explain", "--help"])]
#[case::init("help_init", &["init", "--help"])]
#[case::update("help_update", &["update", "--help"])]
#[case::list("help_list", &["list", "--help"])]
#[case::next("help_next", &["next", "--help"])]
#[case::hint("help_hint", &["hint", "--help"])]
#[case::reset("help_reset", &["reset", "--help"])]
#[case::diff("help_diff", &["diff", "--help"])]
#[case::progress("help_progress", &["progress", "--help"])]
#[case::completions("help_completions", &["completions", "--help"])]
#[case::man("help_man", &["man", "--help"])]
#[case::kernels("help_kernels", &["kernels", "--help"])]
#[case::kernels_fetch("help_kernels_fetch", &["kernels", "fetch", "--help"])]
#[case::doctor("help_doctor", &["doctor", "--help"])]
#[case::book("help_book", &["book", "--help"])]
#[case::book_serve("help_book_serve", &["book", "serve", "--help"])]
#[case::dev("help_dev", &["dev", "--help"])]
#[case::dev_check("help_dev_check", &["dev", "check", "--help"])]
#[case::dev_new("help_dev_new", &["dev", "new", "--help"])]
#[case::dev_accept("help_dev_accept", &["dev", "accept", "--help"])]
#[case::dev_bench("help_dev_bench", &["dev", "bench", "--help"])]
#[case::dev_fuzz("help_dev_fuzz", &["dev", "fuzz", "--help"])]
fn help(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_run(name, &Course::new(), &Machine::new(), arguments);
}

#[rstest]
#[case::misspelt_command("usage_misspelt_command", &["chek", "lab-01"])]
#[case::unknown_option("usage_unknown_option", &["check", "lab-01", "--kernels", "6.1"])]
#[case::no_lab("usage_no_lab", &["check"])]
#[case::all_and_one("usage_all_and_one", &["check", "--all", "lab-01"])]
#[case::solution_and_mutant("usage_solution_and_mutant", &["check", "lab-01", "--solution", "--mutant", "none"])]
#[case::level("usage_hint_level", &["hint", "lab-01", "--level", "4"])]
#[case::todo_and_done("usage_todo_and_done", &["list", "--todo", "--done"])]
#[case::seed("usage_seed", &["check", "lab-01", "--seed", "-1"])]
#[case::format("usage_format", &["check", "lab-01", "--format", "xml"])]
fn a_line_that_cannot_be_read(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_run(name, &Course::new(), &Machine::new(), arguments);
}
