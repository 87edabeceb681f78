//! `runner explain` of an object, with real guests: every program has its answer, whatever the others do.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use rstest::rstest;

use crate::{judged::LONG, stage::Stage};

/// By then everything of the runner has ended.
const GONE: Duration = Duration::from_secs(5);

/// Seventy programs, of which no kernel accepts all.
fn rejected() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../runner/data/verifier/rejected.o")
}

/// A stage with this object, and what the runner says of it there, with its exit code.
fn explained(object: &[u8], words: &[&str]) -> (Stage, i32, String) {
    let stage = Stage::new();
    fs::write(stage.path("course/x.o"), object).expect("a file");
    stage.loader();
    let code = stage.end(&mut stage.start(stage.runner_with(&[&["explain", "x.o"], words].concat())));
    let said = stage.said();
    stage.is_left_within(GONE);
    (stage, code, said)
}

fn object() -> Vec<u8> {
    fs::read(rejected()).expect("it is in the repository")
}

#[test]
fn a_refusal_is_explained_and_its_log_kept() {
    let (stage, code, said) = explained(&object(), &["--program", "null_check", "--kernel", "6.1"]);
    assert_eq!(code, 0, "{said}");
    for part in [
        "`x.o` on 6.1: 1 program; rejected: 1\n",
        "\n`null_check` (tracepoint)\n  rejected by 6.1: Permission denied (os error 13)\n",
        "  R0 is the result of a map lookup. It may be null, and it is used before that\n",
        "\n  at labs-ebpf/rejected/src/memory.rs:24:\n",
        "\n  hint: read book/src/lab-03-syscount.md\n",
    ] {
        assert!(said.contains(part), "{part}\n{said}");
    }
    let log = fs::read_to_string(stage.path("course/target/labs/explain/6.1/null_check.log")).expect("a log");
    assert!(log.contains("R0 invalid mem access 'map_value_or_null'"), "{log}");
}

#[test]
fn kernels_disagree_and_sizes_are_told() {
    let (_stage, code, said) =
        explained(&object(), &["--program", "unsupported_atomic", "-k", "6.1", "-k", "5.10"]);
    assert_eq!(code, 0, "{said}");
    let head = "`x.o` on 5.10 and 6.1: 1 program; not the same on all kernels: 1\n\
                the kernels disagree:\n  `unsupported_atomic`: rejected by 5.10, accepted by 6.1\n";
    assert!(said.contains(head), "{said}");
    assert!(said.contains(" verified, ") && said.contains(" bytes of machine code"), "{said}");
}

/// The name of a section, made another of the same length.
fn renamed(from: &str, to: &str) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut object = object();
    let mut count = 0;
    for at in 0..object.len() - from.len() {
        if object[at..].starts_with(from.as_bytes()) {
            object[at..at + to.len()].copy_from_slice(to.as_bytes());
            count += 1;
        }
    }
    assert!(count > 0, "there is no `{from}`");
    object
}

/// Aya opens nothing of an object with a section that it does not know: the others are tried alone.
#[rstest]
#[case::unknown("socket\0", "sucket\0", "packet_bounds", "invalid program section `sucket`")]
#[case::hook("fexit/do_exit\0", "fexit/do_axit\0", "attach_target__noreturn", "unknown BTF type `do_axit`")]
fn one_program_does_not_spoil_the_others(
    #[case] from: &str,
    #[case] to: &str,
    #[case] program: &str,
    #[case] error: &str,
) {
    let (_stage, code, said) = explained(&renamed(from, to), &["--program", program, "--kernel", "6.1"]);
    assert_eq!(code, 0, "{said}");
    assert!(said.split_whitespace().collect::<Vec<_>>().join(" ").contains(error), "{said}");
    assert!(said.contains("\n  rejected by 6.1: "), "{said}");
}

/// 6.12 needs minutes for one of the programs, which is given up.
#[test]
fn a_program_that_takes_too_long_is_given_up() {
    let words = ["--program", "stats__program_too_large", "--kernel", "6.12"];
    let (_stage, code, said) = explained(&object(), &words);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("no answer from 6.12: the kernel was not done with it after "), "{said}");
}

/// A loader that ends its guest: nobody knows, and that is no success.
#[rstest]
#[case::panic("panic", "the guest's kernel panicked")]
#[case::silent("no-end", "the loader did not come to its end")]
fn a_guest_that_breaks_off_is_told(#[case] words: &str, #[case] why: &str) {
    let stage = Stage::new();
    fs::write(stage.path("course/x.o"), object()).expect("a file");
    stage.loader();
    stage.program(words, LONG);
    fs::copy(stage.path("program"), stage.path("loader")).expect("a program");
    let command = stage.runner_with(&["explain", "x.o", "--program", "null_check", "--kernel", "6.1"]);
    assert_eq!(stage.end(&mut stage.start(command)), 3, "{}", stage.said());
    assert!(stage.said().contains(&format!("no answer from 6.1: {why}")), "{}", stage.said());
}
