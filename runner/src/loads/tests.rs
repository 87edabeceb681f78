//! What is told about objects, from forged and recorded answers. No guest runs here.

use std::{fs, path::Path, time::Duration};

use channel::{Cost, Record};
use rstest::rstest;
use vm::{Ending, RunRecord, Times};
use wire::Exit;

use super::{Answer, KernelAnswers, Loads, log_name, render};
use crate::explain::{ObjectPrograms, SourceMap};

const WELL: Ending = Ending::Done(Exit::Code(0));

fn recorded(observations: impl Into<Vec<u8>>, ending: Ending) -> RunRecord {
    RunRecord {
        release: "6.1.0".to_owned(),
        observations: observations.into(),
        diagnostics: Vec::new(),
        kernel_log: Vec::new(),
        console: String::new(),
        ending,
        times: Times::default(),
    }
}

fn lines(records: &[Record]) -> String {
    records.iter().map(Record::to_line).collect()
}

fn said(kernel: &str, records: &[Record]) -> KernelAnswers {
    KernelAnswers::read(kernel, &recorded(lines(records) + &Record::End.to_line(), WELL))
}

fn loaded(program: &str, translated: u32, verified: Option<u32>) -> Record {
    Record::Loaded {
        program: program.to_owned(),
        cost: Cost { translated, verified, jited: 5 * translated },
        study: None,
    }
}

fn rejected(program: &str, error: &str, log: &str) -> Record {
    Record::Rejected { program: program.to_owned(), error: error.to_owned(), log: log.to_owned() }
}

fn undecided(program: &str, why: &str) -> Record {
    Record::Undecided { program: program.to_owned(), why: why.to_owned() }
}

fn data() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/data/verifier"))
}

fn log(file: &str) -> String {
    fs::read_to_string(data().join(file)).unwrap()
}

fn told(programs: &[(&str, &str)], kernels: &[KernelAnswers]) -> String {
    let map = SourceMap::from_object(&fs::read(data().join("rejected.o")).unwrap()).unwrap();
    told_with(Some(&map), programs, kernels)
}

fn told_with(map: Option<&SourceMap>, programs: &[(&str, &str)], kernels: &[KernelAnswers]) -> String {
    let program = |(name, section): &(&str, &str)| ObjectPrograms {
        name: (*name).to_owned(),
        section: (*section).to_owned(),
        index: 1,
    };
    let programs: Vec<ObjectPrograms> = programs.iter().map(program).collect();
    let loads = Loads {
        object: "x.o",
        programs: &programs,
        kernels,
        map,
        root: data(),
        logs: Path::new("target/labs/explain"),
    };
    let lines = render(&loads);
    for line in &lines {
        let free = line.contains(" | ") || line.contains("the kernel says: ");
        assert!(free || line.chars().count() <= 80, "{line}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    lines.join("\n")
}

#[test]
fn accepted_everywhere() {
    let kernels = ["5.10", "6.1", "7.3"];
    let same = kernels.map(|kernel| said(kernel, &[loaded("p", 12, None)]));
    insta::assert_snapshot!("accepted_with_the_same_sizes", told(&[("p", "xdp")], &same));
    let other = [said("5.10", &[loaded("p", 12, None)]), said("7.3", &[loaded("p", 12, Some(14))])];
    insta::assert_snapshot!("accepted_with_other_sizes", told(&[("p", "xdp")], &other));
}

/// The words of the kernels differ, the rule and the line do not.
#[test]
fn kernels_that_refuse_for_the_same_reason_stand_together() {
    let refusal = |kernel: &str| {
        rejected("null_check", "Permission denied (os error 13)", &log(&format!("null-check/{kernel}.log")))
    };
    let kernels = ["5.10", "6.1", "7.3"].map(|kernel| said(kernel, &[refusal(kernel)]));
    insta::assert_snapshot!("rejected_by_all", told(&[("null_check", "tracepoint")], &kernels));
}

#[test]
fn where_kernels_disagree_is_said_first() {
    let denied = "Permission denied (os error 13)";
    let log = log("null-check/7.3.log");
    let kernels = [
        said(
            "5.10",
            &[rejected("null_check", denied, &log), loaded("q", 3, None), undecided("r", "too late")],
        ),
        said("6.1", &[loaded("null_check", 9, Some(9)), loaded("q", 3, Some(3)), loaded("r", 1, None)]),
        said("7.3", &[loaded("null_check", 9, Some(9)), loaded("q", 3, Some(3)), rejected("r", denied, "")]),
    ];
    let programs = [("q", "xdp"), ("null_check", "tracepoint"), ("r", "socket")];
    insta::assert_snapshot!("disagreement", told(&programs, &kernels));
}

#[test]
fn what_only_the_loader_says_has_its_cause() {
    let btf = "unknown BTF type `no_such_function`";
    let section = "error parsing BPF object: invalid program section `tc`";
    let unopened = Record::OpenFailed { what: "the object".to_owned(), error: section.to_owned() };
    let records = [
        unopened,
        undecided("p", section),
        rejected("q", btf, ""),
        rejected("r", "Invalid argument (os error 22)", "0: (95) exit\nthe moon is full\n"),
    ];
    let kernels = ["5.10", "7.3"].map(|kernel| said(kernel, &records));
    let programs = [("p", "tc"), ("q", "fentry/no_such_function"), ("r", "xdp")];
    insta::assert_snapshot!("what_the_loader_says", told(&programs, &kernels));
}

#[test]
fn without_line_records_the_way_to_them_is_told() {
    let log =
        "0: (71) r0 = *(u8 *)(r1 +0)\nR1 invalid mem access 'scalar'\nprocessed 1 insns (limit 1000000)\n";
    let kernels = [said("6.1", &[rejected("p", "Permission denied (os error 13)", log)])];
    insta::assert_snapshot!("without_line_records", told_with(None, &[("p", "xdp")], &kernels));
}

#[test]
fn a_hostile_name_moves_no_cursor() {
    let name = "\u{1b}[2Jp\n";
    let kernels = [said("6.1", &[rejected(name, "\u{7}", "\u{1b}[31m\nR0 \u{9b}\n")])];
    insta::assert_snapshot!("hostile_names", told(&[(name, "xdp/\r")], &kernels));
}

#[rstest]
#[case::well(WELL, None)]
#[case::early(Ending::Done(Exit::Code(1)), Some("the loader ended with status 1"))]
#[case::panic(Ending::KernelPanicked, Some("the guest's kernel panicked"))]
#[case::time(Ending::Done(Exit::TimedOut), Some("the time was over"))]
#[case::off(Ending::PoweredOff { how: "Power down".into() }, Some("the guest was shut down from inside (`Power down`)"))]
#[case::silent(
    Ending::Silent { awaited: "an answer".into(), waited: Duration::from_secs(3) },
    Some("the guest is silent: waited 3.0s for an answer")
)]
fn a_guest_that_breaks_off_leaves_what_it_said(#[case] ending: Ending, #[case] why: Option<&str>) {
    let text = lines(&[loaded("p", 3, None)]) + &Record::End.to_line();
    let read = KernelAnswers::read("6.1", &recorded(text, ending));
    assert_eq!(read.broke_off.as_deref(), why);
    assert!(matches!(read.of("p"), Answer::Accepted(..)));
    let other = why.unwrap_or("the loader did not speak of it");
    assert_eq!(read.of("q"), Answer::Undecided { why: other.to_owned() });
}

/// What a guest may write whose kernel is no longer its own.
#[test]
fn rubbish_is_left_out_and_the_first_answer_counts() {
    let mut bytes = b"\xff\xfe\n{\"loaded\":{}}\n{\"moon\":\"full\"}\n\n".to_vec();
    bytes.extend(lines(&[rejected("p", "e", ""), loaded("p", 3, None)]).into_bytes());
    bytes.extend(b"{\"loaded\":{\"program\":\"q\"");
    let read = KernelAnswers::read("6.1", &recorded(bytes, WELL));
    assert!(matches!(read.of("p"), Answer::Rejected { .. }));
    assert!(matches!(read.of("q"), Answer::Undecided { .. }));
    assert_eq!(read.broke_off.as_deref(), Some("the loader did not come to its end"));
}

#[rstest]
#[case::plain("count_calls", Some("count_calls.log"))]
#[case::above("../../x", None)]
#[case::hidden(".x", None)]
#[case::empty("\0", None)]
fn logs_stay_in_their_folder(#[case] program: &str, #[case] file: Option<&str>) {
    assert_eq!(log_name(program).as_deref(), file);
}
