//! A compiler that comes to no end with an exercise: that exercise does not compile, and all others do.
//! With the real cargo and the real rustc.

use std::{
    fs,
    time::{Duration, Instant},
};

use runner::{
    build::{Outcome, SILENCE, Toolchain, Unit, build_each, cargo::Network},
    catalog::{Catalog, Side},
};
use tests::wait;

use crate::stage::{ENDLESS, Stage};

/// Long enough for a small package on a busy machine.
const PATIENCE: Duration = Duration::from_secs(8);

/// What became of each lab of a course, by name: `Ok` and rustc's words, nothing for one that was built, or the
/// error that is not the exercise's.
fn built(stage: &Stage, patience: Duration) -> Vec<(String, Result<String, String>)> {
    let course = stage.path("course");
    let catalog = Catalog::discover(&course, &["6.1".to_owned()]).expect("a course");
    let side = Side::Exercise;
    let units: Vec<Unit<'_>> = catalog.labs().iter().map(|lab| Unit { lab, side: &side }).collect();
    let toolchain = Toolchain { bpf_linker: "none".into(), rust_src: None, network: Network::Forbidden };
    let each = build_each(&course, &units, &toolchain, patience, &|_| {}).expect("the agent is built");
    let outcomes = each.outcomes.into_iter().map(|outcome| match outcome {
        Ok(Outcome::Built(_)) => Ok(String::new()),
        Ok(Outcome::DoesNotCompile(text)) => Ok(text),
        Err(error) => Err(error.to_string()),
    });
    units.iter().map(|unit| unit.lab.name.clone()).zip(outcomes).collect()
}

/// The words about one of the labs; the others must have been built.
#[track_caller]
fn only_failing(name: &str, mut built: Vec<(String, Result<String, String>)>) -> Result<String, String> {
    let at = built.iter().position(|(lab, _)| lab == name).expect("one of the labs");
    let (_, words) = built.remove(at);
    assert!(built.iter().all(|(_, others)| *others == Ok(String::new())), "{built:#?}");
    words
}

#[test]
fn that_crashes() {
    let stage = Stage::with_an_empty_cache();
    // So deep an expression overflows rustc's stack.
    let deep = format!("pub fn deep() {{ let _ = 1{}; }}\n", "+1".repeat(100_000));
    stage.real_course(&[("lab-90-fault", ""), ("lab-91-fault", &deep), ("lab-92-fault", "")]);
    let words = only_failing("lab-91-fault", built(&stage, SILENCE)).expect("the exercise's own fault");
    assert!(words.contains("rustc unexpectedly overflowed its stack"), "{words}");
    assert!(
        words.contains("rustc did not come to an end with `lab-91-fault` (signal: 11, SIGSEGV"),
        "{words}"
    );
    assert!(!words.contains("/rustc ") && !words.contains(".so("), "{words}");
}

/// One package is compiled at a time: those behind the endless one get their turn.
#[test]
fn that_is_silent_for_ever() {
    let stage = Stage::with_an_empty_cache();
    let [first, second] = [("lab-90-fault", ""), ("lab-92-fault", "")];
    stage.real_course(&[first, ("lab-91-fault", ENDLESS), second]);
    let begin = Instant::now();
    let words = only_failing("lab-91-fault", built(&stage, PATIENCE)).expect("the exercise's own fault");
    assert!(words.contains("said nothing for 8 s while it compiled `lab-91-fault`"), "{words}");
    assert!(begin.elapsed() < 8 * PATIENCE, "{:.1?}", begin.elapsed());
    wait::until(Duration::from_secs(1), "rustc to vanish", || (!compiles_in(&stage)).then_some(()));
}

/// Whether a process works in this stage's course.
fn compiles_in(stage: &Stage) -> bool {
    let course = stage.path("course").display().to_string();
    let lines = fs::read_dir("/proc").expect("/proc").flatten().map(|entry| entry.path().join("cmdline"));
    let mut lines = lines.filter_map(|path| fs::read(path).ok());
    lines.any(|line| String::from_utf8_lossy(&line).contains(&course))
}

/// A crate beside the exercise is ours, and still nobody else's.
#[test]
fn that_refuses_what_a_lab_depends_on() {
    let stage = Stage::with_an_empty_cache();
    stage.real_course(&[("lab-90-fault", ""), ("lab-91-fault", "")]);
    stage.write("course/kit/Cargo.toml", "[package]\nname = \"kit\"\nedition = \"2024\"\n");
    stage.write("course/kit/src/lib.rs", "pub fn kit() -> u8 {}\n");
    let manifest =
        "[package]\nname = \"lab-91-fault\"\nedition = \"2024\"\n[dependencies]\nkit.path = \"../../kit\"\n";
    stage.write("course/labs/lab-91-fault/Cargo.toml", manifest);
    let error = only_failing("lab-91-fault", built(&stage, SILENCE)).expect_err("not the exercise's fault");
    assert!(error.contains("mismatched types") && error.contains("not the exercise's fault"), "{error}");
}
