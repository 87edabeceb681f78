//! `runner explain` as far as no guest is needed: logs from anywhere, and files that are no log and no object.
//!
//! What kernels do with an object is tested with guests, in `tests/tests/faults/objects.rs`.

use std::{
    fs,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use rstest::rstest;

use crate::{Course, Machine, assert_run};

/// A program that reads through a map's answer without looking whether it is null.
const LOG: &[u8] = include_bytes!("../../data/verifier/null-check/7.3.log");

/// The object with that program, and many others that kernels refuse.
const OBJECT: &[u8] = include_bytes!("../../data/verifier/rejected.o");

/// A file of the course.
fn with(course: Course, file: &str, bytes: &[u8]) -> Course {
    let course = course.write(file, "");
    fs::write(course.path().join(file), bytes).expect("a file");
    course
}

fn log() -> Course {
    with(Course::new(), "a.log", LOG)
}

/// A log with the object beside it, as in an evidence folder.
fn evidence() -> Course {
    with(with(Course::new(), "kept/verifier.log", LOG), "kept/object.o", OBJECT)
}

#[rstest]
#[case::name("explain_name", Course::new(), &["explain", "null-check"])]
#[case::log("explain_log", log(), &["explain", "a.log"])]
#[case::beside("explain_log_beside_its_object", evidence(), &["explain", "kept/verifier.log"])]
#[case::program("explain_log_of_a_program", evidence(), &["explain", "kept/verifier.log", "--program", "null_check"])]
#[case::far("explain_log_with_an_object", evidence(), &["explain", "kept/verifier.log", "--object", "kept/object.o"])]
#[case::broken_beside(
    "explain_log_beside_a_broken_object",
    with(evidence(), "kept/object.o", &OBJECT[..999]),
    &["explain", "kept/verifier.log"]
)]
fn a_log(#[case] name: &str, #[case] course: Course, #[case] arguments: &[&str]) {
    assert_run(name, &course, &Machine::new(), arguments);
}

#[test]
fn a_log_needs_no_course() {
    let course = log().without("labs-ebpf");
    assert_run("explain_log_outside", &course, &Machine::new(), &["explain", "a.log"]);
}

#[rstest]
#[case::text("explain_text", with(Course::new(), "x", b"no log\nat all\n"), &["explain", "x"])]
#[case::empty("explain_empty", with(Course::new(), "x", b""), &["explain", "x"])]
#[case::folder("explain_folder", Course::new(), &["explain", "labs"])]
#[case::missing("explain_missing", Course::new(), &["explain", "not-there"])]
#[case::binary("explain_binary", with(Course::new(), "x", b"BC\xc0\xde\x00\x01\xff"), &["explain", "x"])]
#[case::program("explain_unknown_program", evidence(), &["explain", "kept/verifier.log", "--program", "no_check"])]
#[case::object("explain_broken_object", log(), &["explain", "a.log", "--object", "a.log"])]
#[case::object_missing("explain_missing_object", log(), &["explain", "a.log", "--object", "not-there.o"])]
#[case::kernel("explain_log_on_a_kernel", log(), &["explain", "a.log", "--kernel", "6.1"])]
fn what_cannot_be_explained(#[case] name: &str, #[case] course: Course, #[case] arguments: &[&str]) {
    assert_run(name, &course, &Machine::new(), arguments);
}

/// An ELF file for x86-64 of this type (1 an object, 3 a shared library), or for another machine, with nothing in it.
fn elf(kind: u8, machine: u8) -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    bytes[16] = kind;
    bytes[18] = machine;
    bytes[20] = 1;
    bytes[52] = 64;
    bytes
}

const X86: u8 = 62;
const BPF: u8 = 247;

/// The order of bytes of another machine.
fn big_endian() -> Vec<u8> {
    let mut bytes = elf(0, 0);
    bytes[5] = 2;
    bytes[17] = 1;
    bytes[19] = BPF;
    bytes[20] = 0;
    bytes[23] = 1;
    bytes[52] = 0;
    bytes[53] = 64;
    bytes
}

#[rstest]
#[case::x86("object_x86", elf(1, X86), &[])]
#[case::library("object_library", elf(3, X86), &[])]
#[case::big_endian("object_big_endian", big_endian(), &[])]
#[case::cut_off("object_cut_off", OBJECT[..OBJECT.len() / 2].to_vec(), &[])]
#[case::only_a_mark("object_only_a_mark", b"\x7fELF".to_vec(), &[])]
#[case::nothing_in_it("object_without_programs", elf(1, BPF), &[])]
#[case::unknown_program("object_unknown_program", OBJECT.to_vec(), &["--program", "null_chek"])]
#[case::with_object("object_with_object", OBJECT.to_vec(), &["--object", "x.o"])]
#[case::unknown_kernel("object_unknown_kernel", OBJECT.to_vec(), &["--kernel", "6.2"])]
#[case::no_image("object_no_image", OBJECT.to_vec(), &["--kernel", "./vmlinuz"])]
#[case::no_kernel("object_no_kernel", OBJECT.to_vec(), &["--kernel", "6.1", "--offline"])]
fn an_object(#[case] name: &str, #[case] bytes: Vec<u8>, #[case] more: &[&str]) {
    let course = with(course_with_loader(), "x.o", &bytes);
    assert_run(name, &course, &Machine::new(), &[&["explain", "x.o"], more].concat());
}

fn course_with_loader() -> Course {
    Course::new().write("labs/load/Cargo.toml", "[package]\nname = \"load\"\n")
}

#[rstest]
#[case::outside("object_outside", course_with_loader().without("labs-ebpf"))]
#[case::older_workspace("object_in_an_older_workspace", Course::new().workspace())]
#[case::damaged_course("object_without_a_loader", Course::new())]
fn where_nothing_can_be_loaded(#[case] name: &str, #[case] course: Course) {
    let course = with(course, "x.o", OBJECT);
    assert_run(name, &course, &Machine::new(), &["explain", "x.o"]);
}

/// 64 MB of states, and the reason at the end.
#[test]
fn a_long_log_costs_little_memory_and_time() {
    /// In debug builds on a busy machine, too.
    const PATIENCE: Duration = Duration::from_secs(20);
    /// All that the process may address, program and libraries included, in KiB.
    const MEMORY: u32 = 60_000;
    let (course, machine) = (log(), Machine::new());
    long_log(&course.path().join("long.log"), 64 << 20);
    let begin = Instant::now();
    let long = machine.run_within(MEMORY, &course.path(), &["explain", "long.log"]);
    assert!(begin.elapsed() < PATIENCE, "{:?}", begin.elapsed());
    let short = machine.run(&course.path(), &["explain", "a.log"]);
    assert_eq!((long.code, long.stdout, long.stderr), (0, short.stdout, short.stderr));
}

fn long_log(file: &Path, bytes: usize) {
    let line = b"1: (07) r1 += 1                       ; R1_w=scalar(umax=4,var_off=(0x0; 0x7))\n";
    let piece = line.repeat(10_000);
    let mut file = fs::File::create(file).expect("a file");
    for _ in 0..bytes / piece.len() {
        file.write_all(&piece).expect("a log");
    }
    file.write_all(LOG).expect("a log");
}
