//! The private root against a local repository: apt itself runs, the network is not touched.

use std::fs;

use tempfile::TempDir;

use super::{Apt, AptError, Candidate, Names};
use crate::testing::{Repository, truncate};

const PACKAGE: &[u8] = &[b'p'; 5000];

/// A root of the suite `s`, updated.
fn open(repository: &Repository) -> (TempDir, Apt) {
    let root = tempfile::tempdir().expect("a temporary folder");
    let apt = Apt::open(root.path(), &repository.mirrors(), &["s"]).expect("the root is written");
    apt.update().expect("the index is read");
    (root, apt)
}

fn only(apt: &Apt) -> Candidate {
    let found = apt.candidates(Names::Exactly("p")).expect("the index is read");
    assert_eq!(found.len(), 1, "{found:?}");
    found[0].clone()
}

#[test]
fn candidates_come_newest_first() {
    let repository = Repository::new();
    for version in ["9-1", "10-1", "10-1~bpo1"] {
        repository.add("s", "p", version, PACKAGE);
    }
    repository.add("s", "pp", "1", PACKAGE);
    let (_root, apt) = open(&repository);
    let versions = |names| {
        let found = apt.candidates(names).expect("the index is read");
        found.into_iter().map(|candidate| candidate.name_and_version()).collect::<Vec<_>>()
    };
    assert_eq!(versions(Names::Exactly("p")), ["p=10-1", "p=10-1~bpo1", "p=9-1"]);
    assert_eq!(versions(Names::Matching("^p+$")), ["p=10-1", "p=10-1~bpo1", "p=9-1", "pp=1"]);
    assert_eq!(versions(Names::Matching("^q")), Vec::<String>::new());
}

#[test]
fn a_download_is_whole_and_tells_how_far_it_is() {
    let repository = Repository::new();
    repository.add("s", "p", "1:2-3", PACKAGE);
    let (root, apt) = open(&repository);
    let candidate = only(&apt);
    assert_eq!(candidate.size, 5000);
    let mut last = (0, 0);
    let file = apt.download(&candidate, &root.path().join("into"), &mut |done, total| last = (done, total));
    assert_eq!(fs::read(file.expect("downloaded")).expect("the file"), PACKAGE);
    assert_eq!(last, (5000, 5000));
}

#[test]
fn a_listed_file_that_is_not_there_is_gone() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    let (root, apt) = open(&repository);
    fs::remove_file(repository.file("p", "1")).expect("deleted");
    let error = apt.download(&only(&apt), root.path(), &mut |_, _| ()).expect_err("gone");
    assert!(matches!(&error, AptError::Gone { what, .. } if what == "the package `p=1`"), "{error}");
}

#[test]
fn a_suite_that_is_not_there_is_gone() {
    let repository = Repository::new();
    let root = tempfile::tempdir().expect("a temporary folder");
    let apt = Apt::open(root.path(), &repository.mirrors(), &["s"]).expect("the root is written");
    let error = apt.update().expect_err("no such suite");
    assert!(matches!(error, AptError::Gone { .. }), "{error}");
}

#[test]
fn a_cut_off_file_is_refused() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    let (root, apt) = open(&repository);
    truncate(&repository.file("p", "1"));
    let error = apt.download(&only(&apt), root.path(), &mut |_, _| ()).expect_err("refused");
    assert!(matches!(error, AptError::Corrupt { .. }), "{error}");
}

#[test]
fn a_file_of_the_right_size_with_another_hash_is_refused() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    let (root, apt) = open(&repository);
    fs::write(repository.file("p", "1"), [b'q'; 5000]).expect("changed");
    let error = apt.download(&only(&apt), root.path(), &mut |_, _| ()).expect_err("refused");
    assert!(matches!(error, AptError::Corrupt { .. }), "{error}");
    let left = fs::read_dir(root.path())
        .expect("the folder")
        .flatten()
        .find(|e| e.path().extension() == Some("deb".as_ref()));
    assert!(left.is_none(), "{left:?} is left");
}

/// apt takes a file of the right size for complete without looking into it.
#[test]
fn a_damaged_file_of_an_earlier_try_is_replaced() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    let (root, apt) = open(&repository);
    let into = root.path().join("into");
    fs::create_dir(&into).expect("the folder");
    fs::write(into.join("p_1_amd64.deb"), [b'q'; 5000]).expect("a damaged file");
    let file = apt.download(&only(&apt), &into, &mut |_, _| ()).expect("downloaded again");
    assert_eq!(fs::read(file).expect("the file"), PACKAGE);
}

/// Two series with different suites share one root.
#[test]
fn two_roots_in_one_folder_do_not_disturb_each_other() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    repository.add("t", "p", "2", PACKAGE);
    let (root, first) = open(&repository);
    let second = Apt::open(root.path(), &repository.mirrors(), &["t"]).expect("the root is written");
    second.update().expect("the index is read");
    assert_eq!((only(&first).version, only(&second).version), ("1".to_owned(), "2".to_owned()));
}

#[test]
fn a_signature_is_demanded() {
    let repository = Repository::new();
    repository.add("s", "p", "1", PACKAGE);
    let root = tempfile::tempdir().expect("a temporary folder");
    let mirrors = repository.mirrors().checked_with("/dev/null".into());
    let apt = Apt::open(root.path(), &mirrors, &["s"]).expect("the root is written");
    let error = apt.update().expect_err("not signed");
    assert!(matches!(error, AptError::Untrusted { .. }), "{error}");
}
