//! What accepting changes on disk, and what is wrong with snapshots that cannot be used.

use std::{collections::BTreeMap, fs, os::unix::fs::PermissionsExt, path::Path};

use insta::assert_snapshot;
use rstest::rstest;

use super::{FileChange, Observed, SnapshotKey, Snapshots, accept, file, plan_files, write_new};
use crate::{
    catalog::samples::{Course, kernels},
    transcript::ObservedCheck,
};

/// `5.10: 1|2` is a kernel that observed two lines in `count`.
fn observed(text: &str) -> Vec<Observed> {
    let one = |part: &str| {
        let (kernel, lines) = part.split_once(": ").unwrap();
        let lines = lines.split_terminator('|').map(str::to_owned).collect();
        Observed { kernel: kernel.into(), checks: vec![ObservedCheck { name: "count".into(), lines }] }
    };
    text.split(", ").map(one).collect()
}

fn shown(files: &BTreeMap<SnapshotKey, Vec<String>>) -> String {
    let show =
        |(key, lines): (&SnapshotKey, &Vec<String>)| format!("{}: {}", key.file_name(), lines.join("|"));
    files.iter().map(show).collect::<Vec<_>>().join(", ")
}

#[rstest]
#[case::all_equal("5.10: a, 6.1: a, 7.3: a", "count.snap: a")]
#[case::one_differs("5.10: x, 6.1: a, 7.3: a", "count.snap: a, count@5.10.snap: x")]
#[case::newest_differs("5.10: a, 6.1: a, 7.3: x", "count.snap: a, count@7.3.snap: x")]
#[case::tie_goes_to_the_newest("5.10: x, 6.1: a", "count.snap: a, count@5.10.snap: x")]
#[case::all_differ("5.10: x, 6.1: y, 7.3: z", "count.snap: z, count@5.10.snap: x, count@6.1.snap: y")]
#[case::two_pairs(
    "5.10: x, 6.1: y, 6.12: x, 7.3: y",
    "count.snap: y, count@5.10.snap: x, count@6.12.snap: x"
)]
fn fewest_files(#[case] kernels: &str, #[case] files: &str) {
    assert_eq!(shown(&plan_files(&observed(kernels)).unwrap()), files);
}

#[test]
fn a_check_without_observations_is_refused() {
    assert_snapshot!("error_empty_check", plan_files(&observed("5.10: a, 6.1: ")).unwrap_err());
}

/// Accepts and says what changed and what is on disk afterwards.
fn accepted(course: &Course, kernels_observed: &str) -> (Vec<String>, Vec<String>) {
    let catalog = course.catalog();
    let done = accept(course.root(), &catalog.labs()[0], &observed(kernels_observed), &kernels()).unwrap();
    let word = |change: &FileChange| match change {
        FileChange::Add(key, _) => format!("add {}", key.file_name()),
        FileChange::Update(key, _) => format!("update {}", key.file_name()),
        FileChange::Remove(key) => format!("remove {}", key.file_name()),
    };
    let changes = done.changes.iter().map(word).collect();
    let folder = fs::read_dir(course.root().join(done.folder)).unwrap();
    let mut files: Vec<String> =
        folder.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    files.sort();
    (changes, files)
}

const EVERYWHERE: &str = "5.10: a, 6.1: a, 6.12: a, 6.18: a, 7.3: a";

#[test]
fn accepting_writes_what_the_next_check_expects() {
    let course = Course::new();
    let (changes, files) = accepted(&course, "5.10: x|y, 6.1: a, 6.12: a, 6.18: a, 7.3: a");
    assert_eq!(changes, ["add count.snap", "add count@5.10.snap"]);
    assert_eq!(files, ["count.snap", "count@5.10.snap"]);
    let catalog = course.catalog();
    let snapshots = &catalog.labs()[0].snapshots;
    assert_eq!(snapshots.expected("count", "5.10").unwrap(), ["x", "y"]);
    assert_eq!(snapshots.expected("count", "7.3").unwrap(), ["a"]);
    assert_eq!(snapshots.expected("name", "7.3"), None);
}

#[test]
fn accepting_twice_changes_nothing() {
    let course = Course::new();
    accepted(&course, EVERYWHERE);
    assert_eq!(accepted(&course, EVERYWHERE).0, [""; 0]);
}

#[test]
fn stale_files_go_away() {
    let course = Course::new().snapshot("count.snap", &["old"]).snapshot("count@6.1.snap", &["b"]);
    let course = course.snapshot("name.snap", &["n"]).snapshot("count@6.1.snap.new", &["c"]);
    let (changes, files) = accepted(&course, EVERYWHERE);
    assert_eq!(changes, ["remove count@6.1.snap", "remove name.snap", "update count.snap"]);
    assert_eq!(files, ["count.snap"]);
}

#[test]
fn kernels_that_were_not_observed_keep_what_is_expected_of_them() {
    let course = Course::new().snapshot("count.snap", &["a"]).snapshot("count@5.10.snap", &["x"]);
    let (changes, _) = accepted(&course, "7.3: z");
    assert_eq!(changes, ["add count@7.3.snap"]);
    let (changes, _) = accepted(&course, "5.10: a, 7.3: a");
    assert_eq!(changes, ["remove count@5.10.snap", "remove count@7.3.snap"]);
}

#[test]
fn a_pending_file_is_one_that_insta_reads() {
    let course = Course::new().good_snapshots();
    let catalog = course.catalog();
    let lines = ["---".to_owned(), "  two: \"quoted\" `#` é".to_owned()];
    let path =
        write_new(course.root(), &catalog.labs()[0], &SnapshotKey::only("count", "5.10"), &lines).unwrap();
    assert_eq!(path, Path::new("labs/lab-01-hello/snapshots/count@5.10.snap.new"));
    let snapshot = insta::Snapshot::from_file(&course.root().join(&path)).unwrap();
    assert_eq!(snapshot.metadata().source(), Some("labs/lab-01-hello/lab.toml"));
    assert_eq!(snapshot.metadata().description(), Some("the program counts every call while it is attached"));
    assert_eq!(snapshot.as_text().unwrap().to_string(), lines.join("\n"));
    assert_snapshot!("pending_file", fs::read_to_string(course.root().join(path)).unwrap());
}

#[test]
fn what_is_written_is_what_insta_writes_and_everybody_may_read_it() {
    let folder = tempfile::tempdir().unwrap();
    let (ours, insta_s) = (folder.path().join("count.snap"), folder.path().join("again.snap"));
    let lines = ["a: 1".to_owned(), String::new(), "b".to_owned()];
    file::write(&ours, Path::new("labs/lab-01-hello/lab.toml"), "counts: \"all\" # calls", &lines).unwrap();
    insta::Snapshot::from_file(&ours).unwrap().save(&insta_s).unwrap();
    assert_eq!(file::read(&ours).unwrap(), lines);
    assert_eq!(fs::read_to_string(&ours).unwrap(), fs::read_to_string(insta_s).unwrap());
    assert_eq!(fs::metadata(ours).unwrap().permissions().mode() & 0o777, 0o644);
}

#[rstest]
#[case::empty("", "it is empty")]
#[case::cut_in_the_first_line("--", "line 1 is not `---`")]
#[case::cut_in_the_header("---\nsource: labs/lab-01-hello/lab.toml\ndescr", "its header has no end")]
#[case::without_the_headers_end("---\nsource: lab.toml\nafter attach: 7\n", "its header has no end")]
#[case::without_a_header(
    "after attach: 7\n",
    "line 1 is not `---`, with which its header begins, but `after"
)]
#[case::header_of_no_yaml("---\n\t: [\n---\nafter attach: 7\n", "its header is no YAML")]
fn a_cut_file_is_no_snapshot(#[case] text: &str, #[case] why: &str) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("count.snap");
    fs::write(&path, text).unwrap();
    let said = file::read(&path).unwrap_err();
    assert!(said.contains(why), "{said}");
}

#[test]
fn a_cut_header_is_an_error_with_a_way_out() {
    let course = Course::new().good_snapshots();
    let folder = Path::new("labs/lab-01-hello/snapshots");
    fs::write(course.root().join(folder).join("count.snap"), "---\nsource: lab.toml\n").unwrap();
    assert_snapshot!("error_cut_header", Snapshots::load(course.root(), folder).unwrap_err());
}

#[rstest]
#[case("count.snap", Some(SnapshotKey::shared("count")))]
#[case("count@5.10.snap", Some(SnapshotKey::only("count", "5.10")))]
#[case("count.snap.new", None)]
#[case("README.md", None)]
fn file_names(#[case] name: &str, #[case] key: Option<SnapshotKey>) {
    assert_eq!(SnapshotKey::from_file_name(name), key);
    assert!(key.is_none_or(|key| key.file_name() == name));
}

#[test]
fn an_unwritable_folder_is_named() {
    let course = Course::new().write("labs/lab-01-hello/snapshots", "a file where the folder should be");
    let catalog = Course::new().catalog();
    let error = accept(course.root(), &catalog.labs()[0], &observed(EVERYWHERE), &kernels()).unwrap_err();
    assert_snapshot!("error_unwritable", error);
}
