//! The whole way, from an empty folder through the first four labs, with the mistakes that learners make.

use std::fs;

use crate::{
    edits::{self, LAB},
    session::{Session, assert_fits},
    workbook::{Workbook, solution},
};

#[test]
fn from_init_through_the_first_four_labs() {
    let workbook = Workbook::fresh();
    let (code, next, _) = workbook.run(&["next"]);
    assert!(code == 0 && next.contains("lab-00-tour") && next.contains("runner watch lab-00"), "{next}");
    let session = Session::begin("walk", &workbook, &["watch"]);
    let tour = session.until("press n for the next lab");
    assert!(tour.contains("5 of 5 passed") && tour.contains("what you used"), "{tour}");
    session.press("n");
    let untouched = session.report();
    assert!(untouched.contains("watching labs-ebpf/lab-01-hello/src/exercise.rs"), "{untouched}");
    assert!(untouched.contains("expected: after attach: 137"), "{untouched}");
    assert!(untouched.contains("stands in line"), "{untouched}");
    assert_fits(&untouched);
    mistakes(&session, &workbook);
    workbook.save(LAB, &solution(LAB));
    let passed = session.until("press n for the next lab");
    assert!(passed.contains("the verifier accepts it on 5.10 and 7.3"), "{passed}");
    assert!(passed.contains("what `count_calls` costs on 7.3"), "{passed}");
    assert_fits(&passed);
    for lab in ["lab-02-bpfls", "lab-03-syscount"] {
        session.press("n");
        let untouched = session.report();
        assert!(untouched.contains(&format!("{lab}/src/exercise.rs")), "{untouched}");
        workbook.save(lab, &solution(lab));
        let passed = session.until("press n for the next lab");
        assert!(passed.contains("5 of 5 passed"), "{passed}");
        assert_fits(&passed);
    }
    session.press("n");
    session.until("lab-04-guard/src/exercise.rs");
    session.press("q");
    assert_eq!(session.end(), 0);
    let (_, list, _) = workbook.run(&["list"]);
    assert!(list.contains(&format!("4 of {} passed", workbook.labs())), "{list}");
}

/// The usual mistakes, one save each: what is wrong, where, and what to do next.
fn mistakes(session: &Session, workbook: &Workbook) {
    let saved = |text: &str| {
        workbook.save(LAB, text);
        let shown = session.report();
        assert_fits(&shown);
        shown
    };
    workbook.save(LAB, &edits::does_not_compile());
    let shown = session.report();
    assert!(
        shown.contains("does not compile")
            && shown.contains("exercise.rs:")
            && !shown.contains("compiled in"),
        "{shown}"
    );

    let shown = saved(&edits::without_a_null_check());
    assert!(shown.contains("passes from 6.18 on; 5.10 to 6.12: rejected [null-check]"), "{shown}");
    assert!(shown.contains(">>>") && shown.contains("if let Some"), "{shown}");

    let shown = saved(&edits::with_another_map());
    assert!(shown.contains("open failed") && shown.contains("map `CALLS`"), "{shown}");

    let shown = saved(&edits::without_the_attribute());
    assert!(shown.contains("open failed") && shown.contains("program `count_calls`"), "{shown}");

    let shown = saved(&edits::with_a_loop_without_an_end());
    assert!(shown.contains("rejected [program-too-large]") && shown.contains("hint: "), "{shown}");
    assert!(!shown.contains("timed out"), "{shown}");

    let main = workbook.exercise(LAB).with_file_name("main.rs");
    let frame = fs::read_to_string(&main).expect("the frame");
    fs::write(&main, frame.replace("Dual MIT/GPL", "Proprietary!")).expect("the frame");
    let shown = saved(&edits::with_a_helper_for_gpl_programs());
    assert!(shown.contains("rejected [gpl-only]") && shown.contains("in the same way"), "{shown}");
    fs::write(&main, frame).expect("the frame");

    session.press("e");
    let again = session.report();
    assert!(again.contains("rejected [gpl-only]"), "{again}");
    session.press("h");
    let hint = session.until("hint 2 would show");
    assert!(hint.contains("hint 1 of 3"), "{hint}");
    session.press("l");
    session.until(&format!(" of {} passed", workbook.labs()));
}
