//! Ctrl-C in every phase, and a runner that is killed: nothing is left running, and nothing half made is
//! trusted later.

use std::{
    fs::{self, File},
    path::Path,
    process::{Child, Stdio},
    time::Duration,
};

use rstest::rstest;
use rustix::{
    fs::{FlockOperation, flock},
    process::{Pid, Signal, kill_process, kill_process_group},
};
use tests::{terminal::Terminal, wait};

use crate::{judged::LONG, pipe, stage::Stage, theatre};

/// How long a phase may take to be reached on a busy machine.
const REACHED: Duration = Duration::from_secs(60);

/// How long a killed process may take to vanish.
const GONE: Duration = Duration::from_secs(1);

/// Who gets the signal: the runner alone (`kill -INT`), or everybody (Ctrl-C on a terminal).
#[derive(Debug, Clone, Copy)]
enum Whom {
    Runner,
    Group,
}

fn interrupt(child: &Child, whom: Whom) {
    let pid = Pid::from_raw(child.id() as i32).expect("a process id");
    match whom {
        Whom::Runner => kill_process(pid, Signal::INT),
        Whom::Group => kill_process_group(pid, Signal::INT),
    }
    .expect("the runner runs");
}

/// After an interruption: the code, the word, no process; and the same command passes.
#[track_caller]
fn assert_interrupted(stage: &Stage, child: &mut Child) {
    let code = stage.end(child);
    assert_eq!(code, 130, "{}", stage.said());
    assert!(stage.said().contains("interrupted"), "{}", stage.said());
    stage.is_left_within(GONE);
    assert_passes(stage);
}

#[track_caller]
fn assert_passes(stage: &Stage) {
    stage.mend();
    let code = stage.run(&[]);
    assert_eq!(code, 0, "the same check after the interruption:\n{}", stage.said());
    let left: Vec<_> = fs::read_dir(stage.checkpoints())
        .expect("checkpoints")
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("boot-"))
        .filter(|entry| is_abandoned(&entry.path()))
        .collect();
    assert!(left.is_empty(), "half-made checkpoints were left: {left:?}");
}

/// All stages share the checkpoints: another test's runner may be making one at this moment, and claims it.
fn is_abandoned(folder: &Path) -> bool {
    let claims = |folder: File| flock(&folder, FlockOperation::NonBlockingLockExclusive).is_ok();
    // One that is gone by now was not left behind.
    File::open(folder).is_ok_and(claims)
}

#[rstest]
fn in_a_build(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::new();
    stage.hang_in("build");
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "the build", || stage.path("reached-build").exists().then_some(()));
    interrupt(&child, whom);
    assert_interrupted(&stage, &mut child);
}

/// With the real cargo and a real rustc, which are our children's children.
#[rstest]
fn in_a_real_build(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::new();
    stage.endless_compilation();
    let mut command = stage.runner(&[]);
    command.env("CARGO", theatre::cargo());
    let mut child = stage.start(command);
    let compiles = |process: &String| process.contains("--crate-name lab_90_fault");
    wait::until(REACHED, "rustc", || stage.processes().iter().any(compiles).then_some(()));
    interrupt(&child, whom);
    assert_eq!(stage.end(&mut child), 130, "{}", stage.said());
    stage.is_left_within(GONE);
}

/// The checkpoint's memory lies in a scratch folder while it is made.
fn checkpoint_begun(stage: &Stage) -> Option<()> {
    let mut scratch = fs::read_dir(stage.checkpoints()).ok()?.flatten();
    scratch.any(|entry| entry.path().join("new/ram").exists()).then_some(())
}

#[rstest]
fn in_the_making_of_a_checkpoint(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::without_checkpoints();
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "a checkpoint that is being made", || checkpoint_begun(&stage));
    interrupt(&child, whom);
    assert_interrupted(&stage, &mut child);
    assert_eq!(stage.starts("boot").len(), 2, "the interrupted checkpoint was trusted");
}

#[rstest]
fn in_a_restore(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::new();
    stage.hang_in("restore");
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "a restore", || (!stage.starts("restore").is_empty()).then_some(()));
    interrupt(&child, whom);
    assert_interrupted(&stage, &mut child);
    assert_eq!(stage.starts("boot").len(), 0, "a good checkpoint was thrown away");
}

/// QEMU's command line is written down when the guest answers.
fn runs(stage: &Stage) -> Option<()> {
    stage.evidence("qemu.txt").exists().then_some(())
}

#[rstest]
fn in_a_run(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::new();
    stage.program("silent", LONG);
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "the guest program's run", || runs(&stage));
    interrupt(&child, whom);
    assert_interrupted(&stage, &mut child);
    assert_eq!(stage.starts("boot").len(), 0, "a good checkpoint was thrown away");
}

/// Nobody reads the report: the runner is held up by a full pipe, and must end all the same.
#[rstest]
fn in_the_report(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::new();
    let (_reader, writer) = pipe::full();
    let mut command = stage.runner(&[]);
    command.stdout(Stdio::from(writer));
    let mut child = stage.start(command);
    wait::until(REACHED, "the verdict", || stage.evidence("verdict.json").exists().then_some(()));
    interrupt(&child, whom);
    assert_interrupted(&stage, &mut child);
}

/// At the question nothing runs yet, and nothing may be changed. A real Ctrl-C is typed on a real terminal.
#[rstest]
fn in_the_question(#[values(Whom::Runner, Whom::Group)] whom: Whom) {
    let stage = Stage::with_an_empty_cache();
    let terminal = Terminal::open();
    let mut child = terminal.start(stage.runner(&[]));
    let asked = terminal.read_until(REACHED, "go ahead? [Y/n] ");
    match whom {
        Whom::Runner => interrupt(&child, whom),
        Whom::Group => terminal.type_ctrl_c(),
    }
    let code = stage.end(&mut child);
    let said = asked + &terminal.read_to_end();
    assert_eq!(code, 130, "{said}");
    assert!(said.contains("interrupted"), "{said}");
    stage.is_left_within(GONE);
    assert!(!stage.path("cache/kernels").exists() && !stage.path("cache/tools").exists());
    stage.fill_the_cache();
    assert_passes(&stage);
}

/// Nobody can handle SIGKILL: the system itself ends QEMU with the runner.
#[test]
fn killed_in_a_run() {
    let stage = Stage::new();
    stage.program("silent", LONG);
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "the guest program's run", || runs(&stage));
    child.kill().expect("the runner runs");
    child.wait().expect("the runner ends");
    stage.is_left_within(GONE);
    assert_passes(&stage);
}

#[test]
fn killed_in_the_making_of_a_checkpoint() {
    let stage = Stage::without_checkpoints();
    let mut child = stage.start(stage.runner(&[]));
    wait::until(REACHED, "a checkpoint that is being made", || checkpoint_begun(&stage));
    child.kill().expect("the runner runs");
    child.wait().expect("the runner ends");
    stage.is_left_within(GONE);
    assert_passes(&stage);
}
