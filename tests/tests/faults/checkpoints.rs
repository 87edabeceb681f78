//! Damaged checkpoints: each is noticed and made anew, and the check passes.

use std::{
    fs::{self, File, FileTimes, OpenOptions},
    os::unix::fs::{FileExt, MetadataExt},
    path::Path,
    time::Duration,
};

use rstest::rstest;
use runner::judge::VerdictKind;
use serde_json::{Value, json};
use vm::{Checkpoint, Host, Machine};

use crate::{bench::bench, judged, stub};

/// A host whose checkpoints lie in a folder of their own.
fn host(folder: &Path) -> Host {
    Host { checkpoints: folder.to_owned(), ..bench().host.clone() }
}

fn make(host: &Host) -> Checkpoint {
    host.checkpoint(bench().kernel("6.1"), &Machine::default()).expect("a checkpoint")
}

fn facts(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("facts.json")).expect("facts")).expect("facts are JSON")
}

#[rstest]
#[case::state_truncated(|folder: &Path| truncate(&folder.join("state")))]
#[case::state_with_a_flipped_byte(|folder: &Path| flip(&folder.join("state"), 4096))]
#[case::state_deleted(|folder: &Path| fs::remove_file(folder.join("state")).unwrap())]
#[case::state_that_qemu_refuses(|folder: &Path| state_of_rubbish_that_looks_right(folder))]
#[case::memory_truncated(|folder: &Path| truncate(&folder.join("ram")))]
#[case::memory_overwritten(|folder: &Path| flip(&folder.join("ram"), 64 << 20))]
#[case::memory_overwritten_and_its_time_set_back(|folder: &Path| flip_unnoticed(&folder.join("ram"), 64 << 20))]
#[case::memory_replaced_by_an_equal_file(|folder: &Path| replace(&folder.join("ram")))]
#[case::memory_deleted(|folder: &Path| fs::remove_file(folder.join("ram")).unwrap())]
#[case::memory_of_zeros_that_looks_right(|folder: &Path| memory_of_zeros_that_looks_right(folder))]
#[case::facts_of_rubbish(|folder: &Path| fs::write(folder.join("facts.json"), b"{\"release\": 6.1").unwrap())]
#[case::facts_of_another_version(|folder: &Path| fs::write(folder.join("facts.json"), b"{\"release\": \"6.1\", \"version\": 2}").unwrap())]
#[case::facts_deleted(|folder: &Path| fs::remove_file(folder.join("facts.json")).unwrap())]
#[case::a_file_in_the_place_of_the_folder(|folder: &Path| { fs::remove_dir_all(folder).unwrap(); fs::write(folder, "?").unwrap() })]
fn a_damaged_one_is_made_anew(#[case] damage: fn(&Path)) {
    let folder = stub::folder();
    let host = host(folder.path());
    let before = make(&host);
    let facts_before = facts(&before.folder);
    damage(&before.folder);
    let started = host.restore(bench().kernel("6.1"), &Machine::default()).expect("a guest");
    assert_ne!(facts(&before.folder), facts_before, "the damage was not noticed");
    assert_eq!(judged::run_in(started, "pass", Duration::from_secs(2)).verdict.kind(), VerdictKind::Passed);
}

#[test]
fn an_undamaged_one_is_kept() {
    let folder = stub::folder();
    let host = host(folder.path());
    let before = make(&host);
    let facts_before = facts(&before.folder);
    for _ in 0..2 {
        let started = host.restore(bench().kernel("6.1"), &Machine::default()).expect("a guest");
        assert_eq!(judged::run_in(started, "pass", Duration::from_secs(2)).verdict.kind(), VerdictKind::Passed);
    }
    assert_eq!(facts(&before.folder), facts_before);
}

/// Whoever finds a checkpoint damaged must not delete the one that somebody else has made in the meantime.
#[test]
fn a_new_one_is_not_discarded_in_the_place_of_the_old() {
    let folder = stub::folder();
    let host = host(folder.path());
    let old = make(&host);
    old.discard().expect("the old one goes");
    let new = make(&host);
    old.discard().expect("nothing to discard is no error");
    new.inspect().expect("the new one is still there");
}

/// A stale checkpoint is never found: it has another name.
#[test]
fn another_agent_makes_another_checkpoint() {
    let folder = stub::folder();
    let first = host(folder.path());
    let agent = folder.path().join("agent");
    fs::copy(&first.agent, &agent).expect("a copy");
    // Bytes behind the end of a program change nothing but its hash.
    let bytes = [fs::read(&agent).unwrap(), b"another version".to_vec()].concat();
    fs::write(&agent, bytes).expect("a longer copy");
    let second = Host { agent, ..first.clone() };
    assert_ne!(make(&first).folder, make(&second).folder);
}

fn truncate(file: &Path) {
    let size = fs::metadata(file).unwrap().len();
    OpenOptions::new().write(true).open(file).unwrap().set_len(size / 2).unwrap();
}

fn flip(file: &Path, at: u64) {
    let file = OpenOptions::new().read(true).write(true).open(file).unwrap();
    let mut byte = [0];
    file.read_exact_at(&mut byte, at).unwrap();
    file.write_all_at(&[!byte[0]], at).unwrap();
}

fn flip_unnoticed(file: &Path, at: u64) {
    let before = fs::metadata(file).unwrap();
    flip(file, at);
    let times = FileTimes::new().set_modified(before.modified().unwrap()).set_accessed(before.accessed().unwrap());
    File::options().write(true).open(file).unwrap().set_times(times).unwrap();
    assert_eq!(fs::metadata(file).unwrap().modified().unwrap(), before.modified().unwrap());
}

fn replace(file: &Path) {
    let copy = file.with_extension("copy");
    duct::cmd!("cp", "--sparse=always", "--preserve", file, &copy).run().unwrap();
    fs::rename(copy, file).unwrap();
}

/// What only QEMU can notice: a state whose hash is right.
fn state_of_rubbish_that_looks_right(folder: &Path) {
    let state = folder.join("state");
    fs::write(&state, [b'?'; 4096]).unwrap();
    let hash = duct::cmd!("sha256sum", &state).read().unwrap();
    amend(folder, |facts| facts["state_sha256"] = json!(hash.split_whitespace().next()));
}

/// What only the guest's silence can tell: a memory file whose fingerprint is right.
fn memory_of_zeros_that_looks_right(folder: &Path) {
    let ram = folder.join("ram");
    let size = fs::metadata(&ram).unwrap().len();
    File::create(&ram).unwrap().set_len(size).unwrap();
    let data = fs::metadata(&ram).unwrap();
    let changed_ns = i128::from(data.ctime()) * 1_000_000_000 + i128::from(data.ctime_nsec());
    amend(folder, |facts| facts["memory"]["changed_ns"] = serde_json::from_str(&changed_ns.to_string()).unwrap());
}

fn amend(folder: &Path, change: impl FnOnce(&mut Value)) {
    let mut facts = facts(folder);
    change(&mut facts);
    fs::write(folder.join("facts.json"), facts.to_string()).unwrap();
}
