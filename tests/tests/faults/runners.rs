//! Faults around whole runners: two at once, a disk that is full, a QEMU that dies under one.

use std::{fs, time::Duration};

use rstest::rstest;
use rustix::process::{Pid, Signal, kill_process};
use tests::wait;

use crate::{judged::LONG, stage::Stage};

/// How long something may take to happen on a busy machine.
const REACHED: Duration = Duration::from_secs(60);

#[test]
fn two_at_once_make_a_checkpoint_once() {
    let stage = Stage::without_checkpoints();
    let mut both = [stage.start(stage.runner(&[])), stage.start(stage.runner(&[]))];
    for child in &mut both {
        let code = stage.end(child);
        assert_eq!(code, 0, "{}", stage.said());
    }
    assert_eq!(stage.starts("boot").len(), 1);
    assert_eq!(stage.starts("restore").len(), 2);
}

/// Kills the QEMU of the next attempt in the middle of its run.
fn kill_qemu_of_attempt(stage: &Stage, number: usize) {
    let pid = wait::until(REACHED, "an attempt", || stage.starts("restore").get(number - 1).copied());
    // The command line is written down anew when the guest of this attempt answers.
    let line = stage.evidence("qemu.txt");
    wait::until(REACHED, "the guest program's run", || line.exists().then_some(()));
    fs::remove_file(&line).expect("it is there");
    kill_process(Pid::from_raw(pid).expect("a process id"), Signal::KILL).expect("QEMU runs");
}

#[test]
fn a_job_whose_qemu_dies_is_tried_again() {
    let stage = Stage::new();
    // Long enough to be killed in time, short enough for the second attempt, which hangs to its end.
    stage.program("silent", Duration::from_secs(5));
    let mut child = stage.start(stage.runner(&[]));
    kill_qemu_of_attempt(&stage, 1);
    assert_eq!(stage.end(&mut child), 1, "{}", stage.said());
    assert!(stage.said().contains("timed out"), "{}", stage.said());
    assert_eq!(stage.starts("restore").len(), 2);
    assert_eq!(stage.starts("boot").len(), 0);
}

#[test]
fn a_job_whose_qemu_always_dies_is_undecided() {
    let stage = Stage::new();
    stage.program("silent", LONG);
    let mut child = stage.start(stage.runner(&[]));
    for attempt in 1..=3 {
        kill_qemu_of_attempt(&stage, attempt);
    }
    assert_eq!(stage.end(&mut child), 3, "{}", stage.said());
    assert!(stage.said().contains("SIGKILL"), "{}", stage.said());
    stage.is_left_within(Duration::from_secs(1));
}

/// What the runner has said, without the report's line breaks.
fn prose(stage: &Stage) -> String {
    stage.said().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Root in the guest can break the agent's port, and so can the machine. Three times the one and never the
/// other: the reference solution is the control.
#[test]
fn a_program_that_breaks_every_run_is_to_blame() {
    let stage = Stage::new();
    stage.program("port rubbish", LONG);
    assert_eq!(stage.run(&[]), 1, "{}", stage.said());
    assert!(prose(&stage).contains("in 3 runs of 3, the connection to the guest broke"), "{}", stage.said());
    assert_eq!(stage.starts("restore").len(), 6);
    let verdict = fs::read_to_string(stage.evidence("verdict.json")).expect("the evidence");
    assert!(verdict.contains("Crashed"), "{verdict}");
}

#[test]
fn where_the_solution_breaks_as_well_nothing_is_decided() {
    let stage = Stage::new();
    stage.program("port rubbish", LONG);
    stage.solution("port rubbish");
    assert_eq!(stage.run(&[]), 3, "{}", stage.said());
    assert!(prose(&stage).contains("it is not your doing: the connection"), "{}", stage.said());
    assert_eq!(stage.starts("restore").len(), 4);
}

#[test]
fn a_program_too_large_for_the_guest_is_not_our_fault() {
    let stage = Stage::new();
    stage.large_program("pass", 65 << 20);
    assert_eq!(stage.run(&[]), 1, "{}", stage.said());
    assert!(prose(&stage).contains("the guest program is too large to be run: it has"), "{}", stage.said());
    assert_eq!(stage.starts("restore").len(), 0);
}

/// What is wrong with one lab says nothing about the others.
#[test]
fn a_compiler_that_crashes_over_one_lab_leaves_the_others_their_verdicts() {
    let stage = Stage::new();
    stage.lab("lab-91-fault");
    stage.rustc_crashes();
    assert_eq!(stage.run(&["lab-91"]), 1, "{}", stage.said());
    let said = stage.said();
    assert!(said.contains("rustc unexpectedly overflowed its stack") && said.contains("SIGSEGV"), "{said}");
    assert!(said.contains("does not compile") && said.contains("passed"), "{said}");
    assert_eq!(stage.starts("restore").len(), 1);
}

/// Mounts a small file system over a folder, for the runner alone.
const SMALL_DISK: &str = r#"
folder=$1 options=$2; shift 2
mount -t tmpfs -o "$options" tmpfs "$folder" || { echo 'cannot mount' >&2; exit 77; }
exec "$@"
"#;

/// Runs the runner with a small disk in the place of a folder of the stage. `options` are those of tmpfs.
fn run_with_small_disk(stage: &Stage, folder: &str, options: &str, arguments: &[&str]) -> i32 {
    let folder = stage.path(folder);
    fs::create_dir_all(&folder).expect("a folder");
    let folder = folder.display().to_string();
    let own_mounts = ["--user", "--map-root-user", "--mount", "bash", "-c", SMALL_DISK, "bash"];
    let words: Vec<&str> = own_mounts.into_iter().chain([folder.as_str(), options]).collect();
    let mut command = stage.runner_under("unshare", &words);
    command.args(arguments);
    let code = stage.end(&mut stage.start(command));
    let said = stage.said();
    let refused = code == 77 || said.contains("unshare:");
    assert!(
        !refused,
        "this machine lets nobody mount a small disk, so a full one cannot be tested: {said}\nhint: allow user namespaces (`sysctl kernel.unprivileged_userns_clone=1`), or run as root"
    );
    code
}

#[rstest]
#[case::no_room_for_a_checkpoint("cache/checkpoints", "size=40m")]
#[case::no_room_for_the_initramfs("cache/checkpoints", "size=64k")]
#[case::no_room_for_a_lock("cache/checkpoints", "size=64k,nr_inodes=1")]
#[case::no_room_in_the_course("course/target", "size=64k,nr_inodes=1")]
#[case::no_room_for_the_evidence("course/target/labs", "size=64k,nr_inodes=2")]
fn a_full_disk_is_an_error_that_says_so(#[case] folder: &str, #[case] options: &str) {
    let stage = Stage::without_checkpoints();
    let code = run_with_small_disk(&stage, folder, options, &[]);
    // The report breaks lines.
    let said = stage.said().split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(code, 3, "{said}");
    assert!(said.to_lowercase().contains("no space left") || said.contains("no storage space"), "{said}");
    assert!(
        said.contains("hint: ") && (said.contains("free some space") || said.contains("disk is not full")),
        "{said}"
    );
    stage.is_left_within(Duration::from_secs(1));
}

/// Evidence is for people; without it the verdict is the same.
#[test]
fn a_disk_that_runs_full_of_evidence_changes_no_verdict() {
    let stage = Stage::new();
    assert_eq!(run_with_small_disk(&stage, "course/target", "size=16k", &[]), 0, "{}", stage.said());
}

/// The way out that a machine without room has.
#[test]
fn a_small_disk_is_enough_without_checkpoints() {
    let stage = Stage::without_checkpoints();
    let code = run_with_small_disk(&stage, "cache/checkpoints", "size=40m", &["--cold"]);
    assert_eq!(code, 0, "{}", stage.said());
}

/// Set-up says so before it begins.
#[test]
fn a_cache_on_a_small_disk_is_refused_beforehand() {
    let stage = Stage::with_an_empty_cache();
    let code = run_with_small_disk(&stage, "cache", "size=8m", &["--yes"]);
    assert_eq!(code, 3, "{}", stage.said());
    assert!(stage.said().contains("disk-full"), "{}", stage.said());
}
