//! A learner's workspace and the plain commands in it: what they say, and what they leave on the disk.

use std::fs;

use rstest::rstest;

use crate::{Course, Machine, assert_run, assert_run_as_a_user, assert_run_in};

const EXERCISE: &str = "labs-ebpf/lab-01-hello/src/exercise.rs";
const PROGRESS: &str = "workbook-progress.json";

/// `lab-01` has passed on 6.1 with a text that is not the one on the disk.
const PASSED: &str =
    r#"{"schema": 1, "labs": {"lab-01": {"hint": 1, "passed": {"6.1": {"content": "00", "unix_s": 9}}}}}"#;

fn workspace() -> Course {
    Course::new().workspace()
}

fn passed() -> Course {
    workspace().write(PROGRESS, PASSED)
}

#[rstest]
#[case::list("learner_list", workspace(), &["list"])]
#[case::list_after_a_pass("learner_list_after_a_pass", passed(), &["list"])]
#[case::list_todo("learner_list_todo", passed(), &["list", "--todo"])]
#[case::list_done("learner_list_done", passed(), &["list", "--done"])]
#[case::list_no_such_part("learner_list_no_such_part", workspace(), &["list", "--part", "networks"])]
#[case::list_without_a_file("learner_list_without_a_file", workspace().without(EXERCISE), &["list"])]
#[case::next("learner_next", workspace(), &["next"])]
#[case::next_after_a_pass("learner_next_after_a_pass", passed(), &["next"])]
#[case::next_without_a_file("learner_next_without_a_file", workspace().without(EXERCISE), &["next"])]
#[case::hint("learner_hint", workspace(), &["hint"])]
#[case::hint_after_one("learner_hint_after_one", passed(), &["hint", "1"])]
#[case::hint_last("learner_hint_last", workspace(), &["hint", "lab-01", "--level", "3"])]
#[case::diff_too_early("learner_diff_too_early", workspace(), &["diff", "lab-01"])]
#[case::diff_without_a_file("learner_diff_without_a_file", passed().without(EXERCISE), &["diff", "lab-01"])]
#[case::reset("learner_reset", workspace(), &["reset", "lab-01"])]
#[case::reset_without_a_file("learner_reset_without_a_file", workspace().without(EXERCISE), &["reset", "1"])]
#[case::reset_unknown("learner_reset_not_in_the_course", workspace(), &["reset", "lab-12"])]
#[case::check_without_a_file("learner_check_without_a_file", workspace().without(EXERCISE), &["check", "lab-01"])]
#[case::manifest_gone("learner_manifest_gone", workspace().without("labs/lab-01-hello/lab.toml"), &["next"])]
#[case::export("learner_export", passed(), &["progress", "export"])]
#[case::import_of_nothing("learner_import_of_nothing", passed(), &["progress", "import", "not-there"])]
#[case::import_of_something_else("learner_import_of_something_else", passed(), &["progress", "import", "Cargo.toml"])]
#[case::book("learner_book", workspace(), &["book", "build"])]
#[case::dev("learner_dev", workspace(), &["dev", "check", "--list"])]
fn in_a_workspace(#[case] name: &str, #[case] course: Course, #[case] arguments: &[&str]) {
    assert_run(name, &course, &Machine::new(), arguments);
}

/// What a loader printed, on the way to a program of one's own.
#[rstest]
#[case::aya(
    "explain_aya",
    "Error: map error: failed to create map `COUNTS`\n\nCaused by:\n    Invalid argument (os error 22)\n"
)]
#[case::libbpf(
    "explain_libbpf",
    "libbpf: prog 'p': failed to create kprobe 'do_unlinkat+0x0' perf event: -ENOENT\nfailed\n"
)]
#[case::log_switched_off(
    "explain_log_switched_off",
    "the BPF_PROG_LOAD syscall returned Invalid argument (os error 22). Verifier output: : Invalid argument (os error 22)\n"
)]
#[case::no_reason(
    "explain_no_reason",
    "Error: the BPF_PROG_LOAD syscall returned Invalid argument (os error 22). Verifier output: verification time 12 usec\nstack depth 0\nprocessed 0 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0\n"
)]
#[case::nothing_known("explain_nothing_known", "Error: the moon is full\n")]
fn errors_of_a_loader(#[case] name: &str, #[case] said: &str) {
    assert_run(name, &workspace().write("said.txt", said), &Machine::new(), &["explain", "said.txt"]);
}

#[rstest]
#[case::broken("learner_state_broken", workspace().write(PROGRESS, "{\"schema\": 1, \"labs\": {\"lab-0"))]
#[case::empty("learner_state_empty", workspace().write(PROGRESS, ""))]
#[case::newer("learner_state_newer", workspace().write(PROGRESS, "{\"schema\": 7}"))]
#[case::folder("learner_state_folder", workspace().write("workbook-progress.json/x", ""))]
#[case::no_place_for_the_lock("learner_state_unwritable", workspace().write("target", "a file"))]
fn a_state_that_cannot_be_used(#[case] name: &str, #[case] course: Course) {
    assert_run(name, &course, &Machine::new(), &["hint", "lab-01"]);
}

#[rstest]
#[case::hint("read_only_hint", &["hint", "lab-01"])]
#[case::list("read_only_list", &["list"])]
#[case::reset("read_only_reset", &["reset", "lab-01"])]
#[case::update("read_only_update", &["update"])]
#[case::init("read_only_init", &["init", "mine"])]
#[case::export("read_only_export", &["progress", "export", "out.json"])]
fn in_a_folder_that_can_only_be_read(#[case] name: &str, #[case] arguments: &[&str]) {
    let (course, machine) = (passed().read_only(), Machine::new());
    assert_run_as_a_user(name, &course, &machine, arguments);
    course.writable();
    assert_eq!(course.read(EXERCISE), "//! Yours.\n", "nothing is lost");
    assert_eq!(course.read(PROGRESS), PASSED, "nothing is lost");
}

#[rstest]
#[case::update("learner_update_in_the_repository", &["update"])]
#[case::reset("learner_reset_in_the_repository", &["reset", "lab-01"])]
#[case::list("learner_list_in_the_repository", &["list"])]
fn in_the_repository(#[case] name: &str, #[case] arguments: &[&str]) {
    assert_run(name, &Course::new(), &Machine::new(), arguments);
}

#[rstest]
#[case::new_folder("learner_init", "mine", Course::new())]
#[case::not_empty("learner_init_not_empty", "labs", Course::new())]
#[case::a_file("learner_init_a_file", "Cargo.lock", Course::new())]
#[case::below_a_file("learner_init_below_a_file", "Cargo.lock/mine", Course::new())]
#[case::again("learner_init_again", ".", workspace())]
fn init(#[case] name: &str, #[case] folder: &str, #[case] course: Course) {
    assert_run(name, &course, &Machine::new(), &["init", folder]);
}

#[test]
fn a_new_workspace_is_found_from_deep_inside() {
    let (course, machine) = (Course::new(), Machine::new());
    assert_eq!(machine.run(&course.path(), &["init", "mine"]).code, 0);
    assert!(!course.path().join("mine/labs-ebpf/lab-01-hello/src/solution.rs").exists());
    let folder = "mine/labs-ebpf/lab-01-hello/src";
    assert_run_in("learner_deep_inside", &course, folder, &machine, &["reset", "lab-01"]);
    assert!(!machine.path().join("cache/course").exists(), "nobody needed a solution");
}

#[test]
fn hints_go_up_by_one_and_stop_at_the_third() {
    let (course, machine) = (workspace(), Machine::new());
    let levels: Vec<String> = (0..4)
        .map(|_| machine.run(&course.path(), &["hint", "lab-01"]).stdout)
        .map(|said| said.lines().next().unwrap_or_default().to_owned())
        .collect();
    let level = |line: &str| line.split(", hint ").nth(1).and_then(|rest| rest.chars().next());
    assert_eq!(
        levels.iter().map(|line| level(line)).collect::<Vec<_>>(),
        [Some('1'), Some('2'), Some('3'), Some('3')]
    );
    assert!(course.read(PROGRESS).contains("\"hint\": 3"));
}

#[test]
fn a_reset_keeps_every_older_file() {
    let (course, machine) = (workspace(), Machine::new());
    assert_eq!(machine.run(&course.path(), &["reset", "lab-01"]).code, 0);
    let course = course.write(EXERCISE, "second");
    assert_eq!(machine.run(&course.path(), &["reset", "lab-01"]).code, 0);
    assert_eq!(course.read(&format!("{EXERCISE}.old-1")), "//! Yours.\n");
    assert_eq!(course.read(&format!("{EXERCISE}.old-2")), "second");
    let again = machine.run(&course.path(), &["reset", "lab-01"]);
    assert!(
        again.stdout.contains("nothing to do") && !course.path().join(format!("{EXERCISE}.old-3")).exists()
    );
}

#[test]
fn after_a_pass_the_solution_stands_beside_yours() {
    let (course, machine) = (passed(), Machine::new());
    let said = machine.run(&course.path(), &["diff", "lab-01"]);
    let head = format!("--- yours: {EXERCISE}\n+++ the reference solution\n@@ ");
    assert!(said.code == 0 && said.stdout.starts_with(&head), "{}{}", said.stdout, said.stderr);
    // The solutions went into the cache, and not into the workspace.
    let courses = fs::read_dir(machine.path().join("cache/course")).expect("unpacked courses");
    let unpacked: Vec<_> = courses.flatten().map(|course| course.path()).collect();
    let solution = EXERCISE.replace("exercise.rs", "solution.rs");
    assert!(matches!(unpacked.as_slice(), [one] if one.join(&solution).exists()), "{unpacked:?}");
    assert!(!course.path().join(&solution).exists());
}

#[test]
fn a_broken_state_is_kept_word_for_word() {
    let (course, machine) = (workspace().write(PROGRESS, "{\"sche"), Machine::new());
    assert_eq!(machine.run(&course.path(), &["list"]).code, 0);
    assert_eq!(course.read("workbook-progress.json.broken-1"), "{\"sche");
    assert_eq!(machine.run(&course.path(), &["list"]).stderr, "");
}

#[test]
fn progress_travels() {
    let (here, there, machine) = (passed(), workspace(), Machine::new());
    assert_eq!(machine.run(&here.path(), &["progress", "export", "out.json"]).code, 0);
    let file = here.path().join("out.json").display().to_string();
    let said = machine.run(&there.path(), &["progress", "import", &file]);
    assert_eq!(
        (said.code, said.stdout.as_str()),
        (0, "imported 1 pass in 1 lab; there are now 1 pass in 1 lab\n")
    );
    assert_eq!(there.read(PROGRESS), here.read("out.json"));
}

#[test]
fn an_update_keeps_what_was_edited() {
    let (course, machine) = (Course::new(), Machine::new());
    assert_eq!(machine.run(&course.path(), &["init", "mine"]).code, 0);
    let mine = course.path().join("mine");
    let older = "f".repeat(64);
    let list = fs::read_to_string(mine.join("workbook.lock")).expect("the list of hashes");
    let aged: String =
        list.lines()
            .map(|line| {
                if line.ends_with(EXERCISE) { format!("{older}  {EXERCISE}\n") } else { format!("{line}\n") }
            })
            .collect();
    fs::write(mine.join("workbook.lock"), aged).expect("a list");
    fs::write(mine.join(EXERCISE), "mine").expect("an edited file");
    fs::remove_file(mine.join("README.md")).expect("a file to remove");
    let said = machine.run(&mine, &["update"]);
    let expected = format!(
        "kept your {EXERCISE}\n  the newer one is beside it: {EXERCISE}.new\nfiles written: 1, replaced: 0, removed: 0\n"
    );
    assert!(said.code == 0 && said.stdout.starts_with(&expected), "{}{}", said.stdout, said.stderr);
    assert_eq!(fs::read_to_string(mine.join(EXERCISE)).expect("the edited file"), "mine");
    let again = machine.run(&mine, &["update"]);
    assert!(again.stdout.starts_with("nothing to do"), "{}", again.stdout);
}

#[rstest]
#[case::bash(&["completions", "bash"], "complete -F _runner")]
#[case::fish(&["completions", "fish"], "complete -c runner")]
#[case::man(&["man"], ".TH runner 1")]
fn what_is_made_from_the_command_line(#[case] arguments: &[&str], #[case] part: &str) {
    let said = Machine::new().run(&Course::new().path(), arguments);
    assert!(said.code == 0 && said.stdout.contains(part), "{}{}", said.stdout, said.stderr);
}
