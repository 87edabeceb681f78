//! Damaged checkpoints: each is noticed and made anew, and the check passes.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use rstest::rstest;
use runner::judge::VerdictKind;
use vm::{Checkpoint, Host, Machine};

use crate::{
    bench::bench,
    damage,
    judged::{self, LONG},
    stub,
};

/// A host whose checkpoints lie in a folder of their own.
fn host(folder: &Path) -> Host {
    Host { checkpoints: folder.to_owned(), ..bench().host.clone() }
}

fn make(host: &Host) -> Checkpoint {
    host.checkpoint(bench().kernel("6.1"), &Machine::default()).expect("a checkpoint")
}

/// An undamaged checkpoint without the time that a boot takes: a copy of the user's own.
fn borrow(host: &Host) -> Checkpoint {
    let own = make(&bench().host).folder;
    let name = own.file_name().expect("a checkpoint has a name");
    duct::cmd!("cp", "--recursive", "--sparse=always", &own, &host.checkpoints).run().expect("a copy");
    damage::let_memory_look_right(&host.checkpoints.join(name).join("ram")).expect("facts that fit");
    make(host)
}

/// A file of a checkpoint; no name is the folder itself.
fn place(folder: &Path, file: &str) -> PathBuf {
    if file.is_empty() { folder.to_owned() } else { folder.join(file) }
}

fn facts(checkpoint: &Checkpoint) -> String {
    fs::read_to_string(checkpoint.folder.join("facts.json")).expect("facts")
}

#[rstest]
#[case::state_truncated("state", damage::truncate)]
#[case::state_with_a_flipped_byte("state", damage::flip)]
#[case::state_deleted("state", damage::delete)]
#[case::state_that_qemu_refuses("state", damage::state_that_looks_right)]
#[case::memory_truncated("ram", damage::truncate)]
#[case::memory_overwritten("ram", damage::flip)]
#[case::memory_overwritten_and_its_time_set_back("ram", damage::flip_and_set_the_time_back)]
#[case::memory_replaced_by_an_equal_file("ram", damage::replace_by_a_copy)]
#[case::memory_deleted("ram", damage::delete)]
#[case::memory_of_zeros_that_looks_right("ram", damage::memory_that_looks_right)]
#[case::facts_of_rubbish("facts.json", damage::cut_off)]
#[case::facts_of_another_version("facts.json", damage::facts_of_another_version)]
#[case::facts_deleted("facts.json", damage::delete)]
#[case::a_file_in_the_place_of_the_folder("", damage::file_instead)]
fn a_damaged_one_is_made_anew(#[case] file: &str, #[case] damage: fn(&Path) -> io::Result<()>) {
    let folder = stub::folder();
    let host = host(folder.path());
    let before = borrow(&host);
    let facts_before = facts(&before);
    damage(&place(&before.folder, file)).expect("the checkpoint is damaged");
    let started = host.restore(bench().kernel("6.1"), &Machine::default()).expect("a guest");
    assert_ne!(facts(&before), facts_before, "the damage was not noticed");
    assert_eq!(judged::run_in(started, "pass", LONG).verdict.kind(), VerdictKind::Passed);
}

#[test]
fn an_undamaged_one_is_kept() {
    let folder = stub::folder();
    let host = host(folder.path());
    let before = borrow(&host);
    let facts_before = facts(&before);
    for _ in 0..2 {
        let started = host.restore(bench().kernel("6.1"), &Machine::default()).expect("a guest");
        assert_eq!(judged::run_in(started, "pass", LONG).verdict.kind(), VerdictKind::Passed);
    }
    assert_eq!(facts(&before), facts_before);
}

/// Whoever finds a checkpoint damaged must not delete the one that somebody else has made in the meantime.
#[test]
fn a_new_one_is_not_discarded_in_the_place_of_the_old() {
    let folder = stub::folder();
    let host = host(folder.path());
    let old = borrow(&host);
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
    let bytes = [fs::read(&agent).expect("the copy"), b"another version".to_vec()].concat();
    fs::write(&agent, bytes).expect("a longer copy");
    let second = Host { agent, ..first.clone() };
    assert_ne!(borrow(&first).folder, make(&second).folder);
}
