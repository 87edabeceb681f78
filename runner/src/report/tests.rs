//! Every message that a learner can meet about a run, from hand-made and recorded transcripts.

use std::{path::PathBuf, time::Duration};

use channel::Record;
use insta::assert_snapshot;
use rstest::{Context, rstest};
use vm::{Ending, RunRecord};
use wire::Exit;

use super::{
    Guidance, JobReport, JobTimes, Paint, Report, SCHEMA, details, exit_code, json, terminal, text::wrap,
};
use crate::{
    catalog::{Side, samples::Course},
    judge::{Expectation, Verdict, VerdictKind, judge},
    transcript::{Transcript, samples::*},
};

/// The verdict on a run of `lab-01-hello`.
fn verdict(record: RunRecord) -> (Verdict, Vec<String>) {
    let catalog = Course::new().good_snapshots().catalog();
    let expectation = Expectation::from_snapshots(&catalog.labs()[0], "6.1").unwrap();
    let transcript = Transcript::from_record(record);
    (judge(&transcript, &expectation), transcript.notes)
}

fn job(lab: &str, kernel: &str, verdict: Verdict) -> JobReport {
    let guided = Guidance {
        edit: format!("labs-ebpf/{lab}/src/exercise.rs").into(),
        todo_line: None,
        chapter: format!("book/src/{lab}.md").into(),
        hint: "which hook sees the call?".into(),
        reset: None,
    };
    JobReport {
        lab: lab.into(),
        title: "Hello, kernel".into(),
        kernel: kernel.into(),
        release: Some(format!("{kernel}.0-56-cloud-amd64")),
        side: Side::Exercise,
        seed: 0,
        verdict,
        times: JobTimes { build_ms: 350, start_ms: 180, handover_ms: 20, run_ms: 400, judge_ms: 1 },
        evidence: Some(PathBuf::from(format!("target/labs/{lab}/{kernel}"))),
        observations: Vec::new(),
        notes: Vec::new(),
        warnings: String::new(),
        cause: None,
        place: None,
        explanation: Vec::new(),
        lacks: None,
        costs: Vec::new(),
        guidance: Some(guided),
        afterwards: None,
    }
}

fn report(jobs: Vec<JobReport>) -> Report {
    Report { schema: SCHEMA, runner: "0.1.0".into(), started_unix_s: 1_700_000_000, took_ms: 4_230, jobs }
}

fn rendered(report: &Report) -> String {
    let mut out = Vec::new();
    terminal::render(report, Paint::Plain, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn rejected(log: &str) -> Record {
    let error = "Permission denied (os error 13)".into();
    Record::Rejected { program: "null_check".into(), error, log: log.into() }
}

fn console(text: &str) -> RunRecord {
    RunRecord { console: text.into(), ..good_ending(Ending::KernelPanicked) }
}

fn silence(awaited: &str) -> RunRecord {
    good_ending(Ending::Silent { awaited: awaited.into(), waited: Duration::from_millis(12_345) })
}

fn printed(text: impl AsRef<[u8]>, exit: Exit) -> RunRecord {
    RunRecord { diagnostics: text.as_ref().to_vec(), ..good_ending(Ending::Done(exit)) }
}

const PANIC: &[u8] = b"attaching\n\nthread 'main' panicked at labs/lab-01-hello/src/main.rs:31:10:\ncalled `Option::unwrap()` on a `None` value\n";

#[rstest]
#[case::differs_by_a_number(good_but("after attach: 7", "after attach: 0"))]
#[case::differs_by_a_placeholder(run(&[good_records(), vec![]].concat().iter().cloned().map(|record| match record {
    Record::Observe(line) if line.starts_with("seen") => saw("seen by <pid=412>: lab-worker of <pid=413>"),
    other => other,
}).collect::<Vec<_>>()))]
#[case::differs_completely(good_but("after attach: 7", "?"))]
#[case::differs_in_order(run(&[&[check("count")], &good_records()[2..3], &good_records()[1..2], &good_records()[3..]].concat()))]
#[case::differs_missing_line(run(&[&good_records()[..3], &good_records()[4..]].concat()))]
#[case::differs_missing_check(run(&[&good_records()[..4], &[Record::End]].concat()))]
#[case::differs_undeclared_check(run(&[&good_records()[..6], &[check("bonus"), saw("1"), Record::End]].concat()))]
#[case::differs_extra_flood(run(&[&good_records()[..4], &(0..900).map(|n| saw(&format!("call {n}"))).collect::<Vec<_>>(), &good_records()[4..]].concat()))]
#[case::differs_very_long_line(good_but("after attach: 7", &"7".repeat(3_000)))]
#[case::differs_control_characters(good_but("after attach: 7", "after\u{1b}[2Jattach: 7\nPASS"))]
#[case::differs_not_utf8(RunRecord {
    observations: String::from_utf8(good().observations).unwrap().replace("worker", "w\u{1}rker").into_bytes().into_iter().map(|b| if b == 1 { 0xff } else { b }).collect(),
    ..good()
})]
#[case::rejected_6_1(run(&[rejected(include_str!("samples/null_check.6.1.log"))]))]
#[case::rejected_7_3(run(&[rejected(include_str!("samples/null_check.7.3.log"))]))]
#[case::rejected_without_log(run(&[rejected("")]))]
#[case::rejected_long_log(run(&[rejected(&((0..60).map(|n| format!("{n}: (b7) r0 = {n}\n")).collect::<String>() + "BPF program is too large. Processed 1000001 insn\nverification time 6806546 usec\nstack depth 0\nprocessed 1000001 insns (limit 1000000)\n"))]))]
#[case::open_failed(run(&[Record::OpenFailed { what: "program `count_calls`".into(), error: "the object holds only `count`".into() }]))]
#[case::open_failed_not_ebpf(run(&[Record::OpenFailed { what: "`/lab/object.o`".into(), error: "error parsing ELF data: Unknown file magic".into() }]))]
#[case::attach_failed(run(&[Record::AttachFailed { program: "on_unlink".into(), hook: "kprobe do_unlinkat".into(), error: "perf_event_open failed: No such file or directory (os error 2)".into() }]))]
#[case::crashed_panic(printed(PANIC, Exit::Code(101)))]
#[case::crashed_signal(printed("", Exit::Signal(11)))]
#[case::crashed_no_end(run(&good_records()[..6]))]
#[case::crashed_half_a_line(RunRecord { observations: [&good().observations[..100], b"{\"observe\":\"seen b"].concat(), ..good() })]
#[case::crashed_after_the_end(run(&[good_records(), vec![saw("PASS")]].concat()))]
#[case::crashed_flood(RunRecord { observations: vec![b'\n'; 1 << 20], ..printed("x\n".repeat(1_000_000), Exit::TooMuchOutput) })]
#[case::crashed_not_utf8(printed(b"caf\xe9\n\x1b[2J", Exit::Code(1)))]
#[case::crashed_kernel_complains(RunRecord {
    kernel_log: vec!["UBSAN: shift-out-of-bounds in kernel/bpf/core.c:1404:2".into()],
    ..good()
})]
#[case::panicked_oops(console(include_str!("samples/oops.console")))]
#[case::panicked_by_sysrq(console(include_str!("samples/sysrq.console")))]
#[case::panicked_without_words(console(""))]
#[case::timed_out_program(good_ending(Ending::Done(Exit::TimedOut)))]
#[case::timed_out_silent(silence("the end of the guest program"))]
#[case::crashed_powered_off(good_ending(Ending::PoweredOff { how: "Power down".into() }))]
#[case::infrastructure_vanished(good_ending(Ending::Vanished { status: "signal: 9 (SIGKILL)".into() }))]
#[case::infrastructure_broken(good_ending(Ending::Broken { what: "the stream ended inside a frame, 12 bytes short".into() }))]
fn what_a_learner_reads_about_a_run(#[context] context: Context, #[case] record: RunRecord) {
    let (verdict, notes) = verdict(record);
    let job = JobReport { notes, ..job("lab-01-hello", "6.1", verdict) };
    assert_snapshot!(
        format!("details_{}", context.description.unwrap()),
        details(&job, Paint::Plain).join("\n")
    );
}

#[rstest]
#[case::does_not_compile(Verdict::DoesNotCompile { text: "error[E0308]: mismatched types\n --> labs-ebpf/lab-01-hello/src/exercise.rs:23:5\n".into() })]
#[case::skipped(Verdict::Skipped { reason: "needs kernel 6.12 or newer".into() })]
#[case::passed(Verdict::Passed)]
fn what_a_learner_reads_about_the_other_verdicts(#[context] context: Context, #[case] verdict: Verdict) {
    let job = job("lab-01-hello", "6.1", verdict);
    assert_snapshot!(
        format!("details_{}", context.description.unwrap()),
        details(&job, Paint::Plain).join("\n")
    );
}

/// Whatever a guest says a lot of, or with control characters in it, the report stays readable.
#[rstest]
#[case::no_record(RunRecord { observations: vec![b'x'; 1 << 20], ..good() })]
#[case::program(run(&[Record::Rejected { program: "\u{1b}[2J".repeat(1 << 18), error: "e".into(), log: String::new() }]))]
#[case::reason(run(&[rejected(&"x\u{7}".repeat(1 << 18))]))]
#[case::open(run(&[Record::OpenFailed { what: "x".repeat(1 << 20), error: "y\n".repeat(1 << 18) }]))]
#[case::attach(run(&[Record::AttachFailed { program: "p".into(), hook: "x".repeat(1 << 20), error: "e".into() }]))]
#[case::console(console(&"x".repeat(1 << 20)))]
#[case::silence(silence(&"\u{1b}x".repeat(1 << 18)))]
#[case::broken(good_ending(Ending::Broken { what: "\u{1b}[2J".repeat(1 << 18) }))]
fn a_guest_cannot_fill_the_terminal(#[case] record: RunRecord) {
    let lines = details(&job("lab-01-hello", "6.1", verdict(record).0), Paint::Plain);
    let longest = lines.iter().map(String::len).max().unwrap_or_default();
    assert!(longest < 16_000 && lines.len() < 50, "{} lines, the longest of {longest} bytes", lines.len());
    assert!(!lines.iter().any(|line| line.contains(char::is_control)));
}

#[test]
fn a_passed_value_of_any_length_is_cut() {
    let lines = vec![format!("release: <release={}>", "6".repeat(1 << 20))];
    let observations = vec![crate::transcript::ObservedCheck { name: "kernel".into(), lines }];
    let shown =
        rendered(&report(vec![JobReport { observations, ..job("lab-00-tour", "6.1", Verdict::Passed) }]));
    assert!(shown.contains("release: <release=666") && shown.len() < 1_000, "{} bytes", shown.len());
}

/// Lines that the runner words itself fit a terminal; logs, code and observations are as long as they are.
#[test]
fn the_untouched_exercise_says_where_to_begin() {
    let course = Course::new().good_snapshots();
    let catalog = course.catalog();
    let guidance = Guidance::for_exercise(&catalog.labs()[0], course.root());
    assert_eq!(guidance.todo_line, Some(3));
    let failing = |kernel: &str| {
        let (verdict, _) = verdict(good_but("after attach: 7", "after attach: 0"));
        JobReport { guidance: Some(guidance.clone()), ..job("lab-01-hello", kernel, verdict) }
    };
    let text = rendered(&report(["5.10", "6.1", "6.12", "6.18", "7.3"].map(failing).to_vec()));
    assert!(text.lines().all(|line| line.chars().count() <= terminal::COLUMNS), "{text}");
    assert_snapshot!("terminal_untouched_exercise", text);
}

/// A class of situations in one report: two labs, every kernel, several verdicts.
fn mixed() -> Report {
    let differs = || verdict(good_but("after attach: 7", "after attach: 0")).0;
    let refused = |log: &str| verdict(run(&[rejected(log)])).0;
    let old = include_str!("samples/null_check.6.1.log");
    report(vec![
        job("lab-00-tour", "5.10", Verdict::Passed),
        job("lab-00-tour", "6.1", Verdict::Passed),
        job("lab-00-tour", "7.3", Verdict::Passed),
        job("lab-01-hello", "5.10", differs()),
        job("lab-01-hello", "6.1", differs()),
        job("lab-01-hello", "7.3", verdict(console(include_str!("samples/sysrq.console"))).0),
        job("lab-02-bpfls", "5.10", Verdict::Skipped { reason: "needs kernel 6.1 or newer".into() }),
        job("lab-02-bpfls", "6.1", refused(old)),
        job("lab-02-bpfls", "7.3", refused(&old.replace("0xff11000004550c00", "0xff110000058c0800"))),
        JobReport { side: Side::Solution, seed: 5, ..job("lab-02-bpfls", "7.3", Verdict::Passed) },
    ])
}

#[test]
fn a_report_of_several_labs() {
    assert_snapshot!("terminal_mixed", rendered(&mixed()));
}

#[test]
fn a_report_of_one_lab_that_passed_shows_what_the_lab_wants_shown() {
    let observed = |release: &str| {
        let lines = vec![format!("release: {release}"), "jit: on\u{1b}[2J".to_owned()];
        vec![crate::transcript::ObservedCheck { name: "kernel".into(), lines }]
    };
    let shows =
        |kernel| JobReport { observations: observed(kernel), ..job("lab-00-tour", kernel, Verdict::Passed) };
    assert_snapshot!("terminal_passed", rendered(&report(vec![shows("5.10"), shows("6.1")])));
}

#[test]
fn kernels_that_say_the_same_stand_before_one_line() {
    let says = |kernel: &str, lines: &[&str]| {
        let lines = lines.iter().map(|line| (*line).to_owned()).collect();
        let observations = vec![crate::transcript::ObservedCheck { name: "newer".into(), lines }];
        JobReport { observations, ..job("lab-00-tour", kernel, Verdict::Passed) }
    };
    let jobs = vec![
        says("5.10", &["loop: no", "arena: no", "sched: no"]),
        says("6.1", &["loop: yes", "arena: no", "sched: yes"]),
        says("6.12", &["loop: yes", "arena: no", "sched: no"]),
        says("7.3", &["loop: yes", "arena: no", "sched: no", "more: 1"]),
    ];
    assert_snapshot!("terminal_survey", rendered(&report(jobs)));
}

#[test]
fn what_rustc_warns_about_is_shown_once_if_the_lab_does_not_pass() {
    let warned = |kernel: &str, verdict: Verdict| JobReport {
        warnings: "warning: unused variable: `calls`\n --> labs-ebpf/lab-01-hello/src/exercise.rs:31:17\n"
            .into(),
        ..job("lab-01-hello", kernel, verdict)
    };
    let differs = || verdict(good_but("after attach: 7", "after attach: 0")).0;
    let shown = rendered(&report(vec![warned("5.10", differs()), warned("6.1", differs())]));
    assert_eq!(shown.matches("unused variable").count(), 1);
    assert_snapshot!("terminal_warnings", shown);
    assert!(!rendered(&report(vec![warned("6.1", Verdict::Passed)])).contains("unused variable"));
}

#[test]
fn nothing_was_run() {
    assert_snapshot!("terminal_nothing", rendered(&report(Vec::new())));
}

#[test]
fn colour_only_adds() {
    let mut out = Vec::new();
    terminal::render(&mixed(), Paint::Colour, &mut out).unwrap();
    let coloured = String::from_utf8(out).unwrap();
    let escapes = regex::Regex::new("\u{1b}\\[[0-9]+m").unwrap();
    assert!(escapes.is_match(&coloured));
    assert_eq!(escapes.replace_all(&coloured, ""), rendered(&mixed()));
    assert!(!rendered(&mixed()).contains('\u{1b}'));
}

#[rstest]
#[case("", "xterm", true, Paint::Colour)]
#[case("", "", true, Paint::Colour)]
#[case("1", "xterm", true, Paint::Plain)]
#[case("", "dumb", true, Paint::Plain)]
#[case("", "xterm", false, Paint::Plain)]
fn colour_is_for_terminals(
    #[case] no_color: &str,
    #[case] term: &str,
    #[case] terminal: bool,
    #[case] paint: Paint,
) {
    assert_eq!(Paint::decide(no_color.as_ref(), term.as_ref(), terminal), paint);
}

#[test]
fn json_says_everything_and_can_be_read_back() {
    let mut out = Vec::new();
    json::render(&mixed(), &mut out).unwrap();
    let text = String::from_utf8(out).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&text).unwrap(), mixed());
    let small = report(vec![mixed().jobs[3].clone(), mixed().jobs[6].clone()]);
    let mut out = Vec::new();
    json::render(&small, &mut out).unwrap();
    assert_snapshot!("json", String::from_utf8(out).unwrap());
}

/// A verdict of this kind without any contents.
fn of_kind(kind: VerdictKind) -> Verdict {
    match kind {
        VerdictKind::Passed => Verdict::Passed,
        VerdictKind::Differs => Verdict::Differs { checks: Vec::new() },
        VerdictKind::Skipped => Verdict::Skipped { reason: String::new() },
        VerdictKind::KernelPanicked => Verdict::KernelPanicked { last_words: Vec::new() },
        VerdictKind::DoesNotCompile => Verdict::DoesNotCompile { text: String::new() },
        VerdictKind::Infrastructure => Verdict::Infrastructure { what: String::new(), hint: String::new() },
        _ => Verdict::Rejected { program: String::new(), error: String::new(), log: String::new() },
    }
}

#[rstest]
#[case::all_passed(&[VerdictKind::Passed, VerdictKind::Passed], 0)]
#[case::skipped_and_passed(&[VerdictKind::Skipped, VerdictKind::Passed], 0)]
#[case::one_differs(&[VerdictKind::Passed, VerdictKind::Differs], 1)]
#[case::skipped_and_rejected(&[VerdictKind::Skipped, VerdictKind::Rejected], 1)]
#[case::does_not_compile(&[VerdictKind::DoesNotCompile], 1)]
#[case::panicked(&[VerdictKind::KernelPanicked], 1)]
#[case::infrastructure_and_failed(&[VerdictKind::Infrastructure, VerdictKind::Differs], 3)]
#[case::infrastructure_and_passed(&[VerdictKind::Passed, VerdictKind::Infrastructure], 3)]
#[case::only_skipped(&[VerdictKind::Skipped], 3)]
#[case::nothing(&[], 3)]
fn exit_codes(#[case] kinds: &[VerdictKind], #[case] code: u8) {
    let jobs = kinds.iter().map(|kind| job("lab-01-hello", "6.1", of_kind(*kind))).collect();
    assert_eq!(exit_code(&report(jobs)), code);
}

#[rstest]
#[case::short("a b", 10, &["a b"])]
#[case::exact("aaa bbb", 7, &["aaa bbb"])]
#[case::broken("aaa bbb", 6, &["aaa", "  bbb"])]
#[case::indented("aa bb cc dd", 5, &["aa bb", "  cc", "  dd"])]
#[case::long_word("a abcdefgh b", 5, &["a", "  abcdefgh", "  b"])]
#[case::nothing("", 5, &[""])]
fn prose_is_wrapped(#[case] text: &str, #[case] width: usize, #[case] lines: &[&str]) {
    assert_eq!(wrap(text, width, 2), lines);
}

#[rstest]
#[case::all_pass(&[("5.10", VerdictKind::Passed), ("7.3", VerdictKind::Passed)], "")]
#[case::all_refuse(&[("5.10", VerdictKind::Rejected), ("7.3", VerdictKind::Rejected)], "")]
#[case::too_old(&[("5.10", VerdictKind::Skipped), ("7.3", VerdictKind::Passed)], "")]
#[case::newer_ones(
    &[("5.10", VerdictKind::Rejected), ("6.1", VerdictKind::Rejected), ("6.12", VerdictKind::Passed), ("7.3", VerdictKind::Passed)],
    "passes from 6.12 on; 5.10, 6.1: rejected"
)]
#[case::newest(&[("5.10", VerdictKind::Rejected), ("7.3", VerdictKind::Passed)], "passes from 7.3 on; 5.10: rejected")]
#[case::older_ones(
    &[("5.10", VerdictKind::Passed), ("6.1", VerdictKind::Passed), ("7.3", VerdictKind::Rejected)],
    "passes up to 6.1; 7.3: rejected"
)]
#[case::in_the_middle(
    &[("5.10", VerdictKind::Rejected), ("6.1", VerdictKind::Passed), ("7.3", VerdictKind::Differs)],
    "passes on 6.1; 5.10: rejected; 7.3: differs"
)]
#[case::nowhere(&[("5.10", VerdictKind::Rejected), ("7.3", VerdictKind::KernelPanicked)], "passes nowhere; 5.10: rejected; 7.3: kernel panicked")]
fn kernels_that_disagree(#[case] verdicts: &[(&str, VerdictKind)], #[case] said: &str) {
    let jobs: Vec<JobReport> =
        verdicts.iter().map(|(kernel, kind)| job("lab-01-hello", kernel, of_kind(*kind))).collect();
    let jobs: Vec<&JobReport> = jobs.iter().collect();
    assert_eq!(super::disagreement::disagreement(&jobs).unwrap_or_default(), said);
}
