//! Watches from hand-made inputs: what is said, what is started, what is dropped.

use insta::assert_snapshot;

use super::*;
use crate::{
    catalog::Side,
    judge::{CheckDifference, DiffLine, Nature, Verdict},
    report::{Guidance, JobTimes, SCHEMA},
};

const KERNELS: [&str; 3] = ["5.10", "6.1", "7.3"];

fn watch() -> Watch {
    watch_as(User::AtKeyboard, Paint::Plain)
}

fn watch_as(user: User, paint: Paint) -> Watch {
    let kernels = KERNELS.map(str::to_owned).to_vec();
    let options = Options {
        lab: "lab-01-hello".into(),
        exercise: "/course/labs-ebpf/lab-01-hello/src/exercise.rs".into(),
        folder: "/course".into(),
        all_kernels: [kernels.clone(), vec!["8.0".to_owned()]].concat(),
        kernels,
        programs: vec!["count_calls".into()],
        paint,
        poll: std::time::Duration::from_millis(25),
    };
    Watch::new(&options, user)
}

fn job(kernel: &str, verdict: Verdict) -> JobReport {
    JobReport {
        lab: "lab-01-hello".into(),
        title: "Hello, kernel".into(),
        kernel: kernel.into(),
        release: None,
        side: Side::Exercise,
        seed: 0,
        verdict,
        times: JobTimes { run_ms: 250, ..JobTimes::default() },
        evidence: None,
        observations: Vec::new(),
        notes: Vec::new(),
        warnings: String::new(),
        cause: None,
        place: None,
        explanation: Vec::new(),
        lacks: None,
        costs: Vec::new(),
        guidance: Some(Guidance {
            edit: "labs-ebpf/lab-01-hello/src/exercise.rs".into(),
            todo_line: None,
            chapter: "book/src/lab-01-hello.md".into(),
            hint: "vague".into(),
            reset: None,
        }),
        afterwards: None,
    }
}

fn differs() -> Verdict {
    let lines = vec![DiffLine::Missing { text: "after attach: 7".into(), elsewhere: false }];
    let (check, what) = ("count".into(), "it counts".into());
    Verdict::Differs { checks: vec![CheckDifference { check, what, nature: Nature::Lines, lines }] }
}

fn report(verdict: impl Fn() -> Verdict) -> CheckEvent {
    let jobs = KERNELS.map(|kernel| job(kernel, verdict())).to_vec();
    CheckEvent::Report {
        report: Report { schema: SCHEMA, runner: "0".into(), started_unix_s: 0, took_ms: 1_750, jobs },
    }
}

fn event(generation: u64, event: CheckEvent) -> Input {
    Input::Event { generation, event }
}

fn decided(generation: u64, kernel: &str, verdict: Verdict) -> Input {
    event(generation, CheckEvent::Decided { job: Box::new(job(kernel, verdict)) })
}

/// Everything that is done about these inputs, as text.
fn told(watch: &mut Watch, inputs: impl IntoIterator<Item = Input>) -> String {
    let mut text = String::new();
    for act in inputs.into_iter().flat_map(|input| watch.take(input)) {
        match act {
            Act::Say(lines) => text += &(lines.join("\n") + "\n"),
            other => text += &format!("[{other:?}]\n"),
        }
    }
    text
}

#[test]
fn the_oldest_and_the_newest_kernel_are_enough_to_say_what_is_wrong() {
    let mut watch = watch();
    watch.begin();
    let inputs = [
        decided(1, "5.10", differs()),
        decided(1, "7.3", differs()),
        decided(1, "6.1", differs()),
        event(1, report(differs)),
    ];
    assert_snapshot!("watch_differs", told(&mut watch, inputs));
}

#[test]
fn what_only_a_kernel_in_the_middle_refuses_is_told_at_the_end() {
    let mut watch = watch_as(User::Elsewhere, Paint::Plain);
    watch.begin();
    let refused = || Verdict::OpenFailed { what: "map `CALLS`".into(), error: "no such type".into() };
    let jobs = vec![job("5.10", Verdict::Passed), job("6.1", refused()), job("7.3", Verdict::Passed)];
    let report = Report { schema: SCHEMA, runner: "0".into(), started_unix_s: 0, took_ms: 1_750, jobs };
    let inputs = [
        decided(1, "5.10", Verdict::Passed),
        decided(1, "7.3", Verdict::Passed),
        decided(1, "6.1", refused()),
        event(1, CheckEvent::Report { report }),
    ];
    assert_snapshot!("watch_middle", told(&mut watch, inputs));
}

#[test]
fn a_compile_error_is_said_once() {
    let mut watch = watch_as(User::Elsewhere, Paint::Plain);
    watch.begin();
    let broken = || Verdict::DoesNotCompile { text: "error: expected `;`\n --> exercise.rs:3\n".into() };
    let inputs = KERNELS.map(|kernel| decided(1, kernel, broken())).into_iter();
    let text = told(&mut watch, inputs.chain([event(1, report(broken))]));
    assert_eq!(text.matches("expected `;`").count(), 1, "{text}");
    assert_snapshot!("watch_does_not_compile", text);
}

#[test]
fn a_save_ends_the_check_and_what_the_old_one_says_is_dropped() {
    let mut watch = watch_as(User::Elsewhere, Paint::Plain);
    watch.begin();
    assert_snapshot!("watch_saved", told(&mut watch, [Input::Saved]));
    let stale = [
        decided(1, "5.10", differs()),
        event(1, report(differs)),
        Input::Ended { generation: 1, said: "killed".into() },
    ];
    assert_eq!(told(&mut watch, stale), "");
    assert!(told(&mut watch, [decided(2, "5.10", Verdict::Passed)]).contains("passed"));
}

#[test]
fn a_check_without_a_report_is_undecided_and_one_with_a_report_just_ends() {
    let mut watch = watch_as(User::Elsewhere, Paint::Plain);
    watch.begin();
    let said = "error: the mirror does not answer\n\nhint: try again\n".to_owned();
    assert_snapshot!("watch_undecided", told(&mut watch, [Input::Ended { generation: 1, said }]));
    watch.take(Input::Saved);
    let passed = event(2, report(|| Verdict::Passed));
    assert_snapshot!(
        "watch_passed",
        told(&mut watch, [passed, Input::Ended { generation: 2, said: String::new() }])
    );
}

#[test]
fn keys() {
    let mut watch = watch();
    watch.begin();
    let keys = "helxranq".chars().map(Input::Key);
    assert_snapshot!("watch_keys", told(&mut watch, keys));
    assert_snapshot!("watch_gone", told(&mut watch, [Input::Gone]));
}

#[test]
fn what_is_known_is_said_in_tiers() {
    let mut watch = watch();
    watch.begin();
    let step = |what: &str| event(1, CheckEvent::Step { what: what.into() });
    let loaded = |kernel: &str| {
        let (lab, program) = ("lab-01-hello".into(), "count_calls".into());
        event(1, CheckEvent::Loaded { lab, kernel: kernel.into(), program })
    };
    let inputs = [
        step("Compiling lab-kit v0.1.0"),
        step("Compiling aya v0.14.0"),
        step("Compiling object v0.39.1"),
        event(1, CheckEvent::Built { took_ms: 412 }),
        loaded("7.3"),
        loaded("5.10"),
        decided(1, "7.3", Verdict::Passed),
        decided(1, "5.10", Verdict::Passed),
        loaded("6.1"),
        decided(1, "6.1", Verdict::Passed),
        event(1, report(|| Verdict::Passed)),
    ];
    assert_snapshot!("watch_tiers", told(&mut watch, inputs));
}

#[test]
fn for_a_screen_reader_each_event_is_a_line() {
    let mut watch = watch_as(User::AtKeyboard, Paint::Spoken);
    watch.begin();
    let inputs = [
        decided(1, "5.10", differs()),
        decided(1, "7.3", differs()),
        decided(1, "6.1", differs()),
        event(1, report(differs)),
        Input::Saved,
    ];
    let text = told(&mut watch, inputs);
    assert!(!text.contains("\n\n") && !text.contains('─') && !text.contains('^'), "{text}");
    assert_snapshot!("watch_spoken", text);
}
