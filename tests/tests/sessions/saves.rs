//! Saving in all the ways in which editors and people do it.

use std::fs;

use crate::{
    edits::{self, LAB},
    session::Session,
    workbook::{Workbook, solution},
};

/// One kernel is enough here, and quick.
const WATCH: [&str; 4] = ["watch", LAB, "--kernel", "6.1"];

#[test]
fn an_editor_that_renames_and_a_storm_of_saves() {
    let workbook = Workbook::fresh();
    let session = Session::begin("saves", &workbook, &WATCH);
    session.report();
    let (file, other) = (workbook.exercise(LAB), workbook.exercise(LAB).with_extension("tmp"));
    fs::write(&other, solution(LAB)).expect("a file");
    fs::rename(&other, &file).expect("a rename");
    assert!(session.report().contains("1 of 1 passed"));
    for step in 0..40 {
        workbook.save(LAB, &format!("{}// {step}\n", edits::without_a_null_check()));
    }
    workbook.save(LAB, &format!("{}// the last\n", solution(LAB)));
    let shown = session.report();
    assert!(shown.contains("1 of 1 passed") && !shown.contains("rejected"), "only the last counts: {shown}");
    // What a check was about is gone before it has ended.
    workbook.save(LAB, &edits::does_not_compile());
    session.until("saved, checking");
    workbook.save(LAB, &solution(LAB));
    session.until("saved, checking");
    let shown = session.report();
    assert!(shown.contains("1 of 1 passed") && !shown.contains("error"), "{shown}");
    session.resize(10, 40);
    session.press("a");
    let shown = session.report();
    assert!(shown.contains("on all kernels") && shown.contains("5 of 5 passed"), "{shown}");
    session.press("q");
    assert_eq!(session.end(), 0);
}

#[test]
fn a_file_that_is_deleted_and_comes_back() {
    let workbook = Workbook::fresh();
    workbook.save(LAB, &solution(LAB));
    let session = Session::begin("deleted", &workbook, &WATCH);
    session.report();
    let moved = workbook.exercise(LAB).with_file_name("renamed.rs");
    fs::rename(workbook.exercise(LAB), &moved).expect("a rename");
    let gone = session.until("runner reset lab-01");
    assert!(gone.contains("is gone"), "{gone}");
    fs::rename(&moved, workbook.exercise(LAB)).expect("a rename");
    assert!(session.report().contains("1 of 1 passed"));
    session.ctrl_c();
    assert_eq!(session.end(), 130, "Ctrl-C in a watch");
}
